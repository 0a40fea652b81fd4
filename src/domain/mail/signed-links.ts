/**
 * Links in mails that open something without a key. The token of a link is signed, says what it opens and until when,
 * and is good for that alone, so that nothing of it is stored.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { AppError } from '../../core/errors.ts'

/** What a link opens: a notification to act on, or mails to stop. Each fits its own page alone. */
export type LinkKind = 'act' | 'unsubscribe'

export interface SignedLink {
  readonly kind: LinkKind
  readonly words: readonly string[]
  readonly expiresAt: Date
}

/** A token that begins like a key is masked wherever it would be logged or stored. */
const PREFIX = 'sb_link_'
const MAC_BYTES = 32
const SECOND_MS = 1000
/** The most characters of a token that are looked at: room for the longest ids. */
const TOKEN_MAX_CHARS = 1_000

/** The token of a link: letters, digits, `-` and `_`. */
export function signLink(key: Buffer, { kind, words, expiresAt }: SignedLink): string {
  const body = Buffer.from(JSON.stringify([kind, Math.floor(expiresAt.getTime() / SECOND_MS), ...words]))
  return PREFIX + Buffer.concat([macOf(key, body), body]).toString('base64url')
}

/**
 * The words of a link.
 * @throws AppError `not_found` for a token that is not ours, is of another kind, or has expired
 */
export function readLink(
  keys: readonly Buffer[],
  { kind, token, now }: { readonly kind: LinkKind; readonly token: string; readonly now: Date },
): readonly string[] {
  if (!token.startsWith(PREFIX) || token.length > TOKEN_MAX_CHARS) throw notOurs()
  const bytes = Buffer.from(token.slice(PREFIX.length), 'base64url')
  const [mac, body] = [bytes.subarray(0, MAC_BYTES), bytes.subarray(MAC_BYTES)]
  if (mac.length < MAC_BYTES || !keys.some((key) => timingSafeEqual(macOf(key, body), mac))) throw notOurs()
  // Signed, so it is what `signLink` wrote.
  const [signedKind, expiresS, ...words] = JSON.parse(body.toString()) as [LinkKind, number, ...string[]]
  if (signedKind !== kind) throw notOurs()
  if (expiresS * SECOND_MS <= now.getTime()) throw expired()
  return words
}

function macOf(key: Buffer, body: Buffer): Buffer {
  return createHmac('sha256', key).update(body).digest()
}

function notOurs(): AppError {
  return new AppError('not_found', 'This link does not work: it is incomplete, or no longer valid.', {
    fix: 'Open it from the mail itself rather than copying it. What the mail asks can also be answered on the command line.',
  })
}

function expired(): AppError {
  return new AppError('not_found', 'This link has expired.', {
    fix: 'What the mail asks can still be answered on the command line, as long as it is open.',
  })
}
