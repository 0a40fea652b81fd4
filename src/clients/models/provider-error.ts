/** Turns any error of a provider's SDK into one `ModelError`, in our own words. */
import type { ErrorCode } from '../../core/errors.ts'
import type { Ended } from './call-watch.ts'
import { contextRefusal } from './context-refusal.ts'
import { logCause } from './log-cause.ts'
import type { Provider, Room, Usage } from './model.ts'
import { ModelError } from './model-error.ts'
import { type Signs, shownWords, signsOf } from './provider-signs.ts'
import { retryAfterMs } from './retry-after.ts'

/** The settings with which a person can fix a call. */
export const PROVIDER_SETTINGS = {
  anthropic: { title: 'Anthropic', key: 'ANTHROPIC_API_KEY', baseUrl: 'ANTHROPIC_BASE_URL' },
  openai: { title: 'The OpenAI-compatible provider', key: 'OPENAI_API_KEY', baseUrl: 'OPENAI_BASE_URL' },
} as const satisfies Record<Provider, object>

export interface FailedCall {
  readonly provider: Provider
  readonly model: string
  readonly key: string | undefined
  /** The most tokens of the answer, as requested. */
  readonly askedTokens: number
  readonly ended: Ended | undefined
  readonly usage: Usage | undefined
  readonly now: Date
}

/** The stream of an answer ended before the answer did. */
export class CutAnswer extends Error {}

interface Failure {
  readonly code: ErrorCode
  readonly message: string
  readonly retryable: boolean
  readonly fix?: string
  readonly retryAfterMs?: number | undefined
  readonly reason?: 'context_full'
  readonly room?: Room
}

/** The network's codes for a server that was not reached. */
const NOT_REACHED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']

export function toModelError(thrown: unknown, call: FailedCall): ModelError {
  // Also finds it where an SDK wrapped it.
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (error instanceof ModelError) return error
  }
  const signs = signsOf(thrown)
  const { code, message, ...details } = failureOf(thrown, signs, call)
  const isAnswered = signs.status !== undefined
  return new ModelError(code, message, {
    ...details,
    usage: call.usage,
    // Unless the provider refused the call, it may have worked on it before the connection broke.
    mayHaveCost: call.usage === undefined && !isAnswered && !NOT_REACHED.includes(networkCode(thrown) ?? ''),
    providerWords: shownWords(signs, call.key),
    cause: logCause(thrown, call.key),
  })
}

/** The network's error code within the thrown error. */
function networkCode(thrown: unknown): string | undefined {
  let code: string | undefined
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if ('code' in error && typeof error.code === 'string') code = error.code
  }
  return code
}

function failureOf(thrown: unknown, signs: Signs, call: FailedCall): Failure {
  if (call.ended === 'caller') {
    return { code: 'cancelled', message: 'The call to the model was cancelled.', retryable: false }
  }
  const { title } = PROVIDER_SETTINGS[call.provider]
  if (call.ended === 'idle') return unavailable(`${title} stopped answering.`)
  if (call.ended === 'endless') {
    return {
      code: 'unavailable',
      message: `${title} sent more than an answer can contain.`,
      retryable: false,
    }
  }
  return (
    limitFailure(signs, call) ??
    requestFailure(signs, call) ??
    outage(thrown, signs, call) ?? {
      code: 'internal',
      message: 'The model call failed on our side.',
      retryable: false,
    }
  )
}

function unavailable(message: string, retryAfterMs?: number): Failure {
  return {
    code: 'unavailable',
    message,
    retryable: true,
    fix: 'Try again later; if it persists, check the status page of the provider.',
    retryAfterMs,
  }
}

/** Codes and words that say that the account has no credit left. Waiting does not help. */
const NO_CREDIT_CODES = [
  'insufficient_quota',
  'billing_error',
  'billing_not_active',
  'billing_hard_limit_reached',
  'exceeded_current_quota_error',
  'access_terminated',
]
const NO_CREDIT_WORDS =
  /credit balance is too low|insufficient (credit|balance|funds|quota)|(used all|run out of) .{0,40}credits|spending limit/i

/** Money, room and pace: limits that the same call meets again, however well it is formed. */
function limitFailure(signs: Signs, call: FailedCall): Failure | undefined {
  const { status, codes, words } = signs
  const { title } = PROVIDER_SETTINGS[call.provider]
  if (status === 402 || hasCode(signs, ...NO_CREDIT_CODES) || NO_CREDIT_WORDS.test(words)) {
    return {
      code: 'forbidden',
      message: `${title} refuses the call because the account has no credit left.`,
      fix: 'Add credit to the account that the key belongs to, or set another key.',
      retryable: false,
    }
  }
  const room = contextRefusal(signs, call.askedTokens)
  if (room !== undefined) {
    return {
      code: 'invalid_input',
      reason: 'context_full',
      room,
      message: "The conversation is longer than the model's context window.",
      fix: 'Shorten the conversation, or use a model with a larger window.',
      retryable: false,
    }
  }
  if (status === 429 || codes.some((code) => /rate_limit|RESOURCE_EXHAUSTED/i.test(code))) {
    return {
      code: 'rate_limited',
      message: `${title} limits the rate of calls.`,
      fix: 'Wait and try again. Fewer runs at once, or a higher limit at the provider, prevent it.',
      retryAfterMs: retryAfterMs(signs, call.now),
      retryable: true,
    }
  }
  return undefined
}

function hasCode({ codes }: Signs, ...wanted: readonly string[]): boolean {
  return wanted.some((code) => codes.includes(code))
}

/** Statuses under 500 after which the same call may succeed later, and statuses from 500 on after which it may not. */
const PASSING_STATUSES = [408, 409, 425]
const LASTING_STATUSES = [501, 505]
/** Codes of a call that the model itself malformed; Groq refuses it with 400 and asks to try again. */
const SPOILED_CODES = ['tool_use_failed', 'json_validate_failed']

/** Words of a 403 refusal because of the question's content: OpenRouter and xAI. */
const FLAGGED_WORDS = /flagged|moderation|usage guidelines|content policy/i

/** Faults of the call itself, or of its account. */
function requestFailure(signs: Signs, call: FailedCall): Failure | undefined {
  const { status = 0, words } = signs
  const { title, key, baseUrl } = PROVIDER_SETTINGS[call.provider]
  const isBarred = status === 403 && !FLAGGED_WORDS.test(words)
  if (
    status === 401 ||
    isBarred ||
    hasCode(signs, 'authentication_error', 'permission_error', 'invalid_api_key')
  ) {
    return {
      code: 'forbidden',
      message: `${title} does not accept the key, or the key may not use this model.`,
      fix: `Set ${key} to a valid key that may use ${call.model}.`,
      retryable: false,
    }
  }
  if (status === 404 || status === 405 || hasCode(signs, 'not_found_error', 'model_not_found')) {
    return {
      code: 'not_found',
      message: `${title} has no model ${call.model}.`,
      fix: `Name a model that the provider has; if it should have this one, check ${baseUrl}.`,
      retryable: false,
    }
  }
  const isPassing = PASSING_STATUSES.includes(status) || hasCode(signs, ...SPOILED_CODES)
  const isRefused = (status >= 400 && status < 500) || LASTING_STATUSES.includes(status)
  if (isPassing || !(isRefused || hasCode(signs, 'invalid_request_error'))) return undefined
  // Newer OpenAI models accept tools only through another of its interfaces.
  const isOtherInterface = words.includes('/v1/responses')
  return {
    code: 'invalid_input',
    message: isOtherInterface
      ? `The model ${call.model} does not accept tools through the Chat Completions interface.`
      : `${title} refused the request as invalid.`,
    fix: isOtherInterface
      ? 'Use another model.'
      : 'Check the model, its limits and the schemas of its tools.',
    retryable: false,
  }
}

/** Trouble at the provider or in the network; any other thrown error is a defect of Switchboard. */
function outage(thrown: unknown, signs: Signs, { provider, usage, now }: FailedCall): Failure | undefined {
  const { title } = PROVIDER_SETTINGS[provider]
  const network = networkCode(thrown)
  // `fetch` throws a TypeError with the network's error as its cause; a stream that is not JSON throws a SyntaxError.
  const isNetwork = thrown instanceof TypeError && thrown.cause !== undefined
  const hasBegun = usage !== undefined && signs.status === undefined
  if (thrown instanceof CutAnswer || (isNetwork && hasBegun))
    return unavailable(`${title} stopped before the end of its answer.`)
  const isSdk = thrown instanceof Error && /^(API|Anthropic|ProviderRefusal)/.test(thrown.constructor.name)
  if (signs.status === undefined && !isSdk && !isNetwork && !(thrown instanceof SyntaxError)) return undefined
  return unavailable(
    isNetwork && network !== undefined
      ? `${title} cannot be reached (${network}).`
      : `${title} cannot be reached or answered with an error.`,
    retryAfterMs(signs, now),
  )
}
