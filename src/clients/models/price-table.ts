/**
 * Prices and sizes of models, as their providers publish them: platform.claude.com/docs (pricing, and each model's
 * page) and developers.openai.com/api/docs (pricing, and each model's page), standard processing, short-lived cache
 * writes; models older than GPT-5.6 at the prices of their release. A model whose price only others publish is left
 * out: its cost is unknown.
 */
import type { ModelFacts, Provider } from './model.ts'

/** The day on which the publications were last read. GPT-5.6 Sol was on offer then, until 2026-11-21 at least. */
export const PRICES_AS_OF = '2026-11-10'

/** Dollars per million tokens: input, output, cache read, cache write. */
type Row = readonly [inputUsd: number, outputUsd: number, cacheReadUsd: number, cacheWriteUsd: number]

/** Tokens of the window and of the longest answer. */
type Size = readonly [contextTokens: number, maxOutputTokens: number]

const K = 1_000
const CLAUDE_LARGE: Size = [1_000 * K, 128 * K]
const CLAUDE_SMALL: Size = [200 * K, 64 * K]
/**
 * OpenAI limits the question separately from the answer (1,050,000 and 400,000 tokens together): the smaller figure
 * holds whatever the length of the answer.
 */
const GPT_LARGE: Size = [922 * K, 128 * K]
const GPT_MEDIUM: Size = [272 * K, 128 * K]

/**
 * OpenAI charges more for the whole call once its question is longer: twice for the input, half more for the answer.
 */
const GPT_LONG_TOKENS = 272 * K
const GPT_LONG_INPUT = 2
const GPT_LONG_OUTPUT = 1.5

function flat(row: Row, [contextTokens, maxOutputTokens]: Size): ModelFacts {
  return { contextTokens, maxOutputTokens, price: priceOf(row) }
}

function stepped(row: Row, size: Size, [overTokens, long]: readonly [number, Row]): ModelFacts {
  return { ...flat(row, size), price: { ...priceOf(row), long: { overTokens, ...priceOf(long) } } }
}

function gptLarge([input, output, read, write]: Row): ModelFacts {
  const long: Row = [
    input * GPT_LONG_INPUT,
    output * GPT_LONG_OUTPUT,
    read * GPT_LONG_INPUT,
    write * GPT_LONG_INPUT,
  ]
  return stepped([input, output, read, write], GPT_LARGE, [GPT_LONG_TOKENS, long])
}

function priceOf([inputUsd, outputUsd, cacheReadUsd, cacheWriteUsd]: Row) {
  return { inputUsd, outputUsd, cacheReadUsd, cacheWriteUsd }
}

export const PRICE_TABLE: Readonly<Record<Provider, Readonly<Record<string, ModelFacts>>>> = {
  anthropic: {
    'claude-fable-5-1': flat([10, 50, 0.25, 12.5], CLAUDE_LARGE),
    'claude-fable-5': flat([10, 50, 1, 12.5], CLAUDE_LARGE),
    'claude-opus-5-5': flat([4, 20, 0.2, 5], CLAUDE_LARGE),
    'claude-opus-5': flat([5, 25, 0.5, 6.25], CLAUDE_LARGE),
    'claude-opus-4-8': flat([5, 25, 0.5, 6.25], CLAUDE_LARGE),
    // Earlier models had a larger window for some accounts only: the smaller one holds for all.
    'claude-opus-4-7': flat([5, 25, 0.5, 6.25], CLAUDE_SMALL),
    'claude-opus-4-6': flat([5, 25, 0.5, 6.25], CLAUDE_SMALL),
    'claude-opus-4-5': flat([5, 25, 0.5, 6.25], CLAUDE_SMALL),
    'claude-sonnet-5-5': flat([2, 10, 0.1, 2.5], CLAUDE_LARGE),
    'claude-sonnet-5': flat([2, 10, 0.2, 2.5], CLAUDE_LARGE),
    'claude-sonnet-4-6': flat([3, 15, 0.3, 3.75], CLAUDE_SMALL),
    'claude-sonnet-4-5': flat([3, 15, 0.3, 3.75], CLAUDE_SMALL),
    'claude-haiku-5-5': stepped([0.1, 0.5, 0.01, 0.125], CLAUDE_LARGE, [100 * K, [0.5, 2.5, 0.05, 0.625]]),
    'claude-haiku-4-5': flat([1, 5, 0.1, 1.25], CLAUDE_SMALL),
  },
  openai: {
    'gpt-6.2-sol': gptLarge([2, 10, 0.1, 2.5]),
    'gpt-6-sol': gptLarge([2, 10, 0.2, 2.5]),
    'gpt-5.6': gptLarge([4, 20, 0.4, 5]),
    'gpt-5.6-sol': gptLarge([4, 20, 0.4, 5]),
    'gpt-5.6-terra': gptLarge([2, 12, 0.2, 2.5]),
    'gpt-5.6-luna': gptLarge([0.2, 1.2, 0.02, 0.25]),
    // Up to this model, writing to the cache costs the same as reading without it.
    'gpt-5.2': flat([1.75, 14, 0.175, 1.75], GPT_MEDIUM),
    'gpt-5.1': flat([1.25, 10, 0.125, 1.25], GPT_MEDIUM),
    'gpt-5': flat([1.25, 10, 0.125, 1.25], GPT_MEDIUM),
    'gpt-5-mini': flat([0.25, 2, 0.025, 0.25], GPT_MEDIUM),
    'gpt-5-nano': flat([0.05, 0.4, 0.005, 0.05], GPT_MEDIUM),
    'gpt-4.1': flat([2, 8, 0.5, 2], [1_047_576, 32_768]),
    'gpt-4.1-mini': flat([0.4, 1.6, 0.1, 0.4], [1_047_576, 32_768]),
    'gpt-4.1-nano': flat([0.1, 0.4, 0.025, 0.1], [1_047_576, 32_768]),
    'gpt-4o': flat([2.5, 10, 1.25, 2.5], [128 * K, 16_384]),
    'gpt-4o-mini': flat([0.15, 0.6, 0.075, 0.15], [128 * K, 16_384]),
    o3: flat([2, 8, 0.5, 2], [200 * K, 100 * K]),
    'o4-mini': flat([1.1, 4.4, 0.275, 1.1], [200 * K, 100 * K]),
  },
}
