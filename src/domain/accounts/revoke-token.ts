/** Has a service end the token of an account that is disconnected (RFC 7009). */
import type { Connector } from '../../core/area/connector.ts'
import type { OAuth } from '../../core/area/oauth.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import { toAppError } from '../../core/errors.ts'
import type { OpenSecret } from '../secrets/secrets.ts'
import type { AccountRow } from './account.ts'
import { readAccountSecret, secretName } from './account-secret.ts'
import { oauthServiceOf } from './oauth-service.ts'

/** Milliseconds within which the service must answer: the account is then disconnected without it. */
const ANSWER_MAX_MS = 10_000

export const REVOCATIONS = ['revoked', 'failed', 'not_offered'] as const

/** The outcome: the token was ended, may still be valid, or cannot be ended through an address that the connector knows. */
export interface Revocation {
  readonly revocation: (typeof REVOCATIONS)[number]
  readonly because: string | null
}

interface RevokeParts {
  readonly openSecret: OpenSecret
  readonly oauth: OAuth
}

type Basis = Parameters<Runtime['lend']>[0]

/** Fails only when the caller is gone: the account is disconnected in any case. */
export async function revokeToken(
  { openSecret, oauth }: RevokeParts,
  ctx: Basis,
  { row, connector }: { readonly row: AccountRow; readonly connector: Connector },
): Promise<Revocation> {
  const { connecting } = connector
  if (connecting.kind !== 'oauth' || connecting.revocationUrl === undefined)
    return { revocation: 'not_offered', because: null }
  try {
    const text = await openSecret(ctx.db, secretName(row.id))
    const secret = text === undefined ? undefined : readAccountSecret(text)
    if (secret?.kind !== 'oauth') return { revocation: 'failed', because: 'Its token was lost.' }
    const service = oauthServiceOf(connector, connecting, ctx.settings)
    const signal = AbortSignal.any([ctx.signal, AbortSignal.timeout(ANSWER_MAX_MS)])
    // A refresh token that is revoked ends its access tokens as well.
    await oauth.revoke(service, secret.refreshToken ?? secret.accessToken, signal)
    return { revocation: 'revoked', because: null }
  } catch (thrown) {
    ctx.signal.throwIfAborted()
    return { revocation: 'failed', because: toAppError(thrown).message }
  }
}
