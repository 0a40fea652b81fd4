/** A master key: derived from a secret of the operator, it wraps the data keys of sealed values and signs. */
import { hkdfSync } from 'node:crypto'

/** The fewest characters of a secret from which a master key is derived. */
export const SECRET_MIN_CHARS = 32

const KEY_BYTES = 32
const ID_BYTES = 16

/** What a master key is used for. Each purpose has a key of its own, so that a use of one says nothing of another. */
type Purpose = 'seal' | 'mcp-sessions' | 'oauth-state' | 'mail-links'

export interface MasterKey {
  /**
   * Derived from the secret and stored with all that the key seals. A process that derives another id has another
   * secret, so the id is also the check value of the secret.
   */
  readonly id: string
  keyFor(purpose: Purpose): Buffer
}

export function masterKeyOf(secret: string): MasterKey {
  return {
    id: derive(secret, 'id').subarray(0, ID_BYTES).toString('base64url'),
    keyFor: (purpose) => derive(secret, purpose),
  }
}

/** HKDF-SHA256. The secret is random, so that no salt is needed. */
function derive(secret: string, use: Purpose | 'id'): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `switchboard ${use} v1`, KEY_BYTES))
}
