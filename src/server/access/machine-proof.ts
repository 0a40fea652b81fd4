/** Proves to programs of this machine that this is their gateway, before they send it anything. */
import { AppError } from '../../core/errors.ts'
import { isNonce, proofOf } from '../../domain/access/machine-secret.ts'
import type { Answer } from '../http/gate.ts'

/** What a gateway proves itself with. */
export interface MachineProof {
  readonly secret: string
  /** The address of this gateway for programs of this machine, as it is written beside the secret. */
  url(): string
}

const JSON_HEADERS = { 'content-type': 'application/json' }

/** Answers `?nonce=...` with a proof for it. Anyone may ask: the answer is useless without the secret. */
export function createMachineProof({ secret, url }: MachineProof) {
  return (request: Request): Answer => {
    const nonce = new URL(request.url).searchParams.get('nonce') ?? ''
    if (!isNonce(nonce)) throw notANonce()
    return {
      status: 200,
      body: JSON.stringify({ proof: proofOf(secret, url(), nonce) }),
      headers: JSON_HEADERS,
    }
  }
}

function notANonce(): AppError {
  return new AppError('invalid_input', 'nonce must be 32 random bytes in base64url.', {
    fix: 'Send 43 characters of A-Z, a-z, 0-9, - and _.',
    issues: [{ path: 'nonce', message: 'must be 43 characters of base64url' }],
  })
}
