/**
 * The secret of a gateway's machine: made fresh at each start, kept in a file that only the gateway's own user can read. A
 * program that knows it is the owner's; a gateway that knows it is the one that wrote the file.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** Begins like a key, so that it is found and redacted like one. */
const PREFIX = 'sb_machine_'
const SECRET_BYTES = 32
const NONCE_BYTES = 32
const NONCE = /^[A-Za-z0-9_-]{43}$/

export function makeMachineSecret(): string {
  return `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64url')}`
}

/** A text that was never asked before. */
export function makeNonce(): string {
  return randomBytes(NONCE_BYTES).toString('base64url')
}

export function isNonce(text: string): boolean {
  return NONCE.test(text)
}

/**
 * What only a gateway that knows the secret can answer to a nonce: HMAC-SHA256, base64url. The gateway's own address is
 * signed with it, so that nobody at another address passes for the gateway by asking it.
 */
export function proofOf(secret: string, url: string, nonce: string): string {
  return createHmac('sha256', secret).update(`switchboard-gateway\n${url}\n${nonce}`).digest('base64url')
}

/** Compares two secret texts in a time that tells nothing of where they differ. */
export function isSameSecret(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
