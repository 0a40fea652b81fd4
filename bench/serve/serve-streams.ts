/** Serves the product with a run in it that writes events when it is told to. Configured by its argument. */
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import type { Executor, RunSession } from '../../src/workers/runs/executor.ts'
import { built } from '../built.ts'
import type { StoreAddress } from '../stores.ts'
import { deltaText, EVENT_TYPE, eventData, type Telling, type Told, tell } from '../tell.ts'
import { composeProduct } from './compose-product.ts'
import { serveDoors } from './serve-doors.ts'

export interface StreamsConfig {
  readonly store: StoreAddress
}

const { store } = JSON.parse(process.argv[2] ?? '{}') as StreamsConfig
const { defineArea } = await built<typeof import('../../src/core/area/area.ts')>('core/area/area')
const { defineOperation } =
  await built<typeof import('../../src/core/operation/operation.ts')>('core/operation/operation')
const { isHeld } =
  await built<typeof import('../../src/domain/runs/hold/hold-run.ts')>('domain/runs/hold/hold-run')
const { moveRun } = await built<typeof import('../../src/domain/runs/writes.ts')>('domain/runs/writes')

/** Milliseconds before a run that has told all ends: live text is gathered for a while. */
const SETTLE_MS = 200

/** Of each run that is worked on: has it write. */
const tellers = new Map<string, (telling: Telling) => Promise<Told>>()

const teller: Executor = {
  name: 'teller',
  formats: [1, 1],
  async execute(session) {
    const { id } = session.run
    await new Promise<void>((resolve) => {
      session.signal.addEventListener('abort', () => resolve(), { once: true })
      tellers.set(id, async (telling) => {
        const told = await tell(telling, writerOf(session))
        await wait(SETTLE_MS)
        resolve()
        return told
      })
    })
    return { kind: 'ended', state: 'succeeded', reason: 'finished', seenStep: 0 }
  },
}

function writerOf({ transaction, hold, emit }: RunSession) {
  return {
    async event(number: number): Promise<void> {
      const events = [{ type: EVENT_TYPE, data: eventData(number) }]
      await transaction((writes) => moveRun(writes, { where: isHeld(hold), set: {}, events }))
    },
    delta(number: number): void {
      emit({ stepId: 'step_00000000000000000000000000', at: 0, text: deltaText(number) })
    },
  }
}

const tellOperation = defineOperation({
  name: 'bench.tell',
  summary: 'Have a run write events, and then end.',
  route: 'POST /v1/bench/:runId/tell',
  input: z.object({
    runId: z.string(),
    events: z.int(),
    everyMs: z.number(),
    deltas: z.int(),
  }),
  output: z.object({ writtenAt: z.array(z.number()) }),
  scope: 'runs:read',
  effect: 'read',
  repeat: 'natural',
  example: { runId: 'run_', events: 1, everyMs: 0, deltas: 0 },
  async run({ runId, ...telling }) {
    const tellRun = tellers.get(runId)
    if (tellRun === undefined) throw new Error(`nothing works on ${runId}`)
    return { writtenAt: [...(await tellRun(telling)).writtenAt] }
  },
  tell: () => 'Told.',
})

const product = await composeProduct({
  store,
  environment: { PORT: '0', SWITCHBOARD_RATE_LIMIT: '1000000' },
  areas: [defineArea({ name: 'bench', operations: [tellOperation] })],
  extend: { executors: [teller] },
})
const { call } = product
await call('agents.create', {
  slug: 'teller',
  role: 'Teller',
  instructions: 'Nothing.',
  executor: 'teller',
  tools: ['runs:read'],
})
await serveDoors(product)
