/** Each kind of message, from what causes it to the words that its person reads. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { exampleId } from '../../../src/core/operation/ids.ts'
import { markBroken } from '../../../src/domain/accounts/store.ts'
import { connectedAccounts } from '../../../src/domain/accounts/tables.ts'
import { spending } from '../../../src/domain/budgets/tables.ts'
import { GATHER_MS, planSending } from '../../../src/domain/notifications/sending/plan.ts'
import { settleFailed } from '../../../src/domain/outbox/settle.ts'
import { outbox } from '../../../src/domain/outbox/tables.ts'
import { takeDue } from '../../../src/domain/outbox/take-due.ts'
import { fireDue } from '../../../src/domain/schedules/fire.ts'
import { createKey } from '../../../src/tools/access/create-key.ts'
import { revokeKey } from '../../../src/tools/access/revoke-key.ts'
import { updateProfile } from '../../../src/tools/access/update-profile.ts'
import { createProject } from '../../../src/tools/projects/create-project.ts'
import { recommitProject } from '../../../src/tools/projects/recommit-project.ts'
import { reportStalled } from '../../../src/tools/projects/report-stalled.ts'
import { shareProject } from '../../../src/tools/projects/share-project.ts'
import { unshareProject } from '../../../src/tools/projects/unshare-project.ts'
import { updateProject } from '../../../src/tools/projects/update-project.ts'
import { askPerson } from '../../../src/tools/runs/own/ask-person.ts'
import { startRun } from '../../../src/tools/runs/start-run.ts'
import { createSchedule } from '../../../src/tools/schedules/create-schedule.ts'
import { runScheduleNow } from '../../../src/tools/schedules/run-schedule-now.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { remindPeople } from '../../../src/tools/tasks/remind-people.ts'
import { addMember } from '../../../src/tools/teams/add-member.ts'
import { createTeam } from '../../../src/tools/teams/create-team.ts'
import { createWebhook } from '../../../src/tools/webhooks/create-webhook.ts'
import { deliverBundle } from '../../../src/workers/deliver/deliver-bundle.ts'
import { createRunDriver } from '../../support/world/drive-run.ts'
import { ADA, type NotifiedWorld, openNotified } from './notified.ts'

const DAY_MS = 24 * 60 * 60 * 1000

let world: NotifiedWorld
beforeEach(async () => {
  world = await openNotified()
})
afterEach(() => world?.gateway.close())

const call = <Result>(work: (gateway: NotifiedWorld['gateway']) => Promise<{ output: Result }>) =>
  work(world.gateway).then(({ output }) => output)
const texts = async (actor: Partial<Actor> = {}) => (await world.list(actor)).map(({ text }) => text)

async function started(actor: Partial<Actor>): Promise<{ id: string; ref: string }> {
  const { run } = await call(({ invoke, as }) =>
    invoke(startRun, { agent: 'assistant', goal: 'Plan' }, as(actor)),
  )
  return run
}

it('a question of a run', async () => {
  const { id, ref } = await started(ADA)
  await createRunDriver(world.gateway).claim(id)
  const asking = {
    kind: 'agent',
    id,
    personId: 'ada',
    run: { fence: 1, operations: ['runs.ask_person'] },
  } as const
  await call(({ invoke, as }) => invoke(askPerson, { question: 'Which?' }, as(asking)))
  expect(await texts(ADA)).toEqual([`assistant (${ref}) asks you a question`])
})

it('the end of a run, and not that one has cancelled it oneself', async () => {
  const worker = createRunDriver(world.gateway)
  const done = await started(ADA)
  await worker.end(await worker.claim(done.id), { state: 'succeeded', reason: 'finished' })
  expect(await texts(ADA)).toEqual([`assistant (${done.ref}) succeeded`])
})

it('a budget that is reached, once a day', async () => {
  const worker = createRunDriver(world.gateway)
  const resumeAt = new Date(world.gateway.clock.now().getTime() + 8 * 60 * GATHER_MS)
  const rows = { ownerId: 'ada', agentSlug: '', day: '2026-06-01' }
  await worker.write(async ({ db }) => {
    const none = { reservedUsdMicros: 0, reservedTokens: 0, spentUsdMicros: 1, spentTokens: 1 }
    await db.insert(spending).values({ ...rows, ...none })
  })
  const waiting = {
    state: 'waiting',
    reason: 'budget',
    detail: 'Your budget of $1.00 a day is used.',
    resumeAt,
  } as const
  const runs = [await started(ADA), await started(ADA)]
  for (const { id } of runs) await worker.release(await worker.claim(id), waiting)
  expect(await texts(ADA)).toEqual([
    `A budget is reached, so assistant (${runs[0]?.ref}) waits: Your budget of $1.00 a day is used.`,
  ])
})

it('an account that a service refuses, once', async () => {
  const { db, runtime, clock } = world.gateway
  const now = clock.now()
  const id = runtime.newId('account')
  await db.insert(connectedAccounts).values({
    ...{ id, personId: 'ada', ownerId: 'ada', spaceId: 'ada', connector: 'todoist', name: 'ada@example.com' },
    ...{ outsideId: '1', scopes: [], state: 'connected', createdAt: now, updatedAt: now, checkedAt: now },
  })
  const ctx = { db, now, newId: runtime.newId }
  expect(await markBroken(ctx, id, 'The token was revoked.')).toMatchObject({ told: ['ada'] })
  expect(await markBroken(ctx, id, 'The token was revoked.')).toBeUndefined()
  expect(await texts(ADA)).toEqual([
    'Your account ada@example.com at todoist is broken: The token was revoked.',
  ])
})

it('a team that one was added to, and a project that is shared, as long as one sees them', async () => {
  const { team } = await call(({ invoke, as }) => invoke(createTeam, { name: 'Garden' }, as()))
  await call(({ invoke, as }) => invoke(addMember, { teamId: team.id, personId: 'ada' }, as()))
  const { project } = await call(({ invoke, as }) => invoke(createProject, { name: 'Kitchen' }, as()))
  const sharing = { projectId: project.id, personId: 'ada' }
  await call(({ invoke, as }) => invoke(shareProject, sharing, as()))
  expect(await texts(ADA)).toEqual([
    'local shared P-1 with you: Kitchen (editor)',
    'local added you to the team Garden: member',
  ])
  expect(await texts()).toEqual([])
  await call(({ invoke, as }) => invoke(unshareProject, sharing, as()))
  expect(await texts(ADA)).toEqual(['local added you to the team Garden: member'])
})

it('a webhook that is disabled, to the admins of the team that has it', async () => {
  const { gateway } = world
  const { team } = await call(({ invoke, as }) => invoke(createTeam, { name: 'Garden' }, as(ADA)))
  const hook = { url: 'https://example.com/hook', events: ['task.created'], teamId: team.id }
  await call(({ invoke, as }) => invoke(createWebhook, hook, as(ADA)))
  const { project } = await call(({ invoke, as }) =>
    invoke(createProject, { name: 'Beds', teamId: team.id }, as(ADA)),
  )
  const tasks = [{ title: 'Weed', projectId: project.id }]
  await call(({ invoke, as }) => invoke(createTasks, { tasks }, as(ADA)))
  const wanted = { now: gateway.clock.now(), limit: 10, perReceiver: 10, busy: [] }
  for (const { row, webhook } of await takeDue(gateway.db, wanted)) {
    if (webhook === undefined) continue
    const failed = { now: gateway.clock.now(), tookMs: 1, status: 410, error: 'status 410', isGone: true }
    await settleFailed({ db: gateway.db, newId: gateway.runtime.newId }, { row, webhook }, failed)
  }
  expect((await texts(ADA))[0]).toBe(
    'Your webhook https://example.com/hook is disabled: the receiver says that it is gone',
  )
})

it('the answer of a schedule with notify, and why a schedule is paused', async () => {
  const { gateway } = world
  const { key } = await call(({ invoke, as }) =>
    invoke(createKey, { label: 'clock', scopes: ['runs:write', 'tasks:write'] }, as(ADA)),
  )
  const byKey = { ...ADA, keyId: key.id, scopes: key.scopes } as Partial<Actor>
  const wanted = { operation: 'tasks.list', input: {}, when: 'every day at 11', notify: true }
  const { schedule } = await call(({ invoke, as }) => invoke(createSchedule, wanted, as(byKey)))
  world.later(24 * 60 * GATHER_MS)
  gateway.clock.set(new Date(schedule.nextAt ?? ''))
  expect(await fireDue(gateway, schedule.id)).toBe('fired')
  expect((await texts(ADA))[0]).toMatch(/^S-1 \(tasks\.list\): /)
  await call(({ invoke, as }) => invoke(runScheduleNow, { scheduleId: schedule.id }, as(byKey)))
  expect((await texts(ADA)).filter((text) => /^S-1 \(tasks\.list\): /.test(text))).toHaveLength(2)
  await call(({ invoke, as }) => invoke(revokeKey, { keyId: key.id, confirm: true }, as(ADA)))
  gateway.clock.advance(24 * 60 * GATHER_MS)
  expect(await fireDue(gateway, schedule.id)).toBe('paused')
  expect((await texts(ADA))[0]).toMatch(/^The schedule S-1 \(tasks\.list\) is paused: .*revoked/)
})

it('what is due, once a day, in the morning of a work day', async () => {
  const profile = { timeZone: 'America/New_York', workDays: ['mon' as const, 'tue' as const] }
  await call(({ invoke, as }) => invoke(updateProfile, profile, as(ADA)))
  const tasks = [
    { title: 'Old', due: '2026-05-30' },
    { title: 'Now', due: '2026-06-01' },
    { title: 'Later', due: '2026-06-09' },
  ]
  await call(({ invoke, as }) => invoke(createTasks, { tasks }, as(ADA)))
  const remind = () => call(({ invoke, as }) => invoke(remindPeople, {}, as()))
  // It is 6 in the morning in New York, and 10 in UTC.
  expect(await remind()).toEqual({ told: 0 })
  world.later(2 * 60 * GATHER_MS)
  const told = await Promise.all([remind(), remind()])
  expect(told.map((each) => each.told).toSorted()).toEqual([0, 1])
  expect(await texts(ADA)).toEqual(['1 task is due today, 1 task is overdue'])
  world.later(2 * 24 * 60 * GATHER_MS)
  // A Wednesday.
  expect(await remind()).toEqual({ told: 0 })
})

it('a project that has stalled, once for each stall, in the day of its owner', async () => {
  const { later } = world
  await call(({ invoke, as }) => invoke(updateProfile, { timeZone: 'Pacific/Auckland' }, as(ADA)))
  const { project } = await call(({ invoke, as }) => invoke(createProject, { name: 'Kitchen' }, as(ADA)))
  const { team } = await call(({ invoke, as }) => invoke(createTeam, { name: 'Garden' }, as(ADA)))
  const beds = { name: 'Beds', teamId: team.id }
  await call(({ invoke, as }) => invoke(createProject, beds, as(ADA)))
  const paused = await call(({ invoke, as }) => invoke(createProject, { name: 'Paused' }, as(ADA)))
  const pause = { projectId: paused.project.id, state: 'paused' as const }
  await call(({ invoke, as }) => invoke(updateProject, pause, as(ADA)))
  const report = () => call(({ invoke, as }) => invoke(reportStalled, {}, as()))
  expect(await report()).toEqual({ told: 0 })
  // Seven days later in Auckland, and six days later in UTC, which is the day of the team.
  later(6.5 * DAY_MS)
  const told = await Promise.all([report(), report()])
  expect(told.map((each) => each.told).toSorted()).toEqual([0, 1])
  later(DAY_MS)
  expect(await report()).toEqual({ told: 1 })
  expect(await report()).toEqual({ told: 0 })
  expect(await texts(ADA)).toEqual([
    'P-2 has stalled, nothing has happened since 2026-06-01: Beds',
    'P-1 has stalled, nothing has happened since 2026-06-01: Kitchen',
  ])
  const again = { projectId: project.id, nextAction: 'Call the carpenter' }
  await call(({ invoke, as }) => invoke(recommitProject, again, as(ADA)))
  expect(await report()).toEqual({ told: 0 })
  expect(await world.unread(ADA)).toBe(1)
  later(4 * DAY_MS)
  expect(await report()).toEqual({ told: 1 })
})

it('reaches webhooks that hear notification.created, as far as their maker may read it', async () => {
  const events = ['notification.created']
  const url = 'https://example.com/hook'
  await call(({ invoke, as }) => invoke(createWebhook, { url, events }, as(ADA)))
  await world.give('ada', 'Water the plants')
  world.later(GATHER_MS)
  await world.send()
  const sent = await world.gateway.db.select().from(outbox)
  expect(
    sent.filter(({ channel }) => channel === 'webhook').map(({ event, payload }) => [event, payload]),
  ).toEqual([
    [
      'notification.created',
      expect.objectContaining({ event: 'task.assigned', text: 'local gave you T-1: Water the plants' }),
    ],
  ])
})

it('says that a service gave somebody a task, without its id', async () => {
  const service = { kind: 'service', id: exampleId('key'), personId: 'local' } as const
  const tasks = [{ title: 'Water the plants', assignee: 'ada' }]
  await call(({ invoke, as }) => invoke(createTasks, { tasks }, as(service)))
  expect(await texts(ADA)).toEqual(['A service gave you T-1: Water the plants'])
})

it('is sent again under the same id by another sender, when one was lost in the middle', async () => {
  await world.give('ada', 'One')
  world.later(GATHER_MS)
  const { db, clock, runtime } = world.gateway
  await planSending(runtime)
  const wanted = { now: clock.now(), limit: 10, perReceiver: 10, busy: [] }
  const [lost] = await takeDue(db, wanted)
  expect(await takeDue(db, wanted)).toEqual([])
  await db.update(outbox).set({ leaseUntil: new Date(0) })
  await world.send()
  expect(world.sent.map(({ id }) => id)).toEqual([lost?.row.eventId])
  // The lost one comes back too late to record anything.
  if (lost?.webhook !== undefined || lost === undefined) throw new Error('no bundle')
  await deliverBundle({ runtime, channels: [] }, { row: lost.row, webhook: lost.webhook })
  expect((await db.select().from(outbox)).map(({ state }) => state)).toEqual(['delivered'])
})
