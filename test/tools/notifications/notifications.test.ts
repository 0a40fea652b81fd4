/** Who is notified of what, what of it is sent where and when, and what becomes of it. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GATHER_MS } from '../../../src/domain/notifications/sending/plan.ts'
import { updateProfile } from '../../../src/tools/access/update-profile.ts'
import { decideApproval } from '../../../src/tools/approvals/decide-approval.ts'
import { getSettings } from '../../../src/tools/notifications/get-settings.ts'
import { listNotifications } from '../../../src/tools/notifications/list-notifications.ts'
import { readNotifications } from '../../../src/tools/notifications/read-notifications.ts'
import { updateSettings } from '../../../src/tools/notifications/update-settings.ts'
import { deactivatePerson } from '../../../src/tools/people/deactivate-person.ts'
import { startRun } from '../../../src/tools/runs/start-run.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { updateTask } from '../../../src/tools/tasks/update-task.ts'
import { isLong } from '../../support/form.ts'
import { createRunDriver } from '../../support/world/drive-run.ts'
import { ADA, type NotifiedWorld, openNotified } from './notified.ts'

let world: NotifiedWorld
beforeEach(async () => {
  world = await openNotified()
})
afterEach(() => world?.gateway.close())

const call = <Result>(work: (gateway: NotifiedWorld['gateway']) => Promise<{ output: Result }>) =>
  work(world.gateway).then(({ output }) => output)

describe('notifications', () => {
  it('tell of a task that somebody else gives, and not of one that people give themselves', async () => {
    const taskId = await world.give('ada', 'Water the plants')
    await world.give('local', 'Mine')
    expect(await world.list()).toEqual([])
    expect(await world.list(ADA)).toEqual([
      {
        id: expect.stringMatching(/^notification_/),
        event: 'task.assigned',
        text: 'local gave you T-1: Water the plants',
        details: [],
        sent: [],
        about: `task://${taskId}`,
        urgent: false,
        happenedAt: '2026-06-01T10:00:00.000Z',
        unread: true,
        readAt: null,
        actions: [{ label: 'Show', operation: 'tasks.get', input: { taskId: 'T-1' } }],
      },
    ])
    expect(world.gateway.changes).toContainEqual({
      uris: expect.arrayContaining(['notifications://mine']),
      spaceId: 'ada',
    })
  })

  it('are gone once their reader no longer sees what they are about', async () => {
    const taskId = await world.give('ada', 'Secret')
    await call(({ invoke, as }) => invoke(updateTask, { taskId, assignee: null }, as()))
    expect(await world.list(ADA)).toEqual([])
    expect(await world.unread(ADA)).toBe(0)
    world.later(GATHER_MS)
    await world.send()
    expect(world.sent).toEqual([])
  })

  it('are read one by one, or all up to one', async () => {
    for (const title of ['One', 'Two', 'Three']) await world.give('ada', title)
    const [three, two, one] = await world.list(ADA)
    const read = (input: Parameters<typeof readNotifications.input.parse>[0] & object) =>
      call(({ invoke, as }) => invoke(readNotifications, input as never, as(ADA)))
    expect(await read({ notificationIds: [three?.id] })).toEqual({ read: 1, unread: 2 })
    expect(await read({ upTo: two?.id })).toEqual({ read: 2, unread: 0 })
    expect(await read({ upTo: two?.id })).toEqual({ read: 0, unread: 0 })
    await expect(read({})).rejects.toMatchObject({ code: 'invalid_input' })
    // Nobody reads those of others.
    for (const input of [{ notificationIds: [one?.id ?? ''] }, { upTo: one?.id ?? '' }]) {
      const reading = call(({ invoke, as }) => invoke(readNotifications, input, as()))
      await expect(reading).rejects.toMatchObject({ code: 'not_found' })
    }
    const page = await call(({ invoke, as }) => invoke(listNotifications, { unread: true }, as(ADA)))
    expect(page).toEqual({ items: [], nextCursor: null, unread: 0 })
  })

  it('are listed in pages, the newest first', async () => {
    for (const title of ['One', 'Two', 'Three']) await world.give('ada', title)
    const list = (input: object) => call(({ invoke, as }) => invoke(listNotifications, input, as(ADA)))
    const first = await list({ limit: 2 })
    const second = await list({ limit: 2, cursor: first.nextCursor })
    const texts = [...first.items, ...second.items].map(({ text }) => text.split(': ')[1])
    expect(texts).toEqual(['Three', 'Two', 'One'])
    expect(second.nextCursor).toBeNull()
  })

  it('tell of approvals, questions and ends of runs, and need no more once the matter is settled', async () => {
    const { gateway } = world
    const worker = createRunDriver(gateway)
    const { run } = await call(({ invoke, as }) =>
      invoke(startRun, { agent: 'assistant', goal: 'Plan' }, as(ADA)),
    )
    const hold = await worker.claim(run.id)
    const { approvalId } = await worker.ask(hold)
    await worker.release(hold, { state: 'waiting', reason: 'approval' })
    const [asked] = await world.list(ADA)
    expect(asked).toMatchObject({
      event: 'approval.requested',
      urgent: true,
      text: `assistant (${run.ref}) asks for your approval of tasks.delete (A-1)`,
      unread: true,
    })
    expect(asked?.actions.map(({ label }) => label)).toEqual(['Approve', 'Reject', 'Show'])
    expect(await world.list()).toEqual([])
    await call(({ invoke, as }) => invoke(decideApproval, { approvalId, decision: 'approve' }, as(ADA)))
    expect(await world.unread(ADA)).toBe(0)
    expect((await world.list(ADA))[0]).toMatchObject({ unread: false, readAt: null, actions: [] })
    await worker.end(await worker.claim(run.id), { state: 'failed', reason: 'provider_failed' })
    expect((await world.list(ADA))[0]?.text).toBe(`assistant (${run.ref}) failed: provider_failed`)
  })

  it('are not made for people who were deactivated, nor of what they have turned off', async () => {
    await call(({ invoke, as }) => invoke(updateSettings, { event: 'task.*', off: true }, as(ADA)))
    await world.give('ada', 'Unheard')
    await call(({ invoke, as }) => invoke(updateSettings, { event: 'task.assigned' }, as(ADA)))
    const taskId = await world.give('ada', 'Heard')
    expect((await world.list(ADA)).map(({ text }) => text)).toEqual(['local gave you T-2: Heard'])
    await call(({ invoke, as }) => invoke(deactivatePerson, { personId: 'ada' }, as()))
    world.later(GATHER_MS)
    await world.send()
    expect(world.sent).toEqual([])
    expect(taskId).toMatch(/^task_/)
  })
})

describe('channels', () => {
  it('get many messages as one, and each message once', async () => {
    for (let count = 1; count <= 20; count += 1) await world.give('ada', `Task ${count}`)
    await world.send()
    expect(world.sent).toEqual([])
    world.later(GATHER_MS)
    await world.send()
    await world.send()
    expect(world.sent).toHaveLength(1)
    const [bundle] = world.sent
    expect(bundle?.personId).toBe('ada')
    expect(bundle?.notes.map(({ message, payload }) => message.text(payload))).toEqual(
      Array.from({ length: 20 }, (_, index) => `local gave you T-${index + 1}: Task ${index + 1}`),
    )
  })

  it('are given what is urgent at once, and the rest after quiet hours', async () => {
    const quietHours = { from: '20:00', to: '13:00' }
    await call(({ invoke, as }) => invoke(updateProfile, { quietHours, timeZone: 'Europe/Berlin' }, as(ADA)))
    await world.give('ada', 'Later')
    const worker = createRunDriver(world.gateway)
    const { run } = await call(({ invoke, as }) =>
      invoke(startRun, { agent: 'assistant', goal: 'Plan' }, as(ADA)),
    )
    await worker.ask(await worker.claim(run.id))
    await world.send()
    expect(world.sent.map(({ notes }) => notes.map(({ message }) => message.name))).toEqual([
      ['approval.requested'],
    ])
    // It is noon in Berlin.
    world.later(59 * 60_000)
    await world.send()
    expect(world.sent).toHaveLength(1)
    world.later(60_000)
    await world.send()
    expect(world.sent.at(-1)?.notes.map(({ message }) => message.name)).toEqual(['task.assigned'])
  })

  it.runIf(isLong)('are given what is urgent at once, however much is being gathered', async () => {
    const tasks = Array.from({ length: 25 }, (_, index) => ({ title: `Task ${index}`, assignee: 'ada' }))
    for (let batch = 0; batch < 8; batch += 1)
      await call(({ invoke, as }) => invoke(createTasks, { tasks }, as()))
    const worker = createRunDriver(world.gateway)
    const { run } = await call(({ invoke, as }) =>
      invoke(startRun, { agent: 'assistant', goal: 'Plan' }, as(ADA)),
    )
    await worker.ask(await worker.claim(run.id))
    await world.send()
    expect(world.sent.map(({ notes }) => notes.map(({ message }) => message.name))).toEqual([
      ['approval.requested'],
    ])
  })

  it.runIf(isLong)('are asked again under the same id after a failure, and not after a refusal', async () => {
    world.answers(() => ({ kind: 'failed', why: 'greylisted' }))
    await world.give('ada', 'One')
    world.later(GATHER_MS)
    await world.send()
    world.answers(() => ({ kind: 'refused', why: 'no such mailbox' }))
    world.later(GATHER_MS)
    await world.send()
    world.later(24 * 60 * GATHER_MS)
    await world.send()
    expect(world.sent).toHaveLength(2)
    expect(new Set(world.sent.map(({ id }) => id)).size).toBe(1)
  })

  it('are chosen for each event; without gateway it is not listed', async () => {
    const choose = (channels: string[]) =>
      call(({ invoke, as }) => invoke(updateSettings, { event: 'task.assigned', channels }, as(ADA)))
    expect((await choose(['gateway'])).items).toEqual([
      {
        event: 'task.assigned',
        title: 'Somebody gives you a task',
        urgent: false,
        channels: ['gateway'],
        isDefault: false,
      },
    ])
    await world.give('ada', 'Here')
    world.later(GATHER_MS)
    await world.send()
    await choose(['mail'])
    await world.give('ada', 'There')
    world.later(GATHER_MS)
    await world.send()
    expect((await world.list(ADA)).map(({ text }) => text)).toEqual(['local gave you T-1: Here'])
    expect(world.sent.flatMap(({ notes }) => notes.map(({ payload }) => payload.title))).toEqual(['There'])
    await expect(choose(['pigeon'])).rejects.toMatchObject({ code: 'invalid_input' })
    const { channels, items } = await call(({ invoke, as }) => invoke(getSettings, {}, as(ADA)))
    expect(channels.map(({ name }) => name)).toEqual(['gateway', 'webhook', 'mail'])
    expect(items.find(({ event }) => event === 'run.ended')).toMatchObject({
      channels: ['gateway', 'webhook', 'mail'],
      isDefault: true,
    })
  })
})
