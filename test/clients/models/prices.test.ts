import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PROVIDERS, type Price, type Usage } from '../../../src/clients/models/model.ts'
import { PRICE_TABLE, PRICES_AS_OF } from '../../../src/clients/models/price-table.ts'
import { costOf, factsOf } from '../../../src/clients/models/prices.ts'

const PRICE: Price = { inputUsd: 3, outputUsd: 15, cacheReadUsd: 0.3, cacheWriteUsd: 3.75 }

function usageOf(inputTokens: number, outputTokens: number, read = 0, write = 0): Usage {
  return { inputTokens, outputTokens, cacheReadTokens: read, cacheWriteTokens: write }
}

const usages = fc
  .tuple(fc.nat(2_000_000), fc.nat(200_000), fc.nat(100), fc.nat(100))
  .map(([input, output, a, b]) => {
    const read = Math.floor((input * Math.min(a, b)) / 100)
    return usageOf(input, output, read, Math.floor(((input - read) * Math.max(a, b)) / 100))
  })

const prices = fc.constantFrom(
  ...PROVIDERS.flatMap((provider) =>
    Object.values(PRICE_TABLE[provider]).flatMap(({ price }) => (price === 'unknown' ? [] : [price])),
  ),
)

describe('what a call cost', () => {
  test('is each kind of token at its price', () => {
    expect(costOf(usageOf(1_000_000, 0), PRICE)).toBe(3_000_000)
    expect(costOf(usageOf(1_000, 100, 600, 300), PRICE)).toBe(300 + 180 + 1_125 + 1_500)
  })

  test('is rounded up, and only where there is something to round', () => {
    expect(costOf(usageOf(1, 0, 1), PRICE)).toBe(1)
    expect(costOf(usageOf(10, 0, 10), PRICE)).toBe(3)
    expect(costOf(usageOf(3, 0), { ...PRICE, inputUsd: 0.1 })).toBe(1)
    expect(costOf(usageOf(30, 0), { ...PRICE, inputUsd: 0.1 })).toBe(3)
  })

  test('is higher for the whole of a long call where the provider says so', () => {
    const { price } = factsOf('anthropic', 'claude-haiku-5-5')
    expect(costOf(usageOf(100_000, 1_000), price)).toBe(10_000 + 500)
    expect(costOf(usageOf(100_001, 1_000), price)).toBe(Math.ceil(50_000.5) + 2_500)
  })

  test('is unknown where the price is, and never 0', () => {
    expect(costOf(usageOf(1_000, 10), 'unknown')).toBe('unknown')
    fc.assert(
      fc.property(usages, prices, (usage, price) => {
        const cost = costOf(usage, price)
        expect(Number.isSafeInteger(cost)).toBe(true)
        expect(cost > 0).toBe(usage.inputTokens + usage.outputTokens > 0)
      }),
    )
  })

  test('never falls when more is used', () => {
    fc.assert(
      fc.property(usages, fc.nat(10_000), prices, (usage, more, price) => {
        expect(costOf({ ...usage, inputTokens: usage.inputTokens + more }, price)).toBeGreaterThanOrEqual(
          costOf(usage, price),
        )
      }),
    )
  })
})

describe('what is known of a model', () => {
  test('is found by its name and by that of a snapshot', () => {
    expect(factsOf('anthropic', 'claude-haiku-4-5').contextTokens).toBe(200_000)
    expect(factsOf('anthropic', 'claude-haiku-4-5-20251001')).toBe(factsOf('anthropic', 'claude-haiku-4-5'))
    expect(factsOf('openai', 'gpt-5-mini-2025-08-07')).toBe(factsOf('openai', 'gpt-5-mini'))
  })

  test.each([
    ['openai', 'llama-4'],
    ['openai', 'claude-haiku-4-5'],
    ['openai', 'gpt-5-codex-unheard-of'],
    ['openai', 'constructor'],
    ['anthropic', 'claude-haiku-4-5-turbo'],
  ] as const)('of %s, %s is an unknown price and a careful size', (provider, model) => {
    const facts = factsOf(provider, model)
    expect(facts.price).toBe('unknown')
    expect(facts.maxOutputTokens).toBeLessThan(facts.contextTokens)
  })

  test('makes sense throughout the table, which has a date', () => {
    expect(PRICES_AS_OF).toMatch(/^\d{4}-\d{2}-\d{2}$/)
    for (const { contextTokens, maxOutputTokens, price } of PROVIDERS.flatMap((provider) =>
      Object.values(PRICE_TABLE[provider]),
    )) {
      expect(maxOutputTokens).toBeLessThan(contextTokens)
      if (price === 'unknown') continue
      expect(price.cacheReadUsd).toBeLessThan(price.inputUsd)
      expect(price.cacheWriteUsd).toBeGreaterThanOrEqual(price.inputUsd)
      expect(price.outputUsd).toBeGreaterThan(price.inputUsd)
    }
  })
})
