/** A refusal in the form of the wire. Where documents do not say which code belongs to a tag, the code is a guess. */
import type { Json } from './world/wire.ts'

export class ApiError extends Error {
  readonly status: number
  readonly body: Json

  constructor(status: number, words: { message: string; code: number; tag: string; extra?: Json }) {
    super(words.message)
    this.status = status
    this.body = {
      error: words.message,
      error_code: words.code,
      error_extra: words.extra ?? {},
      error_tag: words.tag,
      http_code: status,
    }
  }
}

export function invalid(argument: string, expected?: string): never {
  throw new ApiError(400, {
    message: 'Invalid argument value',
    code: 20,
    tag: 'INVALID_ARGUMENT_VALUE',
    extra: { argument, ...(expected !== undefined && { expected }) },
  })
}

export function missing(argument: string): never {
  throw new ApiError(400, {
    message: 'Required argument is missing',
    code: 19,
    tag: 'ARGUMENT_MISSING',
    extra: { argument },
  })
}

export function notFound(what: string): never {
  throw new ApiError(404, { message: `${what} not found`, code: 478, tag: 'NOT_FOUND' })
}

export function unauthorized(): never {
  throw new ApiError(401, { message: 'Unauthorized', code: 401, tag: 'UNAUTHORIZED' })
}

export function forbidden(message = 'Insufficient scope'): never {
  throw new ApiError(403, { message, code: 403, tag: 'FORBIDDEN' })
}

/** More than the person's plan has room for. */
export function overLimit(what: string, maxCount: number): never {
  throw new ApiError(403, {
    message: `Maximum number of ${what} reached`,
    code: 49,
    tag: `MAX_${what.toUpperCase()}_LIMIT_REACHED`,
    extra: { max_count: maxCount },
  })
}

export function tooMany(retryAfterSeconds: number): ApiError {
  return new ApiError(429, {
    message: 'Too many requests. Limits reached. Try again later',
    code: 35,
    tag: 'LIMITS_REACHED',
    extra: { retry_after: retryAfterSeconds },
  })
}
