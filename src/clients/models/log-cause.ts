/** What the log may know of a provider's error: no key, no headers, no body, and not too much of its words. */

import { cutText } from '../../core/text/cut.ts'
import { redactText } from '../../core/text/redact.ts'

/** Characters of a provider's own words that are kept. */
const MESSAGE_MAX_CHARACTERS = 500

/** Causes of causes, as far as they are kept. */
const CAUSE_DEPTH = 3

/** Shorter than this a "key" is a placeholder, and taking it out would only garble the text. */
const KEY_MIN_CHARACTERS = 8

/** Providers repeat in their errors what was sent, and a gateway between may repeat the key. */
export function withoutSecrets(text: string, key: string | undefined): string {
  const hasKey = key !== undefined && key.length >= KEY_MIN_CHARACTERS
  return redactText(hasKey ? text.replaceAll(key, '[redacted]') : text)
}

/** A copy to log. */
export function logCause(thrown: unknown, key: string | undefined, depth = CAUSE_DEPTH): Error {
  const clean = (text: string) => withoutSecrets(text, key)
  if (!(thrown instanceof Error)) return new Error('something that is no error was thrown')
  const cause =
    thrown.cause instanceof Error && depth > 0 ? { cause: logCause(thrown.cause, key, depth - 1) } : undefined
  const copy = new Error(cutText(clean(thrown.message), MESSAGE_MAX_CHARACTERS), cause)
  copy.name = thrown.constructor.name
  const frames = (thrown.stack ?? '').split('\n').filter((line) => /^ +at /.test(line))
  copy.stack = clean([`${copy.name}: ${copy.message}`, ...frames].join('\n'))
  if ('code' in thrown && typeof thrown.code === 'string') Object.assign(copy, { code: clean(thrown.code) })
  return copy
}
