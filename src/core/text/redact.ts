/** Removes secrets from everything that is stored, logged or shown. */
import {
  AUTHORIZATION,
  BEARER,
  CLIENT_SECRET,
  COOKIES,
  FLAG_SECRET,
  FOREIGN_KEY,
  LONG_WORD,
  NAMED_SECRET,
  NETRC,
  PASSWORD_IN_ADDRESS,
  PRIVATE_KEY,
  SECRET_ADDRESS,
  WEB_TOKEN,
} from './secret-forms.ts'

/** Names of fields whose values are never kept, at any depth. */
const SECRET_NAME =
  /(secret|token|password|passwd|pwd|passphrase|authorization|cookie|credential|(api|access|private|secret|signing|encryption)[-_]?key)s?$/i

/**
 * Short names of secrets, which are also the ends of other words: `userPass` and `otp`, but not `compass` or `spin`.
 */
const SHORT_SECRET_NAME =
  /(?:(?:^|[_-])(?:pass|passcode|pin|t?otp|cvv|cvc)|[a-z0-9](?:Pass|Passcode|Pin|T?otp|T?OTP))$/

/** A cursor for the next page of a list: every reader of the list has it, so it is not a secret. */
const PAGE_TOKEN = /^(?:(?:next|prev|previous)[-_]?)?(?:page|sync|continuation)[-_]?token$|^next[-_]?token$/i

/**
 * Our own API keys: even a shortened one when it stands alone, a whole or nearly whole one also right after a letter.
 */
const OWN_KEY = /(?<![A-Za-z0-9])sb_[\w-]{20,}|sb_[\w-]{40,}/g

/** Replaces a secret. */
export const REDACTED = '[redacted]'

/** Known secrets shorter than this are not masked: masking a short word would garble texts. */
const KNOWN_MIN_CHARS = 8

/**
 * The secrets that this process was given: its own keys, and the passwords of its stores. They belong to the process as
 * a whole, so that its parts need not be given them for texts to be masked.
 */
const known = new Set<string>()

/** Masks these texts from now on, wherever stored, logged or shown text contains them. */
export function maskEverywhere(secrets: Iterable<string>): void {
  for (const secret of secrets) if (secret.length >= KNOWN_MIN_CHARS) known.add(secret)
}

/** The secrets of people that passed through this process, the latest last. */
const passing = new Set<string>()

/** The most of these that are masked: by then a line with the first of them was written long ago. */
const PASSING_MAX = 200

/**
 * Masks these texts in the log until many others have passed through. Nowhere else: people give any text as a secret, which
 * would garble what others read, and would show who masks which text.
 */
export function maskLately(secrets: Iterable<string>): void {
  for (const secret of secrets) {
    if (secret.length < KNOWN_MIN_CHARS) continue
    passing.delete(secret)
    passing.add(secret)
    const [first] = passing
    if (passing.size > PASSING_MAX && first !== undefined) passing.delete(first)
  }
}

/** A text without the secrets that this process knows. */
export function maskKnown(text: string): string {
  return maskAll(text, known)
}

/** A text without these secrets. */
export function maskAll(text: string, secrets: Iterable<string>): string {
  let safe = text
  for (const secret of secrets) if (safe.includes(secret)) safe = safe.replaceAll(secret, REDACTED)
  return safe
}

/** A text without anything that looks like a secret or is one that this process knows. */
export function redactText(text: string): string {
  let safe = maskKnown(text).replace(LONG_WORD, withoutKeys)
  if (safe.includes('-----BEGIN')) safe = safe.replace(PRIVATE_KEY, REDACTED)
  if (safe.includes('/')) safe = safe.replace(SECRET_ADDRESS, `$1/${REDACTED}`)
  if (safe.includes('@')) safe = safe.replace(PASSWORD_IN_ADDRESS, `$1:${REDACTED}@`)
  return safe
    .replace(AUTHORIZATION, `$1${REDACTED}`)
    .replace(BEARER, `$1${REDACTED}`)
    .replace(COOKIES, `$1${REDACTED}`)
    .replace(FLAG_SECRET, `$1${REDACTED}`)
    .replace(CLIENT_SECRET, `$1${REDACTED}`)
    .replace(NETRC, `$1${REDACTED}`)
    .replace(NAMED_SECRET, (_, name: string, value: string) => `${name}${quoteOf(value)}${REDACTED}`)
}

function quoteOf(value: string): string {
  return /^\\?["']/.exec(value)?.[0] ?? ''
}

function withoutKeys(word: string): string {
  return word.replace(OWN_KEY, REDACTED).replace(FOREIGN_KEY, REDACTED).replace(WEB_TOKEN, REDACTED)
}

/**
 * A deep copy of plain data without secrets: without values under a secret's name, and without text that looks like
 * one.
 */
export function redact(value: unknown): unknown {
  return redactWith(value, redactText)
}

/** As `redact`, also without the secrets of people that passed through this process lately: for the log. */
export function redactForLog(value: unknown): unknown {
  return redactWith(value, (text) => redactText(maskAll(text, passing)))
}

function redactWith(value: unknown, safe: (text: string) => string): unknown {
  if (typeof value === 'string') return safe(value)
  if (Array.isArray(value)) return value.map((item) => redactWith(item, safe))
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      safe(name),
      isSecret(name, field) ? REDACTED : redactWith(field, safe),
    ]),
  )
}

/** A number of tokens is an amount that a model uses, not a secret. */
function isSecret(name: string, field: unknown): boolean {
  if (PAGE_TOKEN.test(name)) return false
  // A number of passing tests, or whether a message has a pin, is not a secret.
  if (SHORT_SECRET_NAME.test(name))
    return typeof field === 'string' || (typeof field === 'number' && !/pass$/i.test(name))
  return SECRET_NAME.test(name) && !(typeof field === 'number' && /tokens$/i.test(name))
}
