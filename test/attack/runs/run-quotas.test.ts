/** What one person or key may have the gateway keep and queue has bounds. */

import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { newId } from '../../../src/core/operation/ids.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { agents } from '../../../src/domain/agents/tables.ts'
import { budgets } from '../../../src/domain/budgets/tables.ts'
import { insertRows } from '../../../src/domain/db/insert-rows.ts'
import { runSteps, runs } from '../../../src/domain/runs/tables.ts'
import { fireDue } from '../../../src/domain/schedules/fire.ts'
import { createAgent } from '../../../src/tools/agents/create-agent.ts'
import { updateAgent } from '../../../src/tools/agents/update-agent.ts'
import { setBudget } from '../../../src/tools/budgets/set-budget.ts'
import { operations } from '../../../src/tools/registry.ts'
import { cancelRun } from '../../../src/tools/runs/cancel-run.ts'
import { pauseRun } from '../../../src/tools/runs/pause-run.ts'
import { retryRun } from '../../../src/tools/runs/retry-run.ts'
import { startRun } from '../../../src/tools/runs/start-run.ts'
import { steerRun } from '../../../src/tools/runs/steer-run.ts'
import { createSchedule } from '../../../src/tools/schedules/create-schedule.ts'
import { getSchedule } from '../../../src/tools/schedules/get-schedule.ts'
import { isLong } from '../../support/form.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'
import { SOME_MODEL } from '../../support/world/some-model.ts'

/** Runs of one person that may be open, here. */
const OPEN_RUNS = 4

let gateway: TestGateway
beforeAll(async () => {
  gateway = await openTestGateway({ operations, models: SOME_MODEL, openRunsPerPerson: OPEN_RUNS })
})
afterAll(() => gateway.close())
beforeEach(() => gateway.db.delete(runs))

const ADA: Partial<Actor> = { id: 'ada', personId: 'ada', keyId: 'key_one', scopes: ['runs:write'] }
const HER_OTHER_KEY = { ...ADA, keyId: 'key_two' }
const BOB = { ...ADA, id: 'bob', personId: 'bob' }

const call = (operation: Operation, input: object, actor: Partial<Actor> = ADA) =>
  gateway.invoke(operation, input, gateway.as(actor))

async function start(actor: Partial<Actor> = ADA, more: object = {}): Promise<string> {
  const { output } = await gateway.invoke(
    startRun,
    { agent: 'assistant', goal: 'Help', ...more },
    gateway.as(actor),
  )
  return output.run.id
}

const NO_ROOM = {
  code: 'rate_limited',
  message: expect.stringContaining('have not ended'),
  fix: expect.stringContaining('cancel'),
  retryAfterMs: expect.any(Number),
}

describe('runs that have not ended', () => {
  test("are half of a person's for one key, all of them for all keys, and none of another person's", async () => {
    await start()
    const delayed = await start(ADA, { delaySeconds: 1_000_000 })
    await expect(start()).rejects.toMatchObject({
      ...NO_ROOM,
      message: expect.stringContaining('of your key'),
    })
    await start(HER_OTHER_KEY)
    await start(HER_OTHER_KEY)
    await expect(start({ ...ADA, keyId: 'key_three' })).rejects.toMatchObject({
      ...{ ...NO_ROOM, message: expect.stringContaining('of your runs') },
    })
    await start(BOB)

    await call(cancelRun, { runId: delayed })
    await start()
    await expect(start()).rejects.toMatchObject(NO_ROOM)
  })

  test('are no more however many are started at once', async () => {
    const starting = Array.from({ length: 12 }, () => start(BOB_AT_HOME).catch(({ code }) => code))
    const started = await Promise.all(starting)
    expect(started.filter((each) => each !== 'rate_limited')).toHaveLength(OPEN_RUNS)
  })

  test.runIf(isLong)('are no more than many either, and no fewer', async () => {
    const many = await openTestGateway({ models: SOME_MODEL, openRunsPerPerson: 90 })
    const begin = () => many.invoke(startRun, { agent: 'assistant', goal: 'Help' }, many.as(BOB_AT_HOME))
    const outcomes = await Promise.allSettled(Array.from({ length: 120 }, begin))
    const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
    expect(refusals.map(({ code }) => code)).toEqual(Array(30).fill('rate_limited'))
    expect(await many.db.select().from(runs)).toHaveLength(90)
    await many.close()
  })

  test('leave no room for one that ended and is tried again', async () => {
    const runId = await start()
    await call(cancelRun, { runId })
    await start()
    await start()
    await expect(call(retryRun, { runId })).rejects.toMatchObject(NO_ROOM)
    expect(await gateway.db.select().from(runs).where(eq(runs.id, runId))).toMatchObject([
      { state: 'cancelled' },
    ])
  })

  test('make a schedule say why it started nothing', async () => {
    const { output } = await gateway.invoke(
      createSchedule,
      { agent: 'assistant', goal: 'Help', when: 'hourly' },
      gateway.as(BOB_AT_HOME),
    )
    const scheduleId = output.schedule.id
    for (let count = 0; count < OPEN_RUNS; count += 1) await start(BOB_AT_HOME)
    gateway.clock.set(output.schedule.nextAt ?? '')
    expect(await fireDue(gateway, scheduleId)).toBe('failed')
    const { output: after } = await gateway.invoke(getSchedule, { scheduleId }, gateway.as(BOB_AT_HOME))
    expect(after.schedule.lastProblem).toContain('have not ended')
  })
})

const BOB_AT_HOME: Partial<Actor> = { id: 'bob', personId: 'bob', scopes: ['runs:write'] }

test('a run that reads nothing takes a hundred messages', async () => {
  const runId = await start()
  const steer = () => call(steerRun, { runId, message: 'And this' })
  await steer()
  const [first] = await gateway.db.select().from(runSteps).where(eq(runSteps.runId, runId))
  if (first === undefined) throw new Error('a message made no step')
  const more = Array.from({ length: 99 }, (_, index) => ({ ...first, id: newId('step'), number: index + 2 }))
  await insertRows(gateway.db, runSteps, more)
  await expect(steer()).rejects.toMatchObject({
    code: 'rate_limited',
    fix: expect.stringContaining('reads all of them'),
  })
})

test('a log takes no more of what people do to its run once it is full', async () => {
  const runId = await start()
  await gateway.db.update(runs).set({ lastEvent: 50_000 }).where(eq(runs.id, runId))
  await expect(call(pauseRun, { runId })).rejects.toMatchObject({
    code: 'conflict',
    fix: expect.stringContaining('Cancel'),
  })
  expect((await call(cancelRun, { runId })).output).toMatchObject({ run: { state: 'cancelled' } })
})

describe('agents and budgets of a person', () => {
  const writer = { ...ADA, scopes: ['agents:write', 'budgets:write'] } as const
  const agent = { slug: 'long', role: 'Long', instructions: 'x'.repeat(50_000), tools: [] }

  test('are bounded in number, and agents in bytes, also when one is changed', async () => {
    await call(createAgent, { ...agent, instructions: 'short' }, writer)
    await gateway.db.execute(sql`insert into agents (id, person_id, space_id, slug, spec, created_at, updated_at)
      select 'agent_' || n, person_id, space_id, 'a' || n,
      jsonb_set(spec, '{instructions}', to_jsonb(repeat('x', 49000))), created_at, updated_at
      from agents, generate_series(1, 40) as n where slug = 'long'`)
    const tooLarge = { code: 'payload_too_large', fix: expect.stringContaining('delete an agent') }
    await expect(call(createAgent, { ...agent, slug: 'more' }, writer)).rejects.toMatchObject(tooLarge)
    const change = { slug: 'long', instructions: agent.instructions }
    await expect(call(updateAgent, change, writer)).rejects.toMatchObject(tooLarge)
    expect(await gateway.db.select().from(agents).where(eq(agents.slug, 'more'))).toEqual([])
  })

  test('budgets no more than 500', async () => {
    await call(setBudget, { usdPerDay: 1 }, writer)
    await gateway.db.execute(sql`insert into budgets select person_id, 'a' || n, usd_micros_per_day, tokens_per_day,
      day_share, night_share, night_from, night_until, updated_at from budgets, generate_series(1, 500) as n`)
    await expect(call(setBudget, { agent: 'assistant', usdPerDay: 1 }, writer)).rejects.toMatchObject({
      code: 'conflict',
    })
    await gateway.db.delete(budgets)
  })
})
