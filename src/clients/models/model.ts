/** What an agent needs of a language model, from any provider: one answer, streamed, with its figures. */
import type { ErrorCode } from '../../core/errors.ts'
import type { JsonSchema } from '../../core/schema/json-schema.ts'

export const PROVIDERS = ['anthropic', 'openai'] as const
export type Provider = (typeof PROVIDERS)[number]

/** A model and who provides it; written `provider/model`. */
export interface ModelName {
  readonly provider: Provider
  readonly model: string
}

/**
 * Reads `anthropic/claude-sonnet-5-5`; the model's own name may contain slashes. Undefined when `text` is not a model
 * name.
 */
export function parseModelName(text: string): ModelName | undefined {
  const slash = text.indexOf('/')
  const provider = PROVIDERS.find((known) => known === text.slice(0, slash))
  const model = text.slice(slash + 1).trim()
  return provider === undefined || model === '' ? undefined : { provider, model }
}

/** A piece of what a model said. */
export type Said =
  | { readonly type: 'text'; readonly text: string }
  /** `input` is always an object; what was no JSON object is `{ invalidJson: text }`, which no schema takes. */
  | { readonly type: 'tool_call'; readonly id: string; readonly name: string; readonly input: unknown }
  /**
   * Content that the provider wants returned unread, such as signed thinking; `data` is in the provider's own form. It
   * is valid only for the model that produced it, in the same conversation: code that shortens or rewrites earlier
   * messages must leave it out.
   */
  | { readonly type: 'opaque'; readonly provider: Provider; readonly data: unknown }

/** A piece of what a model is told. */
export type Told =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'tool_result'
      readonly callId: string
      readonly text: string
      readonly isError: boolean
    }

export type Message =
  | { readonly role: 'user'; readonly content: readonly Told[] }
  | { readonly role: 'assistant'; readonly content: readonly Said[] }

export interface ModelTool {
  /** Letters, digits, `_` and `-`, 64 at most. */
  readonly name: string
  readonly description: string
  readonly inputSchema: JsonSchema
}

export interface ModelRequest {
  readonly provider: Provider
  readonly model: string
  /** Stays the same throughout a run, so that the provider can cache it together with the tools. */
  readonly system: string
  readonly messages: readonly Message[]
  readonly tools: readonly ModelTool[]
  /** Tokens of the answer. */
  readonly maxTokens: number
  /** The answer's text must be JSON of this schema. */
  readonly outputSchema?: JsonSchema
}

/** Tokens as the provider counts them. */
export interface Usage {
  /** All that was read, cached or not. */
  readonly inputTokens: number
  readonly outputTokens: number
  /** Of `inputTokens`, those read from the cache, and those written to it. */
  readonly cacheReadTokens: number
  readonly cacheWriteTokens: number
  /** The provider did not say: reckoned from the bytes that went over the wire, rather too much than too little. */
  readonly estimated?: true
}

/**
 * Why an answer ended. Calls are to be made when it is `tool_calls` only; with `max_tokens` and `context_full` the
 * answer was cut short, and a call whose input was cut is not in it.
 */
export const STOP_REASONS = ['end', 'tool_calls', 'max_tokens', 'refusal', 'context_full'] as const
export type StopReason = (typeof STOP_REASONS)[number]

export interface ModelAnswer {
  readonly content: readonly Said[]
  readonly stop: StopReason
  readonly usage: Usage
  /** The model that answered, as the provider names it. */
  readonly model: string
  /** The provider named a reason for the end that is not known here. */
  readonly isStopUnknown?: boolean
}

/** What comes while the answer is on its way; shown, never stored. */
export type Delta =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_call'; readonly id: string; readonly name: string }

/** Dollars per million tokens. */
export interface Price {
  readonly inputUsd: number
  readonly outputUsd: number
  readonly cacheReadUsd: number
  readonly cacheWriteUsd: number
  /** What the whole call costs once its input is longer than `overTokens`. */
  readonly long?: {
    readonly overTokens: number
    readonly inputUsd: number
    readonly outputUsd: number
    readonly cacheReadUsd: number
    readonly cacheWriteUsd: number
  }
}

export interface ModelFacts {
  /** Tokens that question and answer may have together. */
  readonly contextTokens: number
  /** Tokens that an answer may have. */
  readonly maxOutputTokens: number
  /** `unknown`: it is in no price table, so that its cost cannot be told. */
  readonly price: Price | 'unknown'
}

/** What a provider told of the room there is when it refused a call for its length, in tokens. */
export interface Room {
  /** What question and answer may have together. */
  readonly contextTokens?: number
  /** What the refused question has. */
  readonly questionTokens?: number
  /** What an answer may have. */
  readonly answerTokens?: number
}

/** What `ModelError` says of a call that failed. */
export interface ModelFailure {
  readonly code: ErrorCode
  /** Whether the same call may succeed later. */
  readonly retryable: boolean
  /** Milliseconds to wait, where the provider says so. */
  readonly retryAfterMs?: number | undefined
  /** `context_full`: question and answer do not fit the model's window; a shorter answer or question may. */
  readonly reason?: 'context_full' | undefined
  /** With `context_full`: what the provider said of the room there is. */
  readonly room?: Room | undefined
  /** What it cost none the less, as far as is known; undefined when the provider answered nothing at all. */
  readonly usage?: Usage | undefined
  /** Nothing was answered, yet the provider may have worked on it and charge for it. */
  readonly mayHaveCost?: boolean
  /** The provider's own words, in one line, shortened and without secrets: to be shown as its words, never as ours. */
  readonly providerWords?: string | undefined
}

export interface Models {
  /** Whether a key or an address is set for it. */
  isConfigured(provider: Provider): boolean
  /** The provider and model of agents that name none; undefined when none is configured. */
  readonly standard: ModelName | undefined
  facts(provider: Provider, model: string): ModelFacts
  /**
   * Asks once: no retries of its own, since the caller stores each attempt.
   * @throws ModelError, an `AppError` with the outcome of the call; `cancelled` when `signal` aborts
   */
  ask(
    request: ModelRequest,
    options: { readonly signal: AbortSignal; onDelta?(delta: Delta): void },
  ): Promise<ModelAnswer>
}

declare module '../../core/operation/context.ts' {
  interface Resources {
    readonly models: Pick<Models, 'isConfigured' | 'standard' | 'facts'>
  }
}
