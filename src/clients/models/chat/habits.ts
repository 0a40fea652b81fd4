/** Learns from a refusal which field of a question a server does not take, so that it is asked without it from then on. */

import { signsOf } from '../provider-signs.ts'
import type { Habit } from './origin.ts'
import { ProviderRefusal } from './provider-refusal.ts'

/** Fields that can be left out or written otherwise. Mistral takes no `stream_options`, DeepSeek no schema of an answer. */
const FIELDS: Readonly<Record<string, Habit>> = {
  stream_options: 'no_stream_options',
  response_format: 'no_response_format',
  max_tokens: 'wants_max_completion_tokens',
  max_completion_tokens: 'wants_max_tokens',
}

const NOT_TAKEN =
  '(not supported|unsupported|not permitted|unrecognized|unexpected|unknown|unavailable|not allowed|extra)'

/** Undefined when it refuses for anything else. */
export function habitOf(thrown: unknown, question: Readonly<Record<string, unknown>>): Habit | undefined {
  if (!(thrown instanceof ProviderRefusal) || (thrown.status !== 400 && thrown.status !== 422))
    return undefined
  const { words } = signsOf(thrown)
  const field = Object.keys(FIELDS).find((name) => name in question && isNotTaken(words, name))
  return field === undefined ? undefined : FIELDS[field]
}

function isNotTaken(words: string, field: string): boolean {
  const named = String.raw`(?<![\w])${field}(?![\w])`
  return new RegExp(`${named}.{0,80}${NOT_TAKEN}|${NOT_TAKEN}.{0,60}${named}`, 'is').test(words)
}
