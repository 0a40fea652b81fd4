/**
 * The secret of a gateway's machine: generated at each start and kept in a file that only the gateway's own user can
 * read. A program that knows it belongs to the owner; a gateway that knows it is the one that wrote the file.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** Begins like a key, so that redaction finds it like one. */
const PREFIX = 'sb_machine_'
const SECRET_BYTES = 32
const NONCE_BYTES = 32
const NONCE = /^[A-Za-z0-9_-]{43}$/

export function makeMachineSecret(): string {
  return `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64url')}`
}

/** A random text that is used only once. */
export function makeNonce(): string {
  return randomBytes(NONCE_BYTES).toString('base64url')
}

export function isNonce(text: string): boolean {
  return NONCE.test(text)
}

/**
 * The answer to a nonce that only a gateway with the secret can give: HMAC-SHA256, base64url. It also signs the
 * gateway's own address, so that a program at another address cannot pass the question on and pose as the gateway.
 */
export function proofOf(secret: string, url: string, nonce: string): string {
  return createHmac('sha256', secret).update(`switchboard-gateway\n${url}\n${nonce}`).digest('base64url')
}

/** Compares two secret texts in constant time. */
export function isSameSecret(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
