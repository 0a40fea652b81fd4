/** Sweeps do not hold each other back, and closing waits for those under way. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defineSweep } from '../../src/core/area/sweep.ts'
import type { Change } from '../../src/core/operation/context.ts'
import { startSweeper } from '../../src/workers/jobs/sweeper.ts'
import { defer } from '../support/defer.ts'
import { openTestGateway, type TestGateway } from '../support/world/database.ts'

const CHANGE = { uris: ['bed://1'], spaceId: 'ann' }

let gateway: TestGateway
beforeAll(async () => {
  gateway = await openTestGateway()
})
afterAll(() => gateway.close())

test('a sweep that hangs, and one that fails, hold back no other', async () => {
  const listeners = new Set<(change: Change) => void>()
  const hung = defer<void>()
  const second = defer<void>()
  let turns = 0
  const sweeps = [
    defineSweep({ name: 'hangs', wokenBy: 'bed://', run: () => hung.promise }),
    defineSweep({
      name: 'fails',
      wokenBy: 'bed://',
      run() {
        throw new Error('no table')
      },
    }),
    defineSweep({
      name: 'goes on',
      wokenBy: 'bed://',
      async run() {
        turns += 1
        if (turns === 2) second.resolve()
        else for (const listener of listeners) listener(CHANGE)
      },
    }),
  ]
  const watch = (listener: (change: Change) => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  const sweeper = startSweeper({ ...gateway.runtime, watch }, sweeps)
  for (const listener of listeners) listener(CHANGE)
  await second.promise
  let isClosed = false
  const closing = sweeper.close().then(() => {
    isClosed = true
  })
  expect(isClosed).toBe(false)
  hung.resolve()
  await closing
  expect(listeners.size).toBe(0)
})
