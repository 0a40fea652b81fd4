/** What a call used: the provider's counts where they make sense, otherwise a careful estimate, and never zero. */
import type { Usage } from './model.ts'
import { isRecord } from './tool-input.ts'

/**
 * Bytes of one token, for estimates. English prose has four or more, code, JSON and the newer tokenizers about three:
 * an estimate is rather too high than too low.
 */
const BYTES_PER_TOKEN = 3

/** The provider's counts in our terms; they may be missing or nonsense. */
export interface SaidUsage {
  readonly inputTokens: unknown
  readonly outputTokens: unknown
  readonly cacheReadTokens: unknown
  readonly cacheWriteTokens: unknown
}

/** The bytes that went over the wire. */
export interface Traffic {
  readonly questionBytes: number
  readonly answerBytes: number
  /** Whether the provider's count of the answer is final. */
  readonly finished: boolean
}

function estimateTokens(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_TOKEN)
}

/** Far more tokens than any call has: a larger count is nonsense, and no column can hold it. */
const COUNT_MAX_TOKENS = 20_000_000

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= COUNT_MAX_TOKENS ? Math.ceil(value) : undefined
}

/**
 * Reading always costs tokens, so an input of 0 means that the count is missing. It is also missing when an answer was
 * cut off.
 */
export function settleUsage(said: SaidUsage, traffic: Traffic): Usage {
  const saidInput = countOf(said.inputTokens) || undefined
  const saidOutput = countOf(said.outputTokens)
  const isOutputKnown =
    saidOutput !== undefined && traffic.finished && (saidOutput > 0 || traffic.answerBytes === 0)
  const inputTokens = saidInput ?? estimateTokens(traffic.questionBytes)
  const outputTokens = isOutputKnown
    ? saidOutput
    : Math.max(saidOutput ?? 0, estimateTokens(traffic.answerBytes))
  const cacheReadTokens = Math.min(countOf(said.cacheReadTokens) ?? 0, inputTokens)
  const cacheWriteTokens = Math.min(countOf(said.cacheWriteTokens) ?? 0, inputTokens - cacheReadTokens)
  const usage = { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }
  return saidInput !== undefined && isOutputKnown ? usage : { ...usage, estimated: true }
}

/**
 * The counts of Chat Completions. xAI and Gemini leave thinking out of the count of the answer, but not out of the
 * total; DeepSeek and Kimi report cached tokens in fields of their own.
 */
export function readChatCounts(said: unknown): SaidUsage {
  const usage = isRecord(said) ? said : {}
  const details = isRecord(usage.prompt_tokens_details) ? usage.prompt_tokens_details : {}
  const { prompt_tokens: inputTokens, completion_tokens: completion, total_tokens: total } = usage
  const rest = (countOf(total) ?? 0) - (countOf(inputTokens) ?? 0)
  const output = countOf(completion)
  return {
    inputTokens,
    outputTokens: output === undefined ? completion : Math.max(output, countOf(inputTokens) ? rest : 0),
    cacheReadTokens: details.cached_tokens ?? usage.prompt_cache_hit_tokens ?? usage.cached_tokens,
    cacheWriteTokens: details.cache_write_tokens,
  }
}
