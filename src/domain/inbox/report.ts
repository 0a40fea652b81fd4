/** A report as a service sent it: bytes that are verified before anything else is made of them. */
import { AppError } from '../../core/errors.ts'
import { decodeUtf8 } from '../../core/schema/utf8.ts'
import { isNestedDeeper, JSON_MAX_LEVELS, parseJson } from '../../core/text/json.ts'

export interface Report {
  readonly raw: Uint8Array
  readonly headers: Headers
}

const FORM = 'application/x-www-form-urlencoded'

/** The fields of a form. Where one of them, `payload`, holds JSON, that is the event: GitHub's default, and Slack's. */
function jsonOfForm(text: string): string {
  const fields = new URLSearchParams(text)
  const payload = fields.get('payload')
  return payload !== null && parseJson(payload) !== undefined
    ? payload
    : JSON.stringify(Object.fromEntries(fields))
}

/**
 * The JSON of a verified report.
 * @throws AppError `invalid_input`
 */
export function readReport({ raw, headers }: Report): { readonly text: string; readonly body: unknown } {
  const sent = decodeUtf8(raw, 'The body')
  const isForm = headers.get('content-type')?.toLowerCase().startsWith(FORM) ?? false
  // What programs send as JSON often has the type of a form, which is curl's default.
  const text = isForm && sent.includes('=') && parseJson(sent) === undefined ? jsonOfForm(sent) : sent
  const body = parseJson(text)
  if (body === undefined) {
    throw new AppError('invalid_input', 'The body is not JSON, or not all of it.', {
      fix: 'Send the whole event as JSON or as a form, not compressed.',
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
