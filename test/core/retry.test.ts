/** Retrying: as often, as long and as patiently as the plan says, and no longer than the caller waits. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import { backoff, type RetryPlan, retry, sleep } from '../../src/core/retry.ts'
import { cases, isLong } from '../support/form.ts'

const RUNS = { numRuns: cases(200, 5_000) }

const busy = (retryAfterMs?: number) => new AppError('unavailable', 'Away.', { retryAfterMs })

/** Work that fails so many times, on a clock that moves only while it sleeps. */
function scene(failures: number, thrown: (attempt: number) => unknown = () => busy()) {
  const pausesMs: number[] = []
  const startedAtMs: number[] = []
  let nowMs = 0
  const clock: NonNullable<RetryPlan['clock']> = {
    now: () => nowMs,
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      pausesMs.push(ms)
      nowMs += ms
    },
  }
  async function work(): Promise<number> {
    startedAtMs.push(nowMs)
    if (startedAtMs.length <= failures) throw thrown(startedAtMs.length)
    return startedAtMs.length
  }
  return { work, clock, pausesMs, startedAtMs }
}

const always = () => true

describe('retry', () => {
  test('makes one attempt more than there are failures, or as many as the plan allows', async () => {
    const counts = fc.record({ failures: fc.nat(20), attempts: fc.integer({ min: 1, max: 20 }) })
    await fc.assert(
      fc.asyncProperty(counts, async ({ failures, attempts }) => {
        const { work, clock, startedAtMs, pausesMs } = scene(failures, (attempt) => attempt)
        const outcome = await retry(work, { attempts, retryIf: always, delayMs: () => 1, clock }).catch(
          (thrown: unknown) => ({ thrown }),
        )
        expect(outcome).toEqual(failures < attempts ? failures + 1 : { thrown: attempts })
        expect(startedAtMs).toHaveLength(Math.min(failures + 1, attempts))
        expect(pausesMs).toHaveLength(startedAtMs.length - 1)
      }),
      RUNS,
    )
  })

  test.runIf(isLong)('begins no attempt after its time', async () => {
    const times = fc.record({ delayMs: fc.integer({ min: 1, max: 500 }), withinMs: fc.nat(5_000) })
    await fc.assert(
      fc.asyncProperty(times, async ({ delayMs, withinMs }) => {
        const { work, clock, startedAtMs } = scene(Infinity)
        const plan = { withinMs, retryIf: always, delayMs: () => delayMs, clock }
        await expect(retry(work, plan)).rejects.toThrow('Away.')
        expect(startedAtMs).toHaveLength(Math.floor(withinMs / delayMs) + 1)
      }),
      RUNS,
    )
  })

  test('throws at once what cannot pass', async () => {
    const { work, clock, startedAtMs } = scene(5, (attempt) => `fault ${attempt}`)
    const plan = { retryIf: (thrown: unknown) => thrown !== 'fault 3', delayMs: () => 1, clock }
    await expect(retry(work, plan)).rejects.toBe('fault 3')
    expect(startedAtMs).toHaveLength(3)
  })

  test('ends a pause with the reason of the signal, and makes no further attempt', async () => {
    const abort = new AbortController()
    const reason = new Error('The caller has gone.')
    let attempts = 0
    const retried = retry(
      async () => {
        attempts += 1
        throw busy()
      },
      {
        retryIf: always,
        delayMs() {
          queueMicrotask(() => abort.abort(reason))
          return 3_600_000
        },
        signal: abort.signal,
      },
    )
    await expect(retried).rejects.toBe(reason)
    expect(attempts).toBe(1)
    await expect(sleep(3_600_000, abort.signal)).rejects.toBe(reason)
  })
})

describe('the pause', () => {
  const bounds = fc.record({ firstMs: fc.integer({ min: 1, max: 10_000 }), maxMs: fc.nat(100_000) })

  test('doubles up to its maximum, spread over its second half', () => {
    fc.assert(
      fc.property(bounds, fc.integer({ min: 1, max: 2_000 }), ({ firstMs, maxMs }, failures) => {
        const wholeMs = Math.min(firstMs * 2 ** (failures - 1), maxMs)
        const delayMs = backoff({ firstMs, maxMs })(failures, new Error('Away.'))
        expect(delayMs).toBeGreaterThanOrEqual(wholeMs / 2)
        expect(delayMs).toBeLessThanOrEqual(wholeMs)
      }),
      RUNS,
    )
    const delayMs = backoff({ firstMs: 1_000, maxMs: 1_000 })
    expect(new Set(Array.from({ length: 20 }, () => delayMs(1))).size).toBeGreaterThan(1)
  })

  test('is the one that an error names, also one within another, up to the maximum', () => {
    fc.assert(
      fc.property(bounds, fc.nat(200_000), ({ firstMs, maxMs }, namedMs) => {
        const wrapped = new Error('The query failed.', { cause: busy(namedMs) })
        for (const thrown of [busy(namedMs), wrapped])
          expect(backoff({ firstMs, maxMs })(1, thrown)).toBe(Math.min(namedMs, maxMs))
      }),
      RUNS,
    )
  })
})
