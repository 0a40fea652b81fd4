/** The parts of a provider's error that may be logged: no key, no headers, no body, and a limited part of its words. */

import { cutText } from '../../core/text/cut.ts'
import { redactText } from '../../core/text/redact.ts'

/** The most characters of a provider's own words that are kept. */
const MESSAGE_MAX_CHARACTERS = 500

/** How many nested causes are kept. */
const CAUSE_DEPTH = 3

/** A "key" shorter than this is a placeholder, and removing it would only garble the text. */
const KEY_MIN_CHARACTERS = 8

/** Providers repeat the request in their errors, and a gateway in between may repeat the key. */
export function withoutSecrets(text: string, key: string | undefined): string {
  const hasKey = key !== undefined && key.length >= KEY_MIN_CHARACTERS
  return redactText(hasKey ? text.replaceAll(key, '[redacted]') : text)
}

/** A copy for the log. */
export function logCause(thrown: unknown, key: string | undefined, depth = CAUSE_DEPTH): Error {
  const clean = (text: string) => withoutSecrets(text, key)
  if (!(thrown instanceof Error)) return new Error('something other than an error was thrown')
  const cause =
    thrown.cause instanceof Error && depth > 0 ? { cause: logCause(thrown.cause, key, depth - 1) } : undefined
  const copy = new Error(cutText(clean(thrown.message), MESSAGE_MAX_CHARACTERS), cause)
  copy.name = thrown.constructor.name
  const frames = (thrown.stack ?? '').split('\n').filter((line) => /^ +at /.test(line))
  copy.stack = clean([`${copy.name}: ${copy.message}`, ...frames].join('\n'))
  if ('code' in thrown && typeof thrown.code === 'string') Object.assign(copy, { code: clean(thrown.code) })
  return copy
}
