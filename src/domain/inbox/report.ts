/** A report as a service sent it: bytes that are verified before anything else is made of them. */
import { AppError } from '../../core/errors.ts'
import { decodeUtf8 } from '../../core/schema/utf8.ts'
import { isNestedDeeper, JSON_MAX_LEVELS, parseJson } from '../../core/text/json.ts'

export interface Report {
  readonly raw: Uint8Array
  readonly headers: Headers
}

/**
 * The JSON of a verified report.
 * @throws AppError `invalid_input`
 */
export function readReport({ raw }: Report): { readonly text: string; readonly body: unknown } {
  const text = decodeUtf8(raw, 'The body')
  const body = parseJson(text)
  if (body === undefined) {
    throw new AppError('invalid_input', 'The body is not JSON, or not all of it.', {
      fix: 'Send the whole event as JSON.',
    })
  }
  if (isNestedDeeper(body)) {
    throw new AppError('invalid_input', `The body is nested more than ${JSON_MAX_LEVELS} levels deep.`, {
      fix: 'Send less deeply nested JSON.',
    })
  }
  return { text, body }
}

/** The same for every reason, so that a forger learns nothing from it. */
export function refusedReport(): AppError {
  return new AppError('unauthenticated', 'The report is not accepted.', {
    fix: 'Check the address and the secret at the service, and the clocks of both sides.',
  })
}
