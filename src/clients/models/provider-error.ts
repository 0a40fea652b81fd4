/** Turns whatever a provider's SDK threw into one `ModelError`, in words of ours. */
import type { ErrorCode } from '../../core/errors.ts'
import type { Ended } from './call-watch.ts'
import { logCause } from './log-cause.ts'
import type { Provider, Usage } from './model.ts'
import { ModelError } from './model-error.ts'
import { isRecord } from './tool-input.ts'

/** The settings that a person mends a call with. */
export const PROVIDER_SETTINGS = {
  anthropic: { title: 'Anthropic', key: 'ANTHROPIC_API_KEY', baseUrl: 'ANTHROPIC_BASE_URL' },
  openai: { title: 'The OpenAI-compatible provider', key: 'OPENAI_API_KEY', baseUrl: 'OPENAI_BASE_URL' },
} as const satisfies Record<Provider, object>

export interface FailedCall {
  readonly provider: Provider
  readonly model: string
  readonly key: string | undefined
  readonly ended: Ended | undefined
  readonly usage: Usage | undefined
  readonly now: Date
}

/** What both SDKs' errors carry, read without importing either. */
interface Signs {
  readonly status: number | undefined
  readonly headers: Headers | undefined
  /** The provider's own codes and types. */
  readonly codes: readonly string[]
  readonly text: string
}

interface Failure {
  readonly code: ErrorCode
  readonly message: string
  readonly retryable: boolean
  readonly fix?: string
  readonly retryAfterMs?: number | undefined
  readonly reason?: 'context_full'
}

export function toModelError(thrown: unknown, call: FailedCall): ModelError {
  if (thrown instanceof ModelError) return thrown
  const { code, message, ...details } = failureOf(thrown, call)
  const cause = logCause(thrown, call.key)
  const mayHaveCost = call.usage === undefined && mayHaveBegun(thrown)
  return new ModelError(code, message, { ...details, usage: call.usage, mayHaveCost, cause })
}

/** The network's codes that say: nobody was reached. */
const NOT_REACHED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']

/** Whether the provider may have worked on it before the connection broke: no answer of its own refused the call. */
function mayHaveBegun(thrown: unknown): boolean {
  if (signsOf(thrown).status !== undefined) return false
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if ('code' in error && NOT_REACHED.includes(String(error.code))) return false
  }
  return true
}

function failureOf(thrown: unknown, call: FailedCall): Failure {
  if (call.ended === 'caller') {
    return { code: 'cancelled', message: 'The call to the model was cancelled.', retryable: false }
  }
  const { title } = PROVIDER_SETTINGS[call.provider]
  if (call.ended === 'idle') return unavailable(`${title} stopped answering.`)
  const signs = signsOf(thrown)
  return (
    limitFailure(signs, call) ??
    requestFailure(signs, call) ??
    (isOutage(thrown, signs)
      ? unavailable(`${title} cannot be reached or answered with an error.`, retryAfterMs(signs, call.now))
      : { code: 'internal', message: 'The model call failed on our side.', retryable: false })
  )
}

function unavailable(message: string, retryAfterMs?: number): Failure {
  return {
    code: 'unavailable',
    message,
    retryable: true,
    fix: 'Try again later; if it lasts, look at the status page of the provider.',
    retryAfterMs,
  }
}

function signsOf(thrown: unknown): Signs {
  const fields = isRecord(thrown) ? thrown : {}
  const body = isRecord(fields.error) ? fields.error : {}
  const inner = isRecord(body.error) ? body.error : body
  const isText = (value: unknown): value is string => typeof value === 'string'
  return {
    status: typeof fields.status === 'number' ? fields.status : undefined,
    headers: fields.headers instanceof Headers ? fields.headers : undefined,
    codes: [fields.type, fields.code, inner.type, inner.code].filter(isText),
    text: [thrown instanceof Error ? thrown.message : '', inner.message].filter(isText).join(' '),
  }
}

/** Money, pace and room: what the same call meets again however well it is formed. */
function limitFailure(signs: Signs, { provider, now }: FailedCall): Failure | undefined {
  const { status, codes, text } = signs
  const { title } = PROVIDER_SETTINGS[provider]
  const has = (...wanted: string[]) => wanted.some((code) => codes.includes(code))
  if (
    status === 402 ||
    has('insufficient_quota', 'billing_error') ||
    /credit balance is too low/i.test(text)
  ) {
    return {
      code: 'forbidden',
      message: `${title} refuses the call for want of credit.`,
      fix: 'Add credit to the account that the key belongs to, or set another key.',
      retryable: false,
    }
  }
  if (status === 429 || has('rate_limit_error', 'rate_limit_exceeded')) {
    return {
      code: 'rate_limited',
      message: `${title} takes no more calls at this pace.`,
      fix: 'Wait and try again; fewer runs at once, or a higher limit at the provider, prevent it.',
      retryAfterMs: retryAfterMs(signs, now),
      retryable: true,
    }
  }
  if (isContextFull(signs)) {
    return {
      code: 'invalid_input',
      reason: 'context_full',
      message: "The conversation is longer than the model's context window.",
      fix: 'Shorten the conversation, or use a model with a larger window.',
      retryable: false,
    }
  }
  return undefined
}

/** How servers say that a question is too long: codes where there are any, else their words. */
const CONTEXT_FULL_CODES = ['context_length_exceeded', 'exceed_context_size_error', 'request_too_large']
const CONTEXT_FULL_WORDS =
  /prompt is too long|exceeds? (the )?(model's |available )?(maximum )?context|maximum context length|context[ _](length|window|limit)|input is too long|reduce the length/i

function isContextFull({ status, codes, text }: Signs): boolean {
  if (status === 413 || codes.some((code) => CONTEXT_FULL_CODES.includes(code))) return true
  const isRefusal = status === 400 || status === 422 || codes.includes('invalid_request_error')
  return isRefusal && CONTEXT_FULL_WORDS.test(text)
}

/** What is wrong with the call itself, or with who makes it. */
function requestFailure({ status, codes, text }: Signs, call: FailedCall): Failure | undefined {
  const { title, key, baseUrl } = PROVIDER_SETTINGS[call.provider]
  const has = (...wanted: string[]) => wanted.some((code) => codes.includes(code))
  if (status === 401 || status === 403 || has('authentication_error', 'permission_error')) {
    return {
      code: 'forbidden',
      message: `${title} does not accept the key, or the key may not use this model.`,
      fix: `Set ${key} to a valid key that may use ${call.model}.`,
      retryable: false,
    }
  }
  if (status === 404 || has('not_found_error', 'model_not_found')) {
    return {
      code: 'not_found',
      message: `${title} has no model ${call.model}.`,
      fix: `Name a model that the provider has; if it should be there, look at ${baseUrl}.`,
      retryable: false,
    }
  }
  const isPassing = status === 408 || status === 409 || (status !== undefined && status >= 500)
  const isRefused = !isPassing && ((status ?? 0) >= 400 || has('invalid_request_error'))
  if (!isRefused) return undefined
  // Newer models of OpenAI take tools through another of its interfaces only.
  const isOtherInterface = text.includes('/v1/responses')
  return {
    code: 'invalid_input',
    message: isOtherInterface
      ? `The model ${call.model} does not take tools through the Chat Completions interface.`
      : `${title} refused the request as not valid.`,
    fix: isOtherInterface
      ? 'Use another model.'
      : 'Check the model, its limits and the schemas of its tools; the log says more.',
    retryable: false,
  }
}

/** A provider's trouble or the network's; anything else that is thrown is a defect of ours. */
function isOutage(thrown: unknown, { status, codes }: Signs): boolean {
  if (status !== undefined || codes.some((code) => code.endsWith('_error'))) return true
  if (!(thrown instanceof Error)) return false
  // `fetch` throws a TypeError with the network's error as its cause; a stream that is no JSON a SyntaxError.
  const isNetwork = thrown instanceof TypeError && thrown.cause !== undefined
  return isNetwork || thrown instanceof SyntaxError || /^(API|Anthropic|OpenAI)/.test(thrown.constructor.name)
}

/** From `retry-after-ms`, or `retry-after` in seconds or as a date. */
function retryAfterMs({ headers }: Signs, now: Date): number | undefined {
  const milliseconds = numberOf(headers?.get('retry-after-ms'))
  if (milliseconds !== undefined) return Math.ceil(milliseconds)
  const text = headers?.get('retry-after')
  const seconds = numberOf(text)
  if (seconds !== undefined) return Math.ceil(seconds * 1000)
  const date = Date.parse(text ?? '')
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime())
}

function numberOf(text: string | null | undefined): number | undefined {
  return text !== null && text !== undefined && /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined
}
