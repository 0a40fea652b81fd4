/** What an agent needs of a language model, from any provider: one streamed answer, with its token counts. */
import type { ErrorCode } from '../../core/errors.ts'
import type { JsonSchema } from '../../core/schema/json-schema.ts'

export const PROVIDERS = ['anthropic', 'openai'] as const
export type Provider = (typeof PROVIDERS)[number]

/** A model and its provider; written `provider/model`. */
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
  /** `input` is always an object; anything else becomes `{ invalidJson: text }`, which no schema accepts. */
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
  /** The most tokens of the answer. */
  readonly maxTokens: number
  /** The answer's text must be JSON of this schema. */
  readonly outputSchema?: JsonSchema
}

/** Tokens as the provider counts them. */
export interface Usage {
  /** All input tokens, cached or not. */
  readonly inputTokens: number
  readonly outputTokens: number
  /** The part of `inputTokens` that was read from the cache, and the part that was written to it. */
  readonly cacheReadTokens: number
  readonly cacheWriteTokens: number
  /** The provider sent no count: estimated from the bytes on the wire, rather too high than too low. */
  readonly estimated?: true
}

/**
 * Why an answer ended. Calls are made only for `tool_calls`; with `max_tokens` and `context_full` the answer was cut
 * short, and does not include a call whose input was cut.
 */
export const STOP_REASONS = ['end', 'tool_calls', 'max_tokens', 'refusal', 'context_full'] as const
export type StopReason = (typeof STOP_REASONS)[number]

export interface ModelAnswer {
  readonly content: readonly Said[]
  readonly stop: StopReason
  readonly usage: Usage
  /** The model that answered, by the provider's name for it. */
  readonly model: string
  /** The provider gave an unknown reason for the end. */
  readonly isStopUnknown?: boolean
}

/** Parts of an answer while it arrives; shown, never stored. */
export type Delta =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_call'; readonly id: string; readonly name: string }

/** Dollars per million tokens. */
export interface Price {
  readonly inputUsd: number
  readonly outputUsd: number
  readonly cacheReadUsd: number
  readonly cacheWriteUsd: number
  /** The price of the whole call once its input is longer than `overTokens`. */
  readonly long?: {
    readonly overTokens: number
    readonly inputUsd: number
    readonly outputUsd: number
    readonly cacheReadUsd: number
    readonly cacheWriteUsd: number
  }
}

export interface ModelFacts {
  /** The most tokens of question and answer together. */
  readonly contextTokens: number
  /** The most tokens of an answer. */
  readonly maxOutputTokens: number
  /** `unknown`: the model is in no price table, so that its cost is unknown. */
  readonly price: Price | 'unknown'
}

/** The room, in tokens, that a provider revealed when it refused a call for its length. */
export interface Room {
  /** The most tokens of question and answer together. */
  readonly contextTokens?: number
  /** The tokens of the refused question. */
  readonly questionTokens?: number
  /** The most tokens of an answer. */
  readonly answerTokens?: number
}

/** What `ModelError` reports about a failed call. */
export interface ModelFailure {
  readonly code: ErrorCode
  /** Whether the same call may succeed later. */
  readonly retryable: boolean
  /** Milliseconds to wait, if the provider names them. */
  readonly retryAfterMs?: number | undefined
  /** `context_full`: question and answer do not fit the model's window; a shorter answer or question may. */
  readonly reason?: 'context_full' | undefined
  /** With `context_full`: the room that the provider revealed. */
  readonly room?: Room | undefined
  /** What the call cost nevertheless, as far as is known; undefined when the provider answered nothing at all. */
  readonly usage?: Usage | undefined
  /** Nothing was answered, but the provider may have worked on it and may charge for it. */
  readonly mayHaveCost?: boolean
  /** The provider's own words, in one line, shortened and without secrets: to be shown as its words, never as ours. */
  readonly providerWords?: string | undefined
}

export interface Models {
  /** Whether a key or an address is set for the provider. */
  isConfigured(provider: Provider): boolean
  /** The provider and model of agents that name none; undefined when none is configured. */
  readonly standard: ModelName | undefined
  facts(provider: Provider, model: string): ModelFacts
  /**
   * Asks once, without retries of its own, because the caller stores each attempt.
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
