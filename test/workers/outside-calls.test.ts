/** Calls of a run that reach outside, with a real HTTP server there that answers when the test says so. */

import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Invoke } from '../../src/core/call/call.ts'
import { toAppError } from '../../src/core/errors.ts'
import { actorOf } from '../../src/domain/runs/hold/acting-run.ts'
import { approvals, runs } from '../../src/domain/runs/tables.ts'
import { decideApproval } from '../../src/tools/approvals/decide-approval.ts'
import { cancelRun } from '../../src/tools/runs/cancel-run.ts'
import { pauseRun } from '../../src/tools/runs/pause-run.ts'
import { resumeRun } from '../../src/tools/runs/resume-run.ts'
import { settleStep } from '../../src/tools/runs/settle-step.ts'
import { createTasks } from '../../src/tools/tasks/create-tasks.ts'
import { isLong } from '../support/form.ts'
import {
  countLetters,
  createLetterTable,
  letterOperations,
  openPostOffice,
  type PostOffice,
} from '../support/letters.ts'
import { lastTold } from './provider.ts'
import { openRunWorld, type RunWorld, type TestWorker } from './run-world.ts'

let world: RunWorld
let worker: TestWorker
let office: PostOffice
const { post, send } = letterOperations(() => office.url)

beforeAll(async () => {
  office = await openPostOffice()
  world = await openRunWorld([createTasks, post, send])
  worker = world.worker()
  await createLetterTable(world.gateway.db)
})
afterAll(async () => {
  await world.close()
  await office.close()
})

let letters = 0
let text: string
beforeEach(() => {
  letters += 1
  text = `letter ${letters}`
})

const calling = (name: 'letters_post' | 'letters_send') => ({ calls: [{ name, input: { text } }] })
const sent = () => office.letters.filter((letter) => letter.text === text)
const stored = () => countLetters(world.gateway.db, text)

/** Starts a run that makes one call outside, and has a worker carry it on until the call is there. */
async function underWay(name: 'letters_post' | 'letters_send', by = world.worker()) {
  world.provider.say(calling(name), (exchange) => ({ text: lastTold(exchange) }))
  const { id } = await world.start()
  const working = by.take(id)
  return { id, by, working, letter: await office.next() }
}

async function toolStep(runId: string) {
  const step = (await world.steps(runId)).find(({ kind }) => kind === 'tool')
  if (step === undefined) throw new Error(`${runId} has no call`)
  return step
}

/** As a worker calls that is frozen: it does not hear that it is to stop. */
const deaf: Invoke = (operation, input, { signal: _signal, ...call }) =>
  world.gateway.invoke(operation, input, call)

/** Its worker has let its lease run out: whoever comes may take it. */
async function expireLease(runId: string): Promise<void> {
  await world.gateway.db.execute(
    sql`update ${runs} set lease_until = clock_timestamp() - interval '1 second' where id = ${runId}`,
  )
}

/** Another worker has taken it, and given it back. */
async function loseHold(runId: string): Promise<void> {
  await world.gateway.db.execute(
    sql`update ${runs} set fence = fence + 1, state = 'queued', worker = null, lease_until = null where id = ${runId}`,
  )
}

describe('while a call is under way outside', () => {
  test('its run can be looked at, its lease renewed, and other calls made', async () => {
    const { id, by, working, letter } = await underWay('letters_send')
    expect(await toolStep(id)).toMatchObject({ state: 'started' })
    expect((await world.events(id)).filter((type) => type === 'step.started')).toHaveLength(2)
    await by.leases.beat()
    const task = { tasks: [{ title: 'Meanwhile' }] }
    const { output } = await world.gateway.invoke(createTasks, task, world.gateway.as())
    expect(output.results).toMatchObject([{ ok: true }])
    letter.answer()
    await working

    expect(await world.run(id)).toMatchObject({ state: 'succeeded' })
    expect(await toolStep(id)).toMatchObject({ state: 'done' })
    expect([sent().length, await stored()]).toEqual([1, 1])
  })

  test('a cancel lands at once: it ends the request, and then the run', async () => {
    const { id, working, letter } = await underWay('letters_post')
    const { output } = await world.gateway.invoke(cancelRun, { runId: id }, world.gateway.as())
    expect(output.run).toMatchObject({ state: 'running', reason: 'cancelling' })
    await letter.gone
    await working

    expect(await world.run(id)).toMatchObject({ state: 'cancelled' })
    expect(await stored()).toBe(0)
  })

  test('a cancel leaves it unknown whether it was done, if it can be made once', async () => {
    const { id, working, letter } = await underWay('letters_send')
    await world.gateway.invoke(cancelRun, { runId: id }, world.gateway.as())
    await letter.gone
    await working

    expect(await world.run(id)).toMatchObject({ state: 'cancelled' })
    expect(await toolStep(id)).toMatchObject({ state: 'unknown' })
  })

  test('a pause ends it too, and it is made again under its key when the run continues', async () => {
    const { id, working, letter } = await underWay('letters_post')
    await world.gateway.invoke(pauseRun, { runId: id }, world.gateway.as())
    await letter.gone
    await working
    expect(await world.run(id)).toMatchObject({ state: 'waiting', reason: 'paused' })
    await world.gateway.invoke(resumeRun, { runId: id }, world.gateway.as())
    const goingOn = worker.take(id)
    const repeated = await office.next()
    repeated.answer()
    await goingOn

    expect(repeated.key).toBe(letter.key)
    expect(await world.run(id)).toMatchObject({ state: 'succeeded' })
    expect(await stored()).toBe(1)
  })
})

describe('a worker that takes over', () => {
  test.each(['letters_post', 'letters_send'] as const)(
    'gets the stored answer of %s that was done by one that had lost its hold',
    async (name) => {
      const { id, working, letter } = await underWay(name)
      await loseHold(id)
      letter.answer()
      await working
      expect(await toolStep(id)).toMatchObject({ state: 'started' })
      await worker.take(id)

      const run = await world.run(id)
      expect(run).toMatchObject({ state: 'succeeded' })
      expect(run.summary).toContain(`posted ${text}`)
      expect(await toolStep(id)).toMatchObject({ state: 'done' })
      expect([sent().length, await stored()]).toEqual([1, 1])
    },
  )

  test('makes an idempotent call again under its key at once, and the late answer changes nothing', async () => {
    const { id, working, letter } = await underWay('letters_post', world.worker(deaf))
    await expireLease(id)
    const takingOver = worker.take(id)
    const repeated = await office.next()
    repeated.answer()
    await takingOver
    letter.answer()
    await working

    expect(repeated.key).toBe(letter.key)
    expect(await world.run(id)).toMatchObject({ state: 'succeeded', fence: 2 })
    expect(await stored()).toBe(1)
  })

  test('does not repeat a call that can be made once: a person settles it', async () => {
    const { id, working, letter } = await underWay('letters_send')
    await expireLease(id)
    await worker.take(id)
    expect(await world.run(id)).toMatchObject({ state: 'waiting', reason: 'outcome_unknown' })
    await letter.gone
    await working
    const settling = { runId: id, stepId: (await toolStep(id)).id, outcome: 'not_done' }
    await world.gateway.invoke(settleStep, settling, world.gateway.as())
    const again = worker.take(id)
    ;(await office.next()).answer()
    await again

    expect(await world.run(id)).toMatchObject({ state: 'succeeded' })
    expect([sent().length, await stored()]).toEqual([2, 1])
  })

  test('takes the late answer of such a call, also where somebody says that it was not done', async () => {
    const { id, working, letter } = await underWay('letters_send', world.worker(deaf))
    await expireLease(id)
    await worker.take(id)
    letter.answer()
    await working
    const settling = { runId: id, stepId: (await toolStep(id)).id, outcome: 'not_done' }
    await world.gateway.invoke(settleStep, settling, world.gateway.as())
    await worker.take(id)

    expect(await world.run(id)).toMatchObject({ state: 'succeeded' })
    expect([sent().length, await stored()]).toEqual([1, 1])
  })
})

test.runIf(isLong)('a call that is under way elsewhere is waited for, and no failure', async () => {
  const rules = [{ operation: 'letters.post', verdict: 'ask' }] as const
  world.provider.say(calling('letters_post'), (exchange) => ({ text: lastTold(exchange) }))
  const { id } = await world.start({ approvals: { rules: [...rules] } })
  await worker.take(id)
  const step = await toolStep(id)
  const call = { ...world.gateway.as(), actor: actorOf(await world.run(id)), idempotencyKey: step.id }
  const elsewhere = world.gateway.invoke(post, { text }, call)
  const letter = await office.next()

  let met: (code: string) => void = () => undefined
  const refused = new Promise<string>((resolve) => {
    met = resolve
  })
  const watched: Invoke = async (operation, input, asked) => {
    try {
      return await world.gateway.invoke(operation, input, asked)
    } catch (thrown) {
      met(toAppError(thrown).code)
      throw thrown
    }
  }
  const [approval] = await world.gateway.db.select().from(approvals).where(sql`run_id = ${id}`)
  const decision = { approvalId: approval?.id, decision: 'approve' }
  await world.gateway.invoke(decideApproval, decision, world.gateway.as())
  const working = world.worker(watched).take(id)
  expect(await refused).toBe('in_progress')
  letter.answer()
  await elsewhere
  await working

  expect(await world.run(id)).toMatchObject({ state: 'succeeded' })
  expect(await toolStep(id)).toMatchObject({ state: 'done' })
  expect([sent().length, await stored()]).toEqual([1, 1])
})

describe('an other side', () => {
  test('that is away for a moment is asked again, under the same key', async () => {
    const { id, working, letter } = await underWay('letters_post')
    letter.answer(503)
    const repeated = await office.next()
    repeated.answer()
    await working

    expect(repeated.key).toBe(letter.key)
    expect(await world.run(id)).toMatchObject({ state: 'succeeded' })
  })

  test('that stays away leaves it unknown whether it was done: the agent would repeat it', async () => {
    const { id, working, letter } = await underWay('letters_post')
    letter.answer(503)
    for (const _ of [2, 3]) (await office.next()).answer(503)
    await working
    expect(await world.run(id)).toMatchObject({ state: 'waiting', reason: 'outcome_unknown' })
    const settling = { runId: id, stepId: (await toolStep(id)).id, outcome: 'not_done' }
    await world.gateway.invoke(settleStep, settling, world.gateway.as())
    const again = worker.take(id)
    const repeated = await office.next()
    repeated.answer()
    await again

    expect(repeated.key).toBe(letter.key)
    expect(await world.run(id)).toMatchObject({ state: 'succeeded' })
  })

  test('that refuses it is told to the agent', async () => {
    const { id, working, letter } = await underWay('letters_send')
    letter.answer(422)
    await working

    const run = await world.run(id)
    expect(run).toMatchObject({ state: 'succeeded' })
    expect(run.summary).toContain('does not take it')
    expect(await toolStep(id)).toMatchObject({ state: 'failed' })
  })
})
