/** Schedules of any operation: what they may call, for whom, and what becomes of each due time. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import type { Actor } from '../../../src/core/operation/actor.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { apiKeys, people } from '../../../src/domain/access/tables.ts'
import { fireDue } from '../../../src/domain/schedules/fire.ts'
import { schedules } from '../../../src/domain/schedules/tables.ts'
import { createKey } from '../../../src/tools/access/create-key.ts'
import { listAudit } from '../../../src/tools/access/list-audit.ts'
import { revokeKey } from '../../../src/tools/access/revoke-key.ts'
import { operations } from '../../../src/tools/registry.ts'
import { createSchedule } from '../../../src/tools/schedules/create-schedule.ts'
import { getSchedule } from '../../../src/tools/schedules/get-schedule.ts'
import { resumeSchedule } from '../../../src/tools/schedules/resume-schedule.ts'
import { runScheduleNow } from '../../../src/tools/schedules/run-schedule-now.ts'
import { updateSchedule } from '../../../src/tools/schedules/update-schedule.ts'
import { completeTasks } from '../../../src/tools/tasks/complete-tasks.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { deleteTasks } from '../../../src/tools/tasks/delete-tasks.ts'
import { emptyTrash } from '../../../src/tools/tasks/empty-trash.ts'
import { getTask } from '../../../src/tools/tasks/get-task.ts'
import { listTasks } from '../../../src/tools/tasks/list-tasks.ts'
import { updateTask } from '../../../src/tools/tasks/update-task.ts'
import { openTestGateway, TEST_NOW, type TestGateway } from '../../support/world/database.ts'
import { SOME_MODEL } from '../../support/world/some-model.ts'
import { addTeam } from '../../support/world/team.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await openTestGateway({ operations, models: SOME_MODEL })
})
afterAll(() => gateway.close())
beforeEach(() => gateway.clock.set(TEST_NOW))

const HOUR_MS = 60 * 60 * 1000

async function run<Input extends z.ZodObject, Output extends z.ZodObject>(
  operation: Operation<Input, Output>,
  input: unknown,
  who: Partial<Actor> = {},
) {
  return (await gateway.invoke(operation, input, gateway.as(who))).output
}
const create = async (input: object, who: Partial<Actor> = {}) =>
  (await run(createSchedule, { when: 'hourly', timeZone: 'UTC', ...input }, who)).schedule
const get = async (scheduleId: string, who: Partial<Actor> = {}) =>
  (await run(getSchedule, { scheduleId }, who)).schedule
const fire = (scheduleId: string) => fireDue(gateway, scheduleId)
async function fireAfterAnHour(scheduleId: string) {
  gateway.clock.advance(HOUR_MS)
  return await fire(scheduleId)
}

async function addTask(title: string, who: Partial<Actor> = {}, more: object = {}) {
  const { results } = await run(createTasks, { tasks: [{ title, ...more }] }, who)
  const [result] = results
  if (result === undefined || !('task' in result) || result.task === undefined) throw new Error('no task')
  return result.task
}
const titled = async (text: string, who: Partial<Actor> = {}) => (await run(listTasks, { text }, who)).items

const adding = (title: string) => ({ operation: 'tasks.create', input: { tasks: [{ title }] } })

describe('a schedule of an operation', () => {
  it('completes a repeating task each weekday, and on no other day, by the reference of its maker', async () => {
    const task = await addTask('Water the beds', {}, { repeat: 'every weekday', due: 'today' })
    const { id, ...schedule } = await create({
      operation: 'tasks.complete',
      input: { taskIds: [task.ref] },
      when: 'every weekday 8:30',
    })
    expect(schedule).toMatchObject({
      operation: 'tasks.complete',
      input: { taskIds: [task.id] },
      agent: null,
    })
    const done: string[] = []
    // From Thursday to Wednesday.
    for (let day = 5; day <= 11; day += 1) {
      gateway.clock.set(`2026-03-${String(day).padStart(2, '0')}T08:30:00Z`)
      const fired = await Promise.all(Array.from({ length: 4 }, () => fire(id)))
      if (fired.includes('fired')) done.push(gateway.clock.now().toISOString().slice(8, 10))
      const { length } = (await run(listTasks, { text: 'Water the beds', status: ['done'] })).items
      expect(length).toBe(done.length)
      expect(fired.filter((each) => each === 'fired').length).toBeLessThanOrEqual(1)
    }
    expect(done).toEqual(['05', '06', '09', '10', '11'])
    expect(await get(id)).toMatchObject({
      input: { taskIds: [task.id] },
      lastDueAt: '2026-03-11T08:30:00.000Z',
      lastOutcome: expect.stringContaining('Done: '),
      lastProblem: null,
    })
  })

  it('completes the open task of a series when it is called at once, also after the first was deleted', async () => {
    const task = await addTask('Feed the fish', {}, { repeat: 'daily', due: 'today' })
    const input = { taskIds: [task.ref] }
    const { id: scheduleId } = await create({ operation: 'tasks.complete', input })
    await run(runScheduleNow, { scheduleId })
    await run(deleteTasks, { taskIds: [task.id] })
    await gateway.invoke(emptyTrash, { confirm: true }, gateway.as())
    const call = { ...gateway.as(), idempotencyKey: 'series-at-once' }
    for (let time = 1; time <= 2; time += 1) await gateway.invoke(runScheduleNow, { scheduleId }, call)
    const all = await titled('Feed the fish')
    expect(all.map(({ status }) => status).sort()).toEqual(['done', 'open'])
  })

  it('leaves a repeating task alone where its own tasks are meant: by a person, and by reopening', async () => {
    const task = await addTask('Mow', {}, { repeat: 'daily', due: 'today' })
    for (let time = 1; time <= 2; time += 1) await run(completeTasks, { taskIds: [task.ref] })
    expect((await titled('Mow')).map(({ status }) => status).sort()).toEqual(['done', 'open'])
    const { id } = await create({ operation: 'tasks.reopen', input: { taskIds: [task.ref] } })
    expect(await fireAfterAnHour(id)).toBe('fired')
    expect((await run(getTask, { taskId: task.id })).task.status).toBe('open')
  })

  it('does nothing more once the series has ended', async () => {
    const task = await addTask('Once more', {}, { repeat: 'daily', due: 'today' })
    const { id } = await create({ operation: 'tasks.complete', input: { taskIds: [task.ref] } })
    await fireAfterAnHour(id)
    const [next] = (await titled('Once more')).filter(({ status }) => status === 'open')
    await run(updateTask, { taskId: next?.id, repeat: null })
    await fireAfterAnHour(id)
    expect(await fireAfterAnHour(id)).toBe('fired')
    expect((await titled('Once more')).map(({ status }) => status)).toEqual(['done', 'done'])
    expect((await get(id)).lastOutcome).toContain('Already done')
  })

  it('has failed when its call did nothing', async () => {
    const task = await addTask('Deleted later')
    const { id } = await create({ operation: 'tasks.complete', input: { taskIds: [task.ref] } })
    await run(deleteTasks, { taskIds: [task.id] })
    expect(await fireAfterAnHour(id)).toBe('failed')
    expect(await get(id)).toMatchObject({
      lastOutcome: null,
      lastProblem: expect.stringContaining('There is no task'),
    })
  })

  it('is audited for its maker, with the moment, through the door of schedules', async () => {
    const { id } = await create(adding('Audited'), { kind: 'service', id: 'clerk' })
    await fireAfterAnHour(id)
    const { items } = await run(listAudit, { door: 'schedule', actor: 'clerk' })
    expect(items).toMatchObject([
      {
        operation: 'tasks.create',
        outcome: 'ok',
        input: { firing: { scheduleId: id, dueAt: '2026-03-04T10:00:00.000Z' } },
      },
    ])
  })

  it('tells the answer of a read, and keeps no secret of it or its input', async () => {
    const secret = `sb_${'x'.repeat(43)}`
    const { id, input } = await create({ operation: 'tasks.list', input: { text: secret } })
    expect(JSON.stringify(input)).not.toContain(secret)
    expect(await fireAfterAnHour(id)).toBe('fired')
    expect((await get(id)).lastOutcome).toBe('No tasks here.')
  })

  it('is shown without what it does to those who may not read that elsewhere', async () => {
    const { id } = await create(adding('Hidden'))
    await fireAfterAnHour(id)
    const shown = await get(id, { scopes: ['runs:read'] })
    expect(shown).toMatchObject({ operation: 'tasks.create', input: null })
    expect(shown.lastOutcome).toBe('Not shown: needs tasks:read.')
  })

  it('is changed to another operation, and an input is replaced whole', async () => {
    const { id: scheduleId } = await create(adding('Before'))
    const { schedule } = await run(updateSchedule, { scheduleId, input: { tasks: [{ title: 'After' }] } })
    expect(schedule.input).toEqual({ tasks: [{ title: 'After' }] })
    const started = { scheduleId, operation: 'runs.start', agent: 'assistant', goal: 'Plan' }
    expect((await run(updateSchedule, started)).schedule).toMatchObject({ agent: 'assistant', goal: 'Plan' })
    await expect(run(updateSchedule, { scheduleId, ...adding('x'), goal: 'Plan' })).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('goal'),
    })
  })

  it('starts runs, in the old form and the new', async () => {
    const start = { agent: 'assistant', goal: 'Plan my day' }
    const old = await create(start)
    const { id, ...given } = await create({ operation: 'runs.start', input: start })
    expect(given).toMatchObject({ ...start, input: start, operation: old.operation })
    expect(await fireAfterAnHour(id)).toBe('fired')
    expect((await get(id)).lastRunId).toMatch(/^run_/)
  })

  it('is called at once by a person, once for each key', async () => {
    const { id: scheduleId } = await create(adding('At once'))
    const call = { ...gateway.as(), idempotencyKey: 'at-once' }
    const first = await gateway.invoke(runScheduleNow, { scheduleId }, call)
    expect(first.output).toEqual({ run: null, outcome: expect.stringContaining('At once') })
    expect((await gateway.invoke(runScheduleNow, { scheduleId }, call)).output).toEqual(first.output)
    expect(await titled('At once')).toHaveLength(1)
    expect(await get(scheduleId)).toMatchObject({ lastDueAt: null, nextAt: '2026-03-04T10:00:00.000Z' })
    const reader = { scopes: ['runs:write'] as const }
    await expect(run(runScheduleNow, { scheduleId }, reader)).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('no schedule is made', () => {
  it.each([
    ['access.create_key', { label: 'k', scopes: ['tasks:read'] }, 'for people only'],
    ['runs.ask_person', { question: 'Why?' }, "for agents' runs only"],
    ['runs.wait', { runId: 'R-1' }, 'occupy a worker'],
    ['schedules.create', { agent: 'assistant', goal: 'Plan', when: 'hourly' }, 'would have no limit'],
    ['schedules.run_now', { scheduleId: 'S-1' }, 'without end'],
    ['approvals.decide', { approvalId: 'A-1', decision: 'approve' }, 'a person looks at each call'],
  ])('of %s', async (operation, input, why) => {
    const refused = { code: 'forbidden', message: expect.stringContaining(why) }
    await expect(create({ operation, input })).rejects.toMatchObject(refused)
  })

  it('of an operation that is not there, that the caller may not call, or with a wrong input', async () => {
    await expect(create({ operation: 'tasks.complet', input: {} })).rejects.toMatchObject({
      code: 'not_found',
      fix: expect.stringContaining('tasks.complete'),
    })
    await expect(create(adding('x'), { scopes: ['runs:write'] })).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('tasks:write'),
    })
    await expect(create({ operation: 'tasks.create', input: { tasks: [{}] } })).rejects.toMatchObject({
      code: 'invalid_input',
      issues: [{ path: 'input.tasks.0.title', message: expect.any(String) }],
    })
    const unseen = { operation: 'tasks.complete', input: { taskIds: ['T-99999'] } }
    await expect(create(unseen)).rejects.toMatchObject({ code: 'not_found' })
  })

  it.each([
    [{}, ['agent', 'goal']],
    [{ agent: 'assistant' }, ['goal']],
    [{ input: {} }, ['operation']],
    [{ ...adding('x'), goal: 'Plan' }, ['goal']],
  ])('that does not say what it calls in one way: %j', async (input, paths) => {
    await expect(create(input)).rejects.toMatchObject({
      code: 'invalid_input',
      issues: paths.map((path) => expect.objectContaining({ path })),
    })
  })
})

describe('a call that cannot be undone', () => {
  const emptying = { operation: 'tasks.empty_trash', input: { confirm: true } }

  it('is scheduled by a person who approves it for all times, and says who did', async () => {
    await expect(create({ ...emptying, input: {} })).rejects.toMatchObject({ code: 'confirmation_required' })
    const schedule = await create(emptying)
    expect(schedule).toMatchObject({ approvedBy: 'local', approvedAt: TEST_NOW })
    expect(await fireAfterAnHour(schedule.id)).toBe('fired')
    const later = await run(updateSchedule, { scheduleId: schedule.id, when: 'daily at 9' })
    expect(later.schedule.approvedAt).toBe(TEST_NOW)
    const other = await run(updateSchedule, { scheduleId: schedule.id, ...adding('x') })
    expect(other.schedule).toMatchObject({ approvedBy: null, approvedAt: null })
  })

  it.each([
    ['by a service', { kind: 'service', id: 'robot' }, 'process'],
    ['by a model in the name of a person', {}, 'mcp'],
  ] as const)('is not scheduled, changed, resumed or called at once %s', async (_, who, door) => {
    const call = { ...gateway.as(who), door }
    const refused = async (operation: Operation, input: object) =>
      await expect(gateway.invoke(operation, input, call)).rejects.toMatchObject({ code: 'forbidden' })
    await refused(createSchedule as Operation, { when: 'hourly', ...emptying })
    const { id: scheduleId } = await create(emptying)
    await refused(updateSchedule as Operation, { scheduleId, when: 'daily at 9' })
    await refused(runScheduleNow as Operation, { scheduleId })
    await gateway.db.update(schedules).set({ paused: true }).where(eq(schedules.id, scheduleId))
    await refused(resumeSchedule as Operation, { scheduleId })
    expect((await run(runScheduleNow, { scheduleId })).outcome).toMatch(/Nothing to delete|Permanently/)
  })
})

describe('a schedule pauses and says why', () => {
  const scopes = ['runs:write', 'tasks:write', 'projects:write'] as const
  async function byKey(call: object) {
    const { key } = await run(createKey, { label: 'k', scopes: [...scopes], person: 'kim' })
    const { id } = await create(call, { id: 'kim', personId: 'kim', keyId: key.id, scopes })
    return { id, keyId: key.id }
  }
  beforeAll(async () => {
    await gateway.db
      .insert(people)
      .values({ id: 'kim', name: null, timeZone: null, createdAt: new Date(TEST_NOW) })
      .onConflictDoNothing()
  })
  const kim = { id: 'kim', personId: 'kim' }

  it.each([
    ['a write', adding('For a key')],
    ['a read', { operation: 'tasks.list', input: {} }],
  ])('once its key was revoked: %s', async (_, call) => {
    const { id, keyId } = await byKey(call)
    await run(revokeKey, { keyId, confirm: true })
    expect(await fireAfterAnHour(id)).toBe('paused')
    expect(await get(id, kim)).toMatchObject({
      paused: true,
      lastProblem: expect.stringContaining('revoked'),
    })
    expect(await titled('For a key', kim)).toEqual([])
  })

  it('once its key has lost a scope', async () => {
    const { id, keyId } = await byKey(adding('For a scope'))
    await gateway.db
      .update(apiKeys)
      .set({ scopes: ['runs:write'] })
      .where(eq(apiKeys.id, keyId))
    expect(await fireAfterAnHour(id)).toBe('paused')
    expect((await get(id, kim)).lastProblem).toContain('no longer has tasks:write')
    expect(await titled('For a scope', kim)).toEqual([])
  })

  it('once a new role of its person takes the call away, and not before', async () => {
    const { id } = await byKey(adding('For a guest'))
    const beyond = await byKey({ operation: 'projects.create', input: { name: 'Beyond a guest' } })
    await gateway.db.update(people).set({ role: 'guest' }).where(eq(people.id, 'kim'))
    expect(await fireAfterAnHour(id)).toBe('fired')
    expect(await fire(beyond.id)).toBe('paused')
    expect((await get(beyond.id, kim)).lastProblem).toContain('no longer has projects:write')
    await gateway.db.update(people).set({ role: 'member' }).where(eq(people.id, 'kim'))
    expect(await titled('For a guest', kim)).toHaveLength(1)
  })

  it('once its person was deactivated', async () => {
    const { id } = await byKey(adding('For a person'))
    await gateway.db.update(people).set({ deactivatedAt: gateway.clock.now() }).where(eq(people.id, 'kim'))
    expect(await fireAfterAnHour(id)).toBe('paused')
    expect((await get(id, kim)).lastProblem).toContain('deactivated')
    await gateway.db.update(people).set({ deactivatedAt: null }).where(eq(people.id, 'kim'))
  })
})

describe('due times that piled up', () => {
  it.each([
    ['skip', 0, '2026-03-05T21:00:00.000Z'],
    ['latest', 1, '2026-03-05T21:00:00.000Z'],
    ['all', 24, '2026-03-05T21:00:00.000Z'],
  ])('are made up for by %s with %i calls', async (catchUp, calls, nextAt) => {
    const title = `Piled up, ${catchUp}`
    const { id } = await create({ ...adding(title), catchUp })
    gateway.clock.set('2026-03-05T20:30:00Z')
    await Promise.all(Array.from({ length: 3 }, () => fire(id)))
    expect(await titled(title)).toHaveLength(calls)
    expect(await gateway.db.select().from(schedules).where(eq(schedules.id, id))).toMatchObject([
      { nextAt: new Date(nextAt), lastDueAt: calls === 0 ? null : new Date('2026-03-05T20:00:00Z') },
    ])
    expect(await fire(id)).toBe('early')
  })

  it('are made up for one by one when fewer than the limit were missed', async () => {
    const { id } = await create({ ...adding('A few'), catchUp: 'all' })
    gateway.clock.set('2026-03-04T12:30:00Z')
    expect(await fire(id)).toBe('fired')
    expect(await titled('A few')).toHaveLength(3)
  })
})

it('of a team reads and changes what is the team’s alone', async () => {
  const ada: Partial<Actor> = { id: 'ada', personId: 'ada' }
  const teamId = await addTeam(gateway.db, { ada: 'admin', bob: 'member' })
  await addTask('Private to Ada', ada)
  const { id } = await create({ operation: 'tasks.list', input: {}, teamId }, ada)
  expect(await fireAfterAnHour(id)).toBe('fired')
  const seenByBob = await get(id, { id: 'bob', personId: 'bob' })
  expect(seenByBob).toMatchObject({ teamId, lastOutcome: 'No tasks here.' })
})
