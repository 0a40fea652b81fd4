/** Text on its way: gathered, cut to what a message takes, whole at the other end, and never a burden. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLive } from '../../src/clients/live.ts'
import type { LiveAudience, LivePiece } from '../../src/core/area/gateway.ts'
import type { Log } from '../../src/core/operation/context.ts'
import { codePoint } from '../support/code-point.ts'

const log: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore }
function ignore(): void {}

/** A wire that everybody is on. */
function createWire() {
  const listeners = new Set<(text: string) => void>()
  const sent: string[] = []
  return {
    sent,
    async send(text: string) {
      sent.push(text)
      for (const listener of listeners) listener(text)
    },
    async listen(listener: (text: string) => void) {
      listeners.add(listener)
      return async () => {
        listeners.delete(listener)
      }
    },
  }
}

/** All that `watcher` heard of each step. */
function hear(told: Map<string, string>) {
  return ({ stepId, at, text }: LivePiece, { needs }: LiveAudience) => {
    const key = [...needs, stepId].join(' ')
    expect(at).toBe((told.get(key) ?? '').length)
    told.set(key, (told.get(key) ?? '') + text)
  }
}

test('here and elsewhere the same text arrives once, in messages that the wire takes', async () => {
  const emitted = fc.record({
    stepId: fc.constantFrom('step_1', 'step_2'),
    text: fc.oneof(
      fc.string({ unit: codePoint, maxLength: 50 }),
      fc.string({ unit: 'grapheme', minLength: 500, maxLength: 9000 }),
    ),
  })
  const needs = ['tasks:read'] as const
  await fc.assert(
    fc.asyncProperty(fc.array(emitted, { maxLength: 12 }), async (all) => {
      const wire = createWire()
      const [here, elsewhere] = await Promise.all([createLive({ wire, log }), createLive({ wire, log })])
      const [told, toldElsewhere] = [new Map<string, string>(), new Map<string, string>()]
      here.watchLive('run://1', hear(told))
      elsewhere.watchLive('run://1', hear(toldElsewhere))
      elsewhere.watchLive('run://2', () => expect.unreachable())
      const expected = new Map<string, string>()
      for (const { stepId, text } of all) {
        const at = (expected.get([...needs, stepId].join(' ')) ?? '').length
        here.emitLive('run://1', { needs }, { stepId, at, text })
        if (text !== '') hear(expected)({ stepId, at, text }, { needs })
      }
      await here.close()
      await elsewhere.close()
      expect(told).toEqual(expected)
      expect(toldElsewhere).toEqual(expected)
      for (const text of wire.sent) expect(Buffer.byteLength(text)).toBeLessThan(8000)
    }),
    { numRuns: 40 },
  )
})

test('a flood is cut off rather than kept, and the wire failing is nobody else’s trouble', async () => {
  const wire = { send: () => Promise.reject(new Error('away')), listen: async () => async () => undefined }
  const live = await createLive({ wire, log })
  const told = new Map<string, string>()
  const stop = live.watchLive('run://1', hear(told))
  for (let index = 0; index < 1000; index += 1) {
    live.emitLive('run://1', { needs: [] }, { stepId: 'step_1', at: index * 1000, text: 'x'.repeat(1000) })
  }
  await live.close()
  expect(told.get('step_1')?.length).toBe(200_000)
  stop()
})
