/** Results and errors of calls as text of bounded length. */
import { type AppError, errorBody } from '../../../core/errors.ts'
import { cutSayingRest } from '../../../core/text/cut.ts'

/** Characters of one result that the model is given. */
const RESULT_MAX_CHARS = 20_000

/** An answer as text, cut where it is too long for a conversation. */
export function resultText(output: unknown): string {
  return bounded(typeof output === 'string' ? output : JSON.stringify(output))
}

/** A text that came from elsewhere, cut where it is too long for a conversation. */
export function bounded(text: string): string {
  return cutSayingRest(
    text,
    RESULT_MAX_CHARS,
    (left) =>
      `\n[Cut here: ${left} more characters. Ask for less at a time: a smaller limit, a filter, or one thing by its id.]`,
  )
}

/** An error as the model can act on it. */
export function errorText(error: AppError): string {
  const { code, message, fix } = errorBody(error)
  return bounded(fix === undefined ? `${code}: ${message}` : `${code}: ${message} ${fix}`)
}
