/** Errors as problem details (RFC 9457), from the one table of errors. */
import { type AppError, ERROR_KINDS, type ErrorCode, errorBody } from '../../core/errors.ts'
import { HeadedError } from './headed-error.ts'

export const PROBLEM_MEDIA_TYPE = 'application/problem+json'

/** The identifier of a kind of problem (`type`); it names the problem and is not fetched. */
function problemType(code: ErrorCode): string {
  return `urn:switchboard:problem:${code}`
}

/** The body of a problem; absent members are left out. */
export function problemBody(error: AppError, requestId: string) {
  const { title, httpStatus } = ERROR_KINDS[error.code]
  const { code, message, ...members } = errorBody(error, requestId)
  return { type: problemType(code), title, status: httpStatus, detail: message, code, ...members }
}

/** The headers of a problem: when to come back (whole seconds), and the error's own headers. */
export function problemHeaders(error: AppError): Record<string, string> {
  return {
    'content-type': PROBLEM_MEDIA_TYPE,
    ...(error.retryAfterMs === undefined
      ? {}
      : { 'retry-after': String(Math.ceil(error.retryAfterMs / 1000)) }),
    ...(error instanceof HeadedError ? error.headers : {}),
  }
}
