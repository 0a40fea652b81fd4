/** The closed table of everything that can go wrong, and the one error every door renders. */

import { cutText } from './text/cut.ts'
import { maskAll, maskKnown } from './text/redact.ts'

/** Whether the caller may retry: `no`, or `later` (the same call may succeed after a pause). */
type Retry = 'no' | 'later'

interface ErrorKind {
  readonly title: string
  /** HTTP status of the problem details (RFC 9457). */
  readonly httpStatus: number
  /** Exit code of the command line. */
  readonly exitCode: number
  readonly retry: Retry
}

/** Every error code with what the doors need to render it. Codes are stable: clients branch on them. */
export const ERROR_KINDS = {
  invalid_input: { title: 'The input is not valid', httpStatus: 400, exitCode: 2, retry: 'no' },
  unauthenticated: { title: 'Who you are is not known', httpStatus: 401, exitCode: 3, retry: 'no' },
  forbidden: { title: 'Not allowed', httpStatus: 403, exitCode: 4, retry: 'no' },
  not_found: { title: 'Not found', httpStatus: 404, exitCode: 5, retry: 'no' },
  method_not_allowed: { title: 'Method not allowed', httpStatus: 405, exitCode: 2, retry: 'no' },
  conflict: { title: 'In conflict with what is there', httpStatus: 409, exitCode: 6, retry: 'no' },
  in_progress: { title: 'The same call is still running', httpStatus: 409, exitCode: 6, retry: 'later' },
  outcome_unknown: { title: 'The outcome is not known', httpStatus: 409, exitCode: 6, retry: 'no' },
  payload_too_large: { title: 'The request is too large', httpStatus: 413, exitCode: 2, retry: 'no' },
  unsupported_media_type: { title: 'Not a media type read here', httpStatus: 415, exitCode: 2, retry: 'no' },
  idempotency_mismatch: {
    title: 'The idempotency key was used with another input',
    httpStatus: 422,
    exitCode: 6,
    retry: 'no',
  },
  confirmation_required: { title: 'Needs confirmation', httpStatus: 428, exitCode: 7, retry: 'no' },
  rate_limited: { title: 'Too many requests', httpStatus: 429, exitCode: 8, retry: 'later' },
  cancelled: { title: 'Cancelled by the caller', httpStatus: 499, exitCode: 130, retry: 'no' },
  internal: { title: 'Something broke on our side', httpStatus: 500, exitCode: 1, retry: 'no' },
  not_configured: { title: 'Not set up yet', httpStatus: 503, exitCode: 9, retry: 'no' },
  unavailable: { title: 'Not available right now', httpStatus: 503, exitCode: 9, retry: 'later' },
} as const satisfies Record<string, ErrorKind>

export type ErrorCode = keyof typeof ERROR_KINDS

/** Every code. The type of `Object.keys` does not say that the keys are the codes. */
export const ERROR_CODES = Object.keys(ERROR_KINDS) as [ErrorCode, ...ErrorCode[]]

/** One fault of an input: `path` is dotted (`tasks.0.title`), '' for the whole input. */
export interface InputIssue {
  readonly path: string
  readonly message: string
}

interface ErrorDetails {
  /** How to fix it, in words that a person or a model can act on. */
  readonly fix?: string | undefined
  /** Milliseconds after which the same call may succeed. */
  readonly retryAfterMs?: number | undefined
  readonly issues?: readonly InputIssue[] | undefined
  /** What really happened: for the log only, never shown. */
  readonly cause?: unknown
}

/**
 * The most characters of each text of an error: it may contain text that a caller sent, and a refusal should cost less
 * than the call.
 */
const TEXT_MAX_CHARS = 8_000

/** The way out where an error names fields and says nothing else of how to fix it. */
const CORRECT_FIELDS = 'Correct the fields named and call again.'

const shortened = (text: string): string => cutText(text, TEXT_MAX_CHARS, '…')

/** The only error that crosses a door. `message`, `fix` and `issues` are our own texts and safe to show to a model. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly fix: string | undefined
  readonly retryAfterMs: number | undefined
  readonly issues: readonly InputIssue[] | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(shortened(message), details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'AppError'
    this.code = code
    const fix = details.fix ?? (details.issues === undefined ? undefined : CORRECT_FIELDS)
    this.fix = fix === undefined ? undefined : shortened(fix)
    this.retryAfterMs = details.retryAfterMs
    this.issues = details.issues?.map(({ path, message }) => ({
      path: shortened(path),
      message: shortened(message),
    }))
  }
}

/** The form in which an error leaves through any door; absent fields are left out. */
export interface ErrorBody {
  readonly code: ErrorCode
  readonly message: string
  readonly fix?: string
  readonly retryAfterMs?: number
  readonly issues?: readonly InputIssue[]
  readonly requestId?: string
}

export function errorBody(error: AppError, requestId?: string): ErrorBody {
  return {
    code: error.code,
    message: maskKnown(error.message),
    ...(error.fix === undefined ? {} : { fix: maskKnown(error.fix) }),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    ...(error.issues === undefined ? {} : { issues: error.issues }),
    ...(requestId === undefined ? {} : { requestId }),
  }
}

/** What was thrown, without these secrets in what it says: a service may repeat the one that it was sent. */
export function withoutSecrets(thrown: unknown, secrets: Iterable<string>): unknown {
  if (!(thrown instanceof AppError)) return thrown
  const { code, retryAfterMs, issues, cause } = thrown
  const texts = [thrown.message, thrown.fix ?? ''] as const
  const [message, fix] = texts.map((text) => maskAll(text, secrets)) as [string, string]
  if (message === texts[0] && fix === texts[1]) return thrown
  return new AppError(code, message, { fix: fix || undefined, retryAfterMs, issues, cause })
}

/** Returns a thrown `AppError`, where it is the outcome of one thing among several; throws anything else again. */
export function toRefusal(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  throw thrown
}

/**
 * Turns anything thrown into an `AppError`: returns it, or the `AppError` that a library wrapped; anything else becomes
 * `internal` and keeps its cause for the log.
 */
export function toAppError(thrown: unknown): AppError {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (error instanceof AppError) return error
  }
  return new AppError('internal', 'Something went wrong on our side.', {
    fix: 'Try again, a write with the same idempotency key; if it happens again, report it with the request id.',
    cause: thrown,
  })
}

/** Something that the caller may not read and something that does not exist look the same. */
export function notFound(noun: string, id: string): AppError {
  return new AppError('not_found', `There is no ${noun} ${id}.`, {
    fix: `List what exists, and use an id from that list.`,
  })
}
