/** Results and errors of calls as text of bounded length. */
import { type AppError, errorBody } from '../../../core/errors.ts'
import { counted } from '../../../core/text/counts.ts'
import { cutSayingRest } from '../../../core/text/cut.ts'

/** The most characters of one result for the model. */
const RESULT_MAX_CHARS = 20_000

/** An answer as text, cut if it is too long for a conversation. */
export function resultText(output: unknown): string {
  return bounded(typeof output === 'string' ? output : JSON.stringify(output))
}

/** A text from elsewhere, cut if it is too long for a conversation. */
export function bounded(text: string): string {
  return cutSayingRest(
    text,
    RESULT_MAX_CHARS,
    (left) =>
      `\n[Cut here: ${counted(left, 'more character')}. Request less at a time: a smaller limit, a filter, or one thing by its id.]`,
  )
}

/** An error in words that the model can act on. */
export function errorText(error: AppError): string {
  const { code, message, fix } = errorBody(error)
  return bounded(fix === undefined ? `${code}: ${message}` : `${code}: ${message} ${fix}`)
}
