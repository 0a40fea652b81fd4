/** Learns from a refusal which field of a question a server does not support, so that it is left out from then on. */

import { signsOf } from '../provider-signs.ts'
import type { Habit } from './origin.ts'
import { ProviderRefusal } from './provider-refusal.ts'

/**
 * Fields that can be left out or written differently, each with the servers' names for it. Mistral does not support
 * `stream_options`, DeepSeek no answer schema, Groq and older Gemini none together with tools.
 */
const FIELDS: readonly (readonly [field: string, names: string, habit: Habit])[] = [
  ['stream_options', 'stream_options', 'no_stream_options'],
  ['response_format', 'response_format|json mode|response mime type', 'no_response_format'],
  ['max_tokens', 'max_tokens', 'wants_max_completion_tokens'],
  ['max_completion_tokens', 'max_completion_tokens', 'wants_max_tokens'],
]

const NOT_TAKEN =
  '(not supported|unsupported|not permitted|unrecognized|unexpected|unknown|unavailable|not allowed|cannot be combined|extra)'

/** Undefined when the refusal has another reason. */
export function habitOf(thrown: unknown, question: Readonly<Record<string, unknown>>): Habit | undefined {
  if (!(thrown instanceof ProviderRefusal) || (thrown.status !== 400 && thrown.status !== 422))
    return undefined
  const { words } = signsOf(thrown)
  return FIELDS.find(([field, names]) => field in question && isNotTaken(words, names))?.[2]
}

function isNotTaken(words: string, names: string): boolean {
  const named = `(?<!\\w)(${names})(?!\\w)`
  return new RegExp(`${named}.{0,80}${NOT_TAKEN}|${NOT_TAKEN}.{0,60}${named}`, 'is').test(words)
}
