/** A run's limit of working time ends what is under way. */
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { defineOperation } from '../../src/core/operation/operation.ts'
import { runs } from '../../src/domain/runs/tables.ts'
import { retryRun } from '../../src/tools/runs/retry-run.ts'
import { anthropicEvents, type Exchange, writeAnthropic } from '../clients/models/protocol-server.ts'
import { openRunWorld, type RunWorld, type TestWorker } from './run-world.ts'

const MINUTE_MS = 60_000
/** Milliseconds of its limit that a run has left when a worker takes it: such as nobody else waits for. */
const LEFT_MS = 1_237

/** Is called, and does not end before its signal does. */
const calls: AbortSignal[] = []
const called = { tell: () => {} }
const wait = defineOperation({
  name: 'letters.await',
  summary: 'Wait for a letter.',
  route: 'GET /v1/letters/await',
  input: z.object({}),
  output: z.object({}),
  scope: 'tasks:read',
  effect: 'read',
  repeat: 'natural',
  example: {},
  async run(_input, { signal }) {
    calls.push(signal)
    const aborted = new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
    called.tell()
    await aborted
    return {}
  },
  tell: () => 'It came.',
})

let world: RunWorld
let worker: TestWorker
beforeAll(async () => {
  world = await openRunWorld([wait, retryRun])
  worker = world.worker()
})
afterAll(() => world.close())

/** The time is up when the test says so: only that one timer stands still. */
const time = { up: () => {}, isForgotten: false }
const { setTimeout: startTimer, clearTimeout: clearTimer } = globalThis
beforeEach(() => {
  const kept = startTimer(() => {}, 0)
  time.isForgotten = false
  vi.stubGlobal('setTimeout', (work: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
    if (ms !== LEFT_MS) return startTimer(() => work(...args), ms)
    time.up = work
    return kept
  })
  vi.stubGlobal('clearTimeout', (timer?: NodeJS.Timeout) => {
    if (timer === kept) time.isForgotten = true
    else clearTimer(timer)
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
})

/** A run of a minute of which little is left. */
async function nearlyUp(): Promise<string> {
  const { id } = await world.start({ limits: { minutes: 1 } })
  const activeMs = MINUTE_MS - LEFT_MS
  await world.gateway.db.update(runs).set({ activeMs }).where(eq(runs.id, id))
  return id
}

/** A question of which the first words are answered, and no more. */
function half() {
  let tell: (exchange: Exchange) => void = () => {}
  const asked = new Promise<Exchange>((resolve) => {
    tell = resolve
  })
  const reply = (exchange: Exchange) => {
    writeAnthropic(exchange.response, [anthropicEvents.start(), ...anthropicEvents.text(0, 'Well, ')])
    tell(exchange)
    return undefined
  }
  return { asked, reply }
}

const OVER = { state: 'failed', reason: 'time_exceeded', detail: 'It has worked for 1 minute, its limit.' }

test('a call of the model is broken off and paid for, and the run has failed for its time', async () => {
  const { asked, reply } = half()
  world.provider.say(reply)
  const id = await nearlyUp()
  const shown = worker.nextDelta()
  const working = worker.take(id)
  const exchange = await asked
  await shown
  time.up()
  await exchange.gone
  await working

  const run = await world.run(id)
  expect(run).toMatchObject({ ...OVER, treeReservedTokens: 0, treeReservedUsdMicros: 0 })
  expect(run.spentTokens).toBeGreaterThan(0)
  expect(await world.steps(id)).toMatchObject([
    { kind: 'model', state: 'failed', result: { fault: 'stopped' } },
  ])

  world.provider.say({ text: 'There.' })
  await world.gateway.invoke(retryRun, { runId: id }, world.gateway.as())
  await worker.take(id)
  expect(await world.run(id)).toMatchObject({ state: 'succeeded', summary: 'There.' })
})

test('a call of an operation is broken off as well', async () => {
  world.provider.say({ calls: [{ name: 'letters_await', input: {} }] })
  const id = await nearlyUp()
  const isCalled = new Promise<void>((resolve) => {
    called.tell = resolve
  })
  const working = worker.take(id)
  await isCalled
  time.up()
  await working
  expect(calls).toMatchObject([{ aborted: true }])
  expect(await world.run(id)).toMatchObject(OVER)
})

test('what ends within it is not touched, nor what comes after', async () => {
  const id = await nearlyUp()
  world.provider.say(() => {
    expect(time.isForgotten).toBe(false)
    return { text: 'In time.' }
  })
  await worker.take(id)
  expect(time.isForgotten).toBe(true)
  expect(await world.run(id)).toMatchObject({ state: 'succeeded', summary: 'In time.' })
})
