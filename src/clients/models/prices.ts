/** What a model costs, what fits into it, and what a call did cost. An unknown price stays unknown: it is never 0. */
import type { ModelFacts, Price, Provider, Usage } from './model.ts'
import { PRICE_TABLE } from './price-table.ts'

/** Safe limits for a model that is in no table: every Claude has this much, your own server may not. */
const UNKNOWN_FACTS = {
  anthropic: { contextTokens: 200_000, maxOutputTokens: 32_000, price: 'unknown' },
  openai: { contextTokens: 32_768, maxOutputTokens: 4_096, price: 'unknown' },
} as const satisfies Record<Provider, ModelFacts>

/** Snapshots are named by a model and a day: `claude-haiku-4-5-20251001`, `gpt-5-2025-08-07`. */
const SNAPSHOT_DAY = /-(\d{8}|\d{4}-\d{2}-\d{2})$/

export function factsOf(provider: Provider, model: string): ModelFacts {
  const table = PRICE_TABLE[provider]
  const name = [model, model.replace(SNAPSHOT_DAY, '')].find((known) => Object.hasOwn(table, known))
  return (name === undefined ? undefined : table[name]) ?? UNKNOWN_FACTS[provider]
}

/** Prices are whole numbers in parts of this size, so that sums are exact. */
const PRICE_PARTS = 10_000

/** Millionths of a dollar, whole and rounded up: one dollar per million tokens is one of them per token. */
export function costOf(usage: Usage, price: Price): number
export function costOf(usage: Usage, price: Price | 'unknown'): number | 'unknown'
export function costOf(usage: Usage, price: Price | 'unknown'): number | 'unknown' {
  if (price === 'unknown') return 'unknown'
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage
  const rate = price.long !== undefined && inputTokens > price.long.overTokens ? price.long : price
  const parts = [
    [inputTokens - cacheReadTokens - cacheWriteTokens, rate.inputUsd],
    [cacheReadTokens, rate.cacheReadUsd],
    [cacheWriteTokens, rate.cacheWriteUsd],
    [outputTokens, rate.outputUsd],
  ] as const
  const sum = parts.reduce((total, [tokens, usd]) => total + tokens * Math.round(usd * PRICE_PARTS), 0)
  return Math.ceil(sum / PRICE_PARTS)
}
