/** Schedules as people make them and workers fire them, through `invoke` and the real store. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createInvoke } from '../../../src/core/call/invoke.ts'
import { type Actor, LOCAL_PERSON } from '../../../src/core/operation/actor.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { runs } from '../../../src/domain/runs/tables.ts'
import { type Fired, fireDue } from '../../../src/domain/schedules/fire.ts'
import { schedules } from '../../../src/domain/schedules/tables.ts'
import { GRACE_MS } from '../../../src/domain/schedules/turn.ts'
import { createKey } from '../../../src/tools/access/create-key.ts'
import { listAudit } from '../../../src/tools/access/list-audit.ts'
import { revokeKey } from '../../../src/tools/access/revoke-key.ts'
import { createAgent } from '../../../src/tools/agents/create-agent.ts'
import { deleteAgent } from '../../../src/tools/agents/delete-agent.ts'
import { operations } from '../../../src/tools/registry.ts'
import { getRun } from '../../../src/tools/runs/get-run.ts'
import { createSchedule } from '../../../src/tools/schedules/create-schedule.ts'
import { deleteSchedule } from '../../../src/tools/schedules/delete-schedule.ts'
import { getSchedule } from '../../../src/tools/schedules/get-schedule.ts'
import { listSchedules } from '../../../src/tools/schedules/list-schedules.ts'
import { pauseSchedule } from '../../../src/tools/schedules/pause-schedule.ts'
import { resumeSchedule } from '../../../src/tools/schedules/resume-schedule.ts'
import { runScheduleNow } from '../../../src/tools/schedules/run-schedule-now.ts'
import { updateSchedule } from '../../../src/tools/schedules/update-schedule.ts'
import { openTestGateway, TEST_NOW, type TestGateway } from '../../support/world/database.ts'
import { SOME_MODEL } from '../../support/world/some-model.ts'

let gateway: TestGateway
let isConfigured: boolean

beforeAll(async () => {
  const models = { ...SOME_MODEL, isConfigured: () => isConfigured }
  gateway = await openTestGateway({ operations, models, timeZone: 'Europe/Berlin' })
})
afterAll(() => gateway.close())
beforeEach(() => {
  isConfigured = true
  gateway.clock.set(TEST_NOW)
})

const PLAN = { agent: 'assistant', goal: 'Plan my day' }
const MINUTE_MS = 60_000

async function create(input: object, who: Partial<Actor> = {}) {
  const { output } = await gateway.invoke(createSchedule, { ...PLAN, ...input }, gateway.as(who))
  return output.schedule
}
async function get(scheduleId: string) {
  return (await gateway.invoke(getSchedule, { scheduleId }, gateway.as())).output.schedule
}
const runsOf = (scheduleId: string) => gateway.db.select().from(runs).where(eq(runs.scheduleId, scheduleId))

/** As many workers at once as BullMQ could ever hand one moment to. */
async function fireAtOnce(scheduleId: string, workers = 8): Promise<Fired[]> {
  const fired = await Promise.all(Array.from({ length: workers }, () => fireDue(gateway, scheduleId)))
  return fired.sort().reverse()
}

describe('a schedule', () => {
  it('reads words in the time zone of the person, and says when it fires next', async () => {
    const schedule = await create({ when: 'every weekday 8:30' })
    expect(schedule).toMatchObject({
      ...PLAN,
      priority: 'normal',
      cron: '30 8 * * 1-5',
      timeZone: 'Europe/Berlin',
      catchUp: 'skip',
      paused: false,
      nextAt: '2026-03-05T07:30:00.000Z',
      lastRunId: null,
      lastProblem: null,
    })
    const elsewhere = await create({ when: '0 9 * * *', timeZone: 'America/New_York' })
    expect(elsewhere.nextAt).toBe('2026-03-04T14:00:00.000Z')
  })

  it('fires in the time zone that its words name, which must be the one that is given', async () => {
    expect(await create({ when: 'every monday at 9am PST' })).toMatchObject({
      cron: '0 9 * * 1',
      timeZone: 'America/Los_Angeles',
      nextAt: '2026-03-09T16:00:00.000Z',
    })
    const both = { when: 'every monday at 9am PST', timeZone: 'America/Los_Angeles' }
    expect(await create(both)).toMatchObject({ timeZone: 'America/Los_Angeles' })
    await expect(create({ ...both, timeZone: 'Europe/Paris' })).rejects.toMatchObject({
      code: 'invalid_input',
      fix: 'Give the time zone once.',
    })
  })

  it.each(['every blue moon', '0 0 30 2 *', '99 * * * *'])('refuses %s, with examples', async (when) => {
    await expect(create({ when })).rejects.toMatchObject({
      code: 'invalid_input',
      fix: expect.stringContaining('every weekday 8:30'),
    })
  })

  it('refuses an agent that is not there, and a project of somebody else', async () => {
    await expect(create({ when: 'hourly', agent: 'nobody' })).rejects.toMatchObject({ code: 'not_found' })
    const projectId = 'project_01h455vb4pex5vsknk084sn02q'
    await expect(create({ when: 'hourly', projectId })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('is refused without a model for its agent when it is made, changed or run, as a run is', async () => {
    const { id: scheduleId } = await create({ when: 'hourly' })
    isConfigured = false
    const refused = { code: 'not_configured', fix: expect.stringContaining('ANTHROPIC_API_KEY') }
    await expect(create({ when: 'hourly' })).rejects.toMatchObject(refused)
    const change = gateway.invoke(updateSchedule, { scheduleId, goal: 'Plan' }, gateway.as())
    await expect(change).rejects.toMatchObject(refused)
    await expect(gateway.invoke(runScheduleNow, { scheduleId }, gateway.as())).rejects.toMatchObject(refused)
    expect(await get(scheduleId)).toMatchObject({ ...PLAN, lastRunId: null })
    expect(await runsOf(scheduleId)).toEqual([])
  })

  it('is not changed or run for an agent that was deleted, until it is given another', async () => {
    const agent = { slug: 'leaver', role: 'Leaver', instructions: 'Help.', tools: ['tasks:read'] }
    await gateway.invoke(createAgent, agent, gateway.as())
    const { id: scheduleId } = await create({ when: 'hourly', agent: 'leaver' })
    await gateway.invoke(deleteAgent, { slug: 'leaver', confirm: true }, gateway.as())
    const missing = { code: 'not_found', message: expect.stringContaining('leaver') }
    const change = gateway.invoke(updateSchedule, { scheduleId, goal: 'Plan' }, gateway.as())
    await expect(change).rejects.toMatchObject(missing)
    await expect(gateway.invoke(runScheduleNow, { scheduleId }, gateway.as())).rejects.toMatchObject(missing)
    await gateway.invoke(updateSchedule, { scheduleId, agent: 'assistant' }, gateway.as())
    const { output } = await gateway.invoke(runScheduleNow, { scheduleId }, gateway.as())
    expect(output.run).toMatchObject({ agent: 'assistant', scheduleId })
  })

  it('refuses a budget in dollars where nobody knows the price, as a run does', async () => {
    const unpriced = { ...SOME_MODEL.facts('anthropic', 'some-model'), price: 'unknown' } as const
    const runtime = {
      ...gateway.runtime,
      transaction: ((work) =>
        gateway.runtime.transaction((resources, ledger) =>
          work({ ...resources, models: { ...resources.models, facts: () => unpriced } }, ledger),
        )) as typeof gateway.runtime.transaction,
    }
    const input = { ...PLAN, when: 'hourly', budget: { usd: 1 } }
    const made = createInvoke(runtime)(createSchedule, input, gateway.as())
    await expect(made).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('is unknown, so a budget in dollars'),
    })
  })

  it('is seen, changed and deleted by its person alone', async () => {
    const { id: scheduleId } = await create({ when: 'hourly' })
    const stranger = gateway.as({ id: 'eve', personId: 'eve' })
    const all: Operation[] = [getSchedule, updateSchedule, pauseSchedule, resumeSchedule, runScheduleNow]
    for (const operation of all)
      await expect(gateway.invoke(operation, { scheduleId }, stranger)).rejects.toMatchObject({
        code: 'not_found',
      })
    const input = { scheduleId, confirm: true }
    await expect(gateway.invoke(deleteSchedule, input, stranger)).rejects.toMatchObject({ code: 'not_found' })
    expect((await gateway.invoke(listSchedules, {}, stranger)).output.items).toEqual([])
    await gateway.invoke(deleteSchedule, input, gateway.as())
    await expect(get(scheduleId)).rejects.toMatchObject({ code: 'not_found' })
    expect(await fireDue(gateway, scheduleId)).toBe('gone')
  })

  it('changes what is given, keeps the rest, and takes away what is null', async () => {
    const schedule = await create({ when: 'daily at 9', workspace: 'desk', budget: { tokens: 5000 } })
    const scheduleId = schedule.id
    const change = async (input: object) =>
      (await gateway.invoke(updateSchedule, { scheduleId, ...input }, gateway.as())).output.schedule
    expect(await change({ goal: 'Plan my week', workspace: null })).toEqual({
      ...schedule,
      input: { agent: 'assistant', goal: 'Plan my week', budget: { tokens: 5000 } },
      goal: 'Plan my week',
      workspace: null,
    })
    expect(await change({ when: 'every monday at 9', priority: 'background' })).toMatchObject({
      goal: 'Plan my week',
      budget: { tokens: 5000 },
      priority: 'background',
      nextAt: '2026-03-09T08:00:00.000Z',
    })
  })

  it('does not fire while it is paused, and continues from its next moment', async () => {
    const { id: scheduleId } = await create({ when: 'hourly', catchUp: 'latest' })
    const call = (operation: typeof pauseSchedule) =>
      gateway.invoke(operation, { scheduleId }, gateway.as()).then(({ output }) => output)
    expect(await call(pauseSchedule)).toMatchObject({ changed: true, schedule: { nextAt: null } })
    expect(await call(pauseSchedule)).toMatchObject({ changed: false })
    gateway.clock.set('2026-03-06T10:05:00Z')
    expect(await fireDue(gateway, scheduleId)).toBe('gone')
    expect(await call(resumeSchedule)).toMatchObject({
      changed: true,
      schedule: { nextAt: '2026-03-06T11:00:00.000Z' },
    })
    expect(await fireDue(gateway, scheduleId)).toBe('early')
  })

  it('starts a run at once when asked, without moving', async () => {
    const schedule = await create({ when: 'daily at 9' })
    const call = { ...gateway.as(), idempotencyKey: 'now-1' }
    const { output } = await gateway.invoke(runScheduleNow, { scheduleId: schedule.id }, call)
    const again = await gateway.invoke(runScheduleNow, { scheduleId: schedule.id }, call)
    expect(again.output).toEqual(output)
    expect(output.run).toMatchObject({ ...PLAN, scheduleId: schedule.id, state: 'queued' })
    expect(await get(schedule.id)).toEqual({
      ...schedule,
      lastRunId: output.run?.id,
      lastOutcome: output.outcome,
    })
    expect(gateway.jobs.at(-1)).toMatchObject({ name: 'run', id: `${output.run?.id}-1` })
  })
})

describe('firing', () => {
  it.each([
    ['a time that is skipped', '30 2 * * *', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00.000Z'],
    ['a time that is repeated', '30 2 * * *', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00.000Z'],
  ])('happens once over any number of workers at a change of the clock: %s', async (_, when, from, due) => {
    gateway.clock.set(from)
    const { id } = await create({ when })
    for (let minutes = 0; minutes < 180; minutes += 30) {
      gateway.clock.set(new Date(Date.parse(due) + minutes * MINUTE_MS))
      const fired = await fireAtOnce(id)
      expect(fired).toEqual([minutes === 0 ? 'fired' : 'early', ...Array(7).fill('early')])
    }
    const started = await runsOf(id)
    expect(started.map(({ dueAt }) => dueAt?.toISOString())).toEqual([due])
    expect(await get(id)).toMatchObject({ lastDueAt: due, lastRunId: started[0]?.id })
  })

  it('is audited as a start by the clock for the caller who made the schedule, and the run says so', async () => {
    const { id: scheduleId } = await create({ when: 'hourly' }, { kind: 'service', id: 'planner' })
    gateway.clock.advance(60 * MINUTE_MS)
    await fireAtOnce(scheduleId)
    isConfigured = false
    gateway.clock.advance(60 * MINUTE_MS)
    await fireDue(gateway, scheduleId)
    const { output } = await gateway.invoke(listAudit, { door: 'schedule', actor: 'planner' }, gateway.as())
    const entry = { operation: 'runs.start', actor: { kind: 'service', id: 'planner' }, person: 'local' }
    expect(output.items).toMatchObject([
      {
        ...entry,
        outcome: 'not_configured',
        input: { firing: { scheduleId, dueAt: '2026-03-04T11:00:00.000Z' } },
      },
      {
        ...entry,
        outcome: 'ok',
        input: { ...PLAN, firing: { scheduleId, dueAt: '2026-03-04T10:00:00.000Z' } },
      },
    ])
    const [started] = await runsOf(scheduleId)
    const { output: found } = await gateway.invoke(getRun, { runId: started?.id ?? '' }, gateway.as())
    expect(found.run.startedBy).toEqual({ kind: 'service', id: 'planner', door: 'schedule' })
    isConfigured = true
    const now = await gateway.invoke(runScheduleNow, { scheduleId }, gateway.as())
    expect(now.output.run?.startedBy).toEqual({ kind: 'person', id: 'local', door: 'process' })
  })

  it('starts what the schedule says as its maker, tells watchers, and queues the run after the commit', async () => {
    const { id } = await create(
      { when: 'hourly', priority: 'serious' },
      { scopes: ['runs:write', 'tasks:read'] },
    )
    gateway.clock.advance(60 * MINUTE_MS)
    expect(await fireDue(gateway, id)).toBe('fired')
    const [run] = await runsOf(id)
    expect(run).toMatchObject({ goal: PLAN.goal, priority: 'serious', door: 'schedule', state: 'queued' })
    expect(run?.starter.scopes).not.toContain('tasks:write')
    expect(gateway.jobs.at(-1)).toMatchObject({ name: 'run', id: `${run?.id}-1` })
    expect(gateway.changes.slice(-2).map(({ uris }) => uris)).toEqual([
      [`run://${run?.id}`],
      [`schedule://${id}`],
    ])
  })

  it('leaves out what was missed by more than the grace, and says so', async () => {
    const { id } = await create({ when: 'daily at 9' })
    gateway.clock.set(new Date(Date.parse('2026-03-07T08:00:00Z') + GRACE_MS + 1))
    expect(await fireAtOnce(id)).toEqual(['skipped', ...Array(7).fill('early')])
    expect(await runsOf(id)).toEqual([])
    expect(await get(id)).toMatchObject({
      nextAt: '2026-03-08T08:00:00.000Z',
      lastProblem: expect.stringContaining('2026-03-07T08:00:00.000Z'),
    })
  })

  it('fires what was missed by less, for the latest of several', async () => {
    const { id } = await create({ when: '* * * * *' })
    gateway.clock.advance(GRACE_MS / 2)
    expect(await fireAtOnce(id)).toEqual(['fired', ...Array(7).fill('early')])
    const [run] = await runsOf(id)
    expect(run?.dueAt?.getTime()).toBe(gateway.clock.now().getTime())
  })

  it('catches up with one run for the latest where that is wanted', async () => {
    const { id } = await create({ when: 'every 15 minutes', catchUp: 'latest' })
    gateway.clock.set('2026-09-20T12:12:00Z')
    expect(await fireAtOnce(id)).toEqual(['fired', ...Array(7).fill('early')])
    expect((await runsOf(id)).map(({ dueAt }) => dueAt?.toISOString())).toEqual(['2026-09-20T12:00:00.000Z'])
    expect((await get(id)).nextAt).toBe('2026-09-20T12:15:00.000Z')
  })

  it('writes down why a start failed, continues, and forgets it once one works', async () => {
    const agent = { slug: 'temp', role: 'Temp', instructions: 'Help.', tools: ['tasks:read'] }
    await gateway.invoke(createAgent, agent, gateway.as())
    const { id } = await create({ when: 'hourly', agent: 'temp' })
    await gateway.invoke(deleteAgent, { slug: 'temp', confirm: true }, gateway.as())
    gateway.clock.advance(60 * MINUTE_MS)
    expect(await fireAtOnce(id)).toEqual(['failed', ...Array(7).fill('early')])
    expect(await get(id)).toMatchObject({
      lastProblem: expect.stringContaining('temp'),
      lastRunId: null,
      nextAt: '2026-03-04T11:00:00.000Z',
    })
    await gateway.invoke(createAgent, agent, gateway.as())
    gateway.clock.advance(60 * MINUTE_MS)
    expect(await fireDue(gateway, id)).toBe('fired')
    expect((await get(id)).lastProblem).toBeNull()
  })

  it('starts nothing for a key that was revoked: it is paused, and acts for the caller who resumes it', async () => {
    const made = await gateway.invoke(
      createKey,
      { label: 'k', scopes: ['runs:write', 'tasks:read'] },
      gateway.as(),
    )
    const keyId = made.output.key.id
    const { id: scheduleId } = await create(
      { when: 'hourly' },
      { keyId, scopes: ['runs:write', 'tasks:read'] },
    )
    await gateway.invoke(revokeKey, { keyId, confirm: true }, gateway.as())
    gateway.clock.advance(60 * MINUTE_MS)
    expect(await fireDue(gateway, scheduleId)).toBe('paused')
    expect(await get(scheduleId)).toMatchObject({
      ...{ paused: true, lastRunId: null, lastProblem: expect.stringContaining('revoked') },
    })
    await gateway.invoke(resumeSchedule, { scheduleId }, gateway.as({ scopes: ['runs:write', 'tasks:read'] }))
    gateway.clock.advance(60 * MINUTE_MS)
    expect(await fireDue(gateway, scheduleId)).toBe('fired')
    const [run] = await runsOf(scheduleId)
    expect(run?.starter).toEqual({ ...LOCAL_PERSON, scopes: expect.arrayContaining(['tasks:read']) })
  })

  it('tries again later what may pass, and leaves the schedule as it was', async () => {
    const { id } = await create({ when: 'hourly' })
    gateway.clock.advance(60 * MINUTE_MS)
    const away = {
      ...gateway.runtime,
      newId: () => {
        throw new Error('away')
      },
    }
    const failing = { runtime: away, invoke: createInvoke(away) }
    await expect(fireDue(failing, id)).rejects.toThrow('away')
    expect((await get(id)).nextAt).toBe('2026-03-04T10:00:00.000Z')
    expect(await runsOf(id)).toEqual([])
    expect(await fireDue(gateway, id)).toBe('fired')
  })

  it('never comes back to a moment that it has fired for, though a clock runs behind', async () => {
    const { id: scheduleId } = await create({ when: 'hourly' })
    gateway.clock.set('2026-03-04T10:00:00Z')
    expect(await fireDue(gateway, scheduleId)).toBe('fired')
    gateway.clock.set('2026-03-04T09:59:59Z')
    await gateway.invoke(updateSchedule, { scheduleId, when: '0 10-12 * * *', timeZone: 'UTC' }, gateway.as())
    expect((await get(scheduleId)).nextAt).toBe('2026-03-04T11:00:00.000Z')
  })
})

describe('a stored schedule that cannot be read', () => {
  const START = { ...PLAN, priority: 'normal' }

  async function stored(set: object): Promise<string> {
    const { id } = await create({ when: 'hourly' })
    await gateway.db.update(schedules).set(set).where(eq(schedules.id, id))
    return id
  }
  const update = async (input: { scheduleId: string } & Record<string, unknown>) =>
    (await gateway.invoke(updateSchedule, input, gateway.as())).output.schedule

  it.each([
    [
      'a start of another form',
      { input: { what: 'is this' } },
      /input of runs.start/,
      { agent: null, goal: null },
    ],
    ['no start', { input: 'none' }, /input of runs.start/, { agent: null, goal: null }],
    ['one field', { input: { ...START, workspace: 7 } }, /workspace/, { ...PLAN, workspace: null }],
    ['words for a cron', { cron: 'every weekday 8:30' }, /every weekday 8:30/, PLAN],
    ['a cron with seconds', { cron: '*/5 * * * * *' }, /not a valid cron/, PLAN],
    ['a cron that is none', { cron: '99 * * * *' }, /not a valid cron/, PLAN],
    ['a time zone that is none', { timeZone: 'Mars/Olympus' }, /Mars\/Olympus/, PLAN],
    ['another way to catch up', { catchUp: 'some' }, /missed/, { ...PLAN, catchUp: null }],
  ])('shows its fault and never fires: %s', async (_, set, fault, seen) => {
    const scheduleId = await stored(set)
    gateway.clock.advance(60 * MINUTE_MS)
    expect(await fireAtOnce(scheduleId)).toEqual(Array(8).fill('faulty'))
    expect(await runsOf(scheduleId)).toEqual([])
    const shown = await get(scheduleId)
    expect(shown).toMatchObject({ ...seen, fault: expect.stringMatching(fault), nextAt: null })
    const { items } = (await gateway.invoke(listSchedules, { limit: 1 }, gateway.as())).output
    expect(items).toEqual([shown])
    const resume = gateway.invoke(resumeSchedule, { scheduleId }, gateway.as())
    await expect(resume).rejects.toMatchObject({ code: 'conflict', message: expect.stringMatching(fault) })
    await gateway.invoke(deleteSchedule, { scheduleId, confirm: true }, gateway.as())
  })

  it('is made whole by changes that say all that is missing, and continues from its next moment', async () => {
    const scheduleId = await stored({ input: { goal: 'Plan' }, cron: 'hourly', timeZone: 'Mars/Olympus' })
    gateway.clock.advance(600 * MINUTE_MS)
    const refusals = [
      [{ goal: 'Plan' }, /agent/],
      [{ agent: 'assistant' }, /time zone/],
      [{ agent: 'assistant', timeZone: 'UTC' }, /cron/],
    ] as const
    for (const [changes, message] of refusals) {
      const refused = { code: 'invalid_input', message: expect.stringMatching(message) }
      await expect(update({ scheduleId, ...changes })).rejects.toMatchObject(refused)
    }
    const whole = await update({ scheduleId, agent: 'assistant', timeZone: 'UTC', when: 'hourly' })
    expect(whole).toMatchObject({ fault: null, goal: 'Plan', nextAt: '2026-03-04T20:00:00.000Z' })
    expect(await fireDue(gateway, scheduleId)).toBe('early')
    gateway.clock.advance(60 * MINUTE_MS)
    expect(await fireDue(gateway, scheduleId)).toBe('fired')
  })

  it('fires nothing of what passed while its start could not be read', async () => {
    const scheduleId = await stored({ input: { ...START, budget: 'much' }, catchUp: 'latest' })
    gateway.clock.advance(600 * MINUTE_MS)
    expect(await update({ scheduleId, budget: null })).toMatchObject({ nextAt: '2026-03-04T20:00:00.000Z' })
    expect(await fireDue(gateway, scheduleId)).toBe('early')
  })
})
