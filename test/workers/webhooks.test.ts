/** Deliveries of events to a receiver on a real socket: what arrives, in which order, and what happens when it fails. */

import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lookupPublic } from '../../src/clients/outbound/dial.ts'
import { createPoster } from '../../src/clients/webhooks/post.ts'
import type { Actor } from '../../src/core/operation/actor.ts'
import { apiKeys, people } from '../../src/domain/access/tables.ts'
import { outbox } from '../../src/domain/outbox/tables.ts'
import { takeDue } from '../../src/domain/outbox/take-due.ts'
import { webhooks } from '../../src/domain/webhooks/tables.ts'
import { createKey } from '../../src/tools/access/create-key.ts'
import { revokeKey } from '../../src/tools/access/revoke-key.ts'
import { decideApproval } from '../../src/tools/approvals/decide-approval.ts'
import { createProject } from '../../src/tools/projects/create-project.ts'
import { moveProject } from '../../src/tools/projects/move-project.ts'
import { askPerson } from '../../src/tools/runs/own/ask-person.ts'
import { startRun } from '../../src/tools/runs/start-run.ts'
import { createTasks } from '../../src/tools/tasks/create-tasks.ts'
import { updateTask } from '../../src/tools/tasks/update-task.ts'
import { listDeliveries } from '../../src/tools/webhooks/list-deliveries.ts'
import { listWebhooks } from '../../src/tools/webhooks/list-webhooks.ts'
import { redeliverEvents } from '../../src/tools/webhooks/redeliver-events.ts'
import { rotateSecret } from '../../src/tools/webhooks/rotate-secret.ts'
import { testWebhook } from '../../src/tools/webhooks/test-webhook.ts'
import { updateWebhook } from '../../src/tools/webhooks/update-webhook.ts'
import { startSender } from '../../src/workers/deliver/sender.ts'
import { isLong } from '../support/form.ts'
import { isSigned, verify } from '../support/receiver.ts'
import { addPeople } from '../support/world/add-people.ts'
import { createRunDriver } from '../support/world/drive-run.ts'
import { addSharedProject, addTeam, leaveTeam } from '../support/world/team.ts'
import { openWebhookWorld, type WebhookWorld } from './webhook-world.ts'

let world: WebhookWorld
beforeEach(async () => {
  world = await openWebhookWorld()
  await addPeople(world.gateway.db, ['ada', 'bob', 'cleo', 'dora'])
})
afterEach(() => world.close())

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const typesReceived = () => world.receiver.received.map(({ event }) => event.type)
const stored = () => world.gateway.db.select().from(outbox)

describe('an event', () => {
  test('is delivered signed, with the id of the event, and once', async () => {
    const { secret } = await world.create({ events: ['task.*'] })
    const taskId = await world.addTask('Water the plants')
    await world.complete(taskId)
    await world.send()
    await world.send()
    expect(typesReceived()).toEqual(['task.created', 'task.completed'])
    const [created] = world.receiver.received
    if (created === undefined) throw new Error('nothing was received')
    expect(verify(secret, created)).toEqual({
      type: 'task.created',
      timestamp: world.gateway.clock.now().toISOString(),
      version: 1,
      data: {
        ...{ taskId, ref: 'T-1', title: 'Water the plants', projectId: null },
        ...{ owner: 'local', assignee: null, by: 'local' },
      },
    })
    expect(created.id).toMatch(/^event_/)
    expect(() => verify(`whsec_${'A'.repeat(43)}=`, created)).toThrow()
  })

  test('leaves no row where nobody hears it: no webhook, another event, a disabled one', async () => {
    await world.addTask('One')
    expect(await stored()).toEqual([])
    const { id } = await world.create({ events: ['task.completed', 'run.*'] })
    await world.addTask('Two')
    expect(await stored()).toEqual([])
    await world.gateway.invoke(updateWebhook, { webhookId: id, state: 'disabled' }, world.gateway.as())
    await world.complete(await world.addTask('Three'))
    expect(await stored()).toEqual([])
  })

  test('is not stored when its write fails', async () => {
    await world.create()
    const before = (await stored()).length
    await expect(world.complete('task_01h455vb4pex5vsknk084sn02q')).resolves.toBeUndefined()
    const attempt = world.gateway.invoke(
      createTasks,
      { tasks: [{ title: 'Cut off' }] },
      { ...world.gateway.as(), signal: AbortSignal.abort() },
    )
    await expect(attempt).rejects.toMatchObject({ code: 'cancelled' })
    expect(await stored()).toHaveLength(before)
  })

  test('is heard only by owners who see it, and by the assignee without the project', async () => {
    const { db, as, invoke } = world.gateway
    const teamId = await addTeam(db, { ada: 'member', bob: 'member' })
    const projectId = await addSharedProject(db, teamId, { ada: 'editor' })
    const person = (id: string) => ({ id, personId: id, scopes: ['admin' as const] })
    const hooks = Object.fromEntries(
      await Promise.all(
        ['ada', 'bob', 'cleo', 'dora'].map(async (id) => [(await world.create({}, person(id))).id, id]),
      ),
    )
    const task = { title: 'Dig', projectId, assignee: 'cleo' }
    await invoke(createTasks, { tasks: [task] }, as(person('ada')))
    const rows = (await stored()).map(({ receiverId, event, payload }) => ({
      who: hooks[receiverId],
      event,
      projectId: (payload as { projectId: string | null }).projectId,
    }))
    expect(
      rows.filter(({ event }) => event === 'task.assigned').sort((a, b) => (a.who < b.who ? -1 : 1)),
    ).toEqual([
      { who: 'ada', event: 'task.assigned', projectId },
      { who: 'cleo', event: 'task.assigned', projectId: null },
    ])
    expect(rows).toHaveLength(4)
  })

  test('is not heard by a person who was deactivated, and what waits for them is not sent', async () => {
    const eve = { id: 'eve', personId: 'eve', scopes: ['admin' as const] }
    const { db, clock } = world.gateway
    await addPeople(db, ['eve'])
    await world.create({ events: ['task.created'] }, eve)
    await world.addTask('Before', eve)
    await db.update(people).set({ deactivatedAt: clock.now() }).where(eq(people.id, 'eve'))
    await world.addTask('After', eve)
    await world.send()
    expect(world.receiver.received).toEqual([])
    expect(await stored()).toMatchObject([{ state: 'dead', lastError: 'the webhook was disabled' }])
  })

  test('is heard only where the maker of the webhook could read it', async () => {
    await world.create({ events: ['*'] }, { scopes: ['webhooks:write', 'runs:read'] })
    await world.addTask('Not for a reader of runs')
    expect(await stored()).toEqual([])
  })

  test('of a task that is given to somebody later is sent once', async () => {
    await world.create({ events: ['task.assigned'] })
    const taskId = await world.addTask('Paint')
    const { invoke, as } = world.gateway
    await invoke(updateTask, { taskId, assignee: 'bob' }, as())
    await invoke(updateTask, { taskId, assignee: 'bob', title: 'Paint it' }, as())
    await world.send()
    expect(world.receiver.received.map(({ event }) => event.data.assignee)).toEqual(['bob'])
  })
})

describe('a receiver', () => {
  test('that was down for an hour gets the completion of a task signed, once', async () => {
    const { secret } = await world.create({ events: ['task.completed'] })
    world.receiver.answers(() => undefined)
    await world.complete(await world.addTask('Water'))
    const failed = []
    for (let minute = 0; minute < 60; minute += 1) {
      await world.send()
      failed.push(world.receiver.received.length)
      world.gateway.clock.advance(MINUTE_MS)
    }
    // At once, after 5 seconds (the next minute), after 5 minutes and after 30.
    expect(failed.at(-1)).toBe(4)
    world.receiver.answers(() => ({ status: 200 }))
    world.gateway.clock.advance(2 * HOUR_MS)
    const before = world.receiver.received.length
    await world.send()
    await world.send()
    const arrived = world.receiver.received.slice(before)
    expect(arrived).toHaveLength(1)
    expect(new Set(world.receiver.received.map(({ id }) => id)).size).toBe(1)
    expect(isSigned(secret, arrived[0])).toBe(true)
  })

  test('gets the events of one thing in their order, and those of other things meanwhile', async () => {
    const { id } = await world.create({ events: ['task.*'] })
    const first = await world.addTask('First')
    await world.complete(first)
    const isFirst = (data: Record<string, unknown>) => data.taskId === first
    world.receiver.answers(({ event }) => ({ status: isFirst(event.data) ? 500 : 200 }))
    await world.send()
    await world.addTask('Second')
    await world.send()
    expect(world.receiver.received.map(({ event }) => event.data.title)).toEqual(['First', 'Second'])
    world.receiver.answers(() => ({ status: 200 }))
    world.gateway.clock.advance(MINUTE_MS)
    await world.send()
    expect(typesReceived()).toEqual(['task.created', 'task.created', 'task.created', 'task.completed'])
    expect((await world.deliveries(id)).map(({ state, attempts }) => [state, attempts])).toEqual([
      ['delivered', 1],
      ['delivered', 1],
      ['delivered', 2],
    ])
  })

  test('that asks for time gets it', async () => {
    await world.create({ events: ['task.created'] })
    world.receiver.answers(() => ({ status: 429, headers: { 'retry-after': '600' } }))
    await world.addTask('Later')
    await world.send()
    world.gateway.clock.advance(9 * MINUTE_MS)
    await world.send()
    expect(world.receiver.received).toHaveLength(1)
    world.gateway.clock.advance(MINUTE_MS)
    await world.send()
    expect(world.receiver.received).toHaveLength(2)
  })

  test('that closed a kept connection is asked again at once, which is no failed attempt', async () => {
    const { id } = await world.create({ events: ['task.*'] })
    await world.complete(await world.addTask('Kept'))
    const { received } = world.receiver
    // The second request comes on the connection of the first.
    world.receiver.answers(() => (received.length === 2 ? undefined : { status: 204 }))
    await world.send()
    expect(typesReceived()).toEqual(['task.created', 'task.completed', 'task.completed'])
    expect(received[2]?.id).toBe(received[1]?.id)
    expect((await world.deliveries(id)).map(({ state, attempts }) => [state, attempts])).toEqual([
      ['delivered', 1],
      ['delivered', 1],
    ])
  })

  test('that redirects is not followed', async () => {
    const { id } = await world.create({ events: ['task.created'] })
    world.receiver.answers(() => ({ status: 302, headers: { location: `${world.receiver.url}/elsewhere` } }))
    await world.addTask('Elsewhere')
    await world.send()
    expect(world.receiver.received).toHaveLength(1)
    expect(await world.deliveries(id)).toMatchObject([
      { state: 'waiting', lastStatus: 302, lastError: 'status 302: redirects are not followed' },
    ])
  })

  test('that is gone is told nothing more, and gets what it asks for when it is back', async () => {
    const { id } = await world.create({ events: ['task.created'] })
    world.receiver.answers(() => ({ status: 410 }))
    for (const title of ['One', 'Two']) await world.addTask(title)
    await world.send()
    const { invoke, as } = world.gateway
    const [webhook] = (await invoke(listWebhooks, {}, as())).output.items
    expect(webhook).toMatchObject({ state: 'disabled', reason: 'gone' })
    await world.addTask('Not heard')
    expect((await world.deliveries(id)).map(({ state }) => state)).toEqual(['dead', 'dead'])
    await expect(invoke(redeliverEvents, { webhookId: id }, as())).rejects.toMatchObject({ code: 'conflict' })
    await invoke(updateWebhook, { webhookId: id, state: 'active' }, as())
    world.receiver.answers(() => ({ status: 200 }))
    expect((await invoke(redeliverEvents, { webhookId: id }, as())).output).toEqual({ redelivered: 2 })
    const before = new Set(world.receiver.received.map((each) => each.id))
    await world.send()
    const deliveries = await world.deliveries(id)
    expect(deliveries.map(({ state }) => state)).toEqual(['delivered', 'delivered'])
    expect(deliveries.map(({ eventId }) => eventId)).toEqual(expect.arrayContaining([...before]))
  })

  test.runIf(isLong)('that fails for five days is disabled; each event is given up after three', async () => {
    const { id } = await world.create({ events: ['task.created'] })
    world.receiver.answers(() => ({ status: 503 }))
    const states = []
    for (let day = 0; day < 6; day += 1) {
      await world.addTask(`Day ${day}`)
      for (let hour = 0; hour < 24; hour += 1) {
        await world.send()
        world.gateway.clock.advance(HOUR_MS)
      }
      const [webhook] = (await world.gateway.invoke(listWebhooks, {}, world.gateway.as())).output.items
      states.push(webhook?.state)
    }
    expect(states).toEqual(['active', 'active', 'active', 'active', 'active', 'disabled'])
    const deliveries = await world.deliveries(id)
    expect(deliveries.every(({ state }) => state === 'dead')).toBe(true)
    expect(deliveries.at(-1)?.attempts).toBe(10)
    expect(world.gateway.logged).toContainEqual(
      expect.objectContaining({ fields: { webhookId: id, reason: 'failing' } }),
    )
  })

  test('that takes one event after it failed at another is no longer failing', async () => {
    const { id } = await world.create({ events: ['task.created'] })
    const { db } = world.gateway
    const isFailing = async () => {
      const [row] = await db.select().from(webhooks).where(eq(webhooks.id, id))
      return row?.failingSince !== null
    }
    // Both deliveries are taken together, and the second is answered once the failure of the first is recorded.
    world.receiver.answers(async ({ body }) => {
      if (body.includes('First')) return { status: 503 }
      while (!(await isFailing())) await new Promise(setImmediate)
      return { status: 204 }
    })
    await world.addTask('First')
    await world.addTask('Second')
    await world.send()
    expect(await isFailing()).toBe(false)
  })

  test('checks both signatures while a secret is replaced, and then the new one alone', async () => {
    const { id, secret } = await world.create({ events: ['task.created'] })
    const rotated = await world.gateway.invoke(rotateSecret, { webhookId: id }, world.gateway.as())
    const next = rotated.output.secret ?? ''
    await world.addTask('One')
    await world.send()
    const [one] = world.receiver.received
    if (one === undefined) throw new Error('nothing was received')
    for (const each of [secret, next]) expect(verify(each, one)).toBeTruthy()
    world.gateway.clock.advance(DAY_MS)
    await world.addTask('Two')
    await world.send()
    expect(world.receiver.received[1]?.headers['webhook-signature']).not.toContain(' ')
  })

  test('is tried out with an event that only it hears', async () => {
    const { id } = await world.create({ events: ['run.ended'] })
    await world.create()
    await world.gateway.invoke(testWebhook, { webhookId: id }, world.gateway.as())
    await world.send()
    expect(world.receiver.received.map(({ event }) => event)).toMatchObject([
      { type: 'webhook.test', data: { webhookId: id } },
    ])
  })

  test('whose host is no longer allowed is not dialled', async () => {
    const { id } = await world.create({ events: ['task.created'] })
    await world.addTask('One')
    await world.send([])
    expect(world.receiver.received).toEqual([])
    expect((await world.deliveries(id))[0]?.lastError).toContain('https://')
  })
})

describe('an address that leads to this machine', () => {
  test.each(['https://127.0.0.1:1/', 'https://[::1]:1/', 'http://example.com/'])(
    'is not dialled: %s',
    async (url) => {
      const poster = createPoster([])
      const outcome = await poster.post({ url, id: 'event_1', at: new Date(), body: '{}', secrets: [] })
      poster.close()
      expect(outcome).toMatchObject({ kind: 'unreachable' })
      expect(outcome).toMatchObject({ why: expect.stringMatching(/not on the public internet|https:/) })
    },
  )
})

test('a name that leads to this machine is refused when it is dialled', async () => {
  const resolved = new Promise((resolve) => lookupPublic('localhost', { all: true }, resolve))
  expect(await resolved).toMatchObject({ message: 'localhost is not on the public internet' })
})

describe('events of runs', () => {
  test('tell of the start, a question, an approval, its decision and the end, in the form that the catalogue promises', async () => {
    await world.create({ events: ['run.*', 'approval.*', 'question.*'] })
    const { gateway } = world
    const worker = createRunDriver(gateway)
    const starting = { agent: 'assistant', goal: 'Secret plans' }
    const { run } = (await gateway.invoke(startRun, starting, gateway.as())).output
    const hold = await worker.claim(run.id)
    const { approvalId } = await worker.ask(hold)
    const asking = { kind: 'agent', id: run.id, run: { fence: 1, operations: ['runs.ask_person'] } } as const
    await gateway.invoke(askPerson, { question: 'Secret question?' }, gateway.as(asking))
    await gateway.invoke(decideApproval, { approvalId, decision: 'reject', note: 'Secret' }, gateway.as())
    await worker.end(hold, { state: 'succeeded', reason: 'finished' })
    await world.send()
    const ofRun = { runId: run.id, runRef: run.ref, rootId: run.id, agent: 'assistant', projectId: null }
    const received = world.receiver.received.map(({ event }) => event)
    const ofApproval = { ...ofRun, approvalId, ref: 'A-1', operation: 'tasks.delete' }
    expect(received.map(({ type, data }) => ({ type, data }))).toEqual([
      { type: 'run.started', data: { ...ofRun, parentId: null, scheduleId: null } },
      { type: 'approval.requested', data: ofApproval },
      { type: 'question.asked', data: { ...ofRun, stepId: expect.stringMatching(/^step_/) } },
      { type: 'approval.decided', data: { ...ofApproval, decision: 'reject', by: 'local' } },
      { type: 'run.ended', data: { ...ofRun, parentId: null, state: 'succeeded', reason: 'finished' } },
    ])
    for (const { type, data } of received) {
      const event = gateway.runtime.resources.events.find(({ name }) => name === type)
      expect(event?.payload.strict().parse(data)).toEqual(data)
    }
    expect(JSON.stringify(received)).not.toContain('Secret')
  })
})

describe('senders', () => {
  test('are woken by the write, several at once, and stop when what is under way has arrived', async () => {
    await world.create({ events: ['task.created'] })
    const { runtime, openSecret } = world.gateway
    const poster = createPoster([world.receiver.host])
    const senders = [1, 2, 3].map(() => startSender({ runtime, poster, openSecret, channels: [] }))
    const all = new Promise<void>((resolve) => {
      world.receiver.answers(() => {
        if (world.receiver.received.length === 30) resolve()
        return { status: 200 }
      })
    })
    for (let count = 0; count < 30; count += 1) await world.addTask(`Task ${count}`)
    await all
    for (const sender of senders) await sender.close()
    poster.close()
    expect(new Set(world.receiver.received.map(({ id }) => id)).size).toBe(30)
    expect((await stored()).map(({ state, attempts }) => [state, attempts])).toEqual(
      Array.from({ length: 30 }, () => ['delivered', 1]),
    )
  })

  test('never share a delivery, and take over what a lost one held under the same id', async () => {
    await world.create({ events: ['task.created'] })
    for (let count = 0; count < 20; count += 1) await world.addTask(`Task ${count}`)
    const { db, clock } = world.gateway
    const wanted = { now: clock.now(), limit: 8, perReceiver: 8, busy: [] }
    const taken = await Promise.all([takeDue(db, wanted), takeDue(db, wanted), takeDue(db, wanted)])
    const ids = taken.flat().map(({ row }) => row.eventId)
    expect(new Set(ids).size).toBe(ids.length)
    // These senders are lost: their leases end.
    await db.update(outbox).set({ leaseUntil: new Date(0) })
    await world.send()
    expect(world.receiver.received).toHaveLength(20)
    expect(new Set(world.receiver.received.map(({ id }) => id)).size).toBe(20)
  })
})

describe('what its maker may read now', () => {
  const person = (id: string, more: object = {}) => ({ id, personId: id, ...more })
  const states = async (actor: object) =>
    (await world.gateway.invoke(listWebhooks, {}, world.gateway.as(actor))).output.items.map(
      ({ state, reason }) => [state, reason],
    )

  test('ends with the key that made it, until somebody enables it with theirs', async () => {
    const { gateway } = world
    const scopes = ['webhooks:write', 'tasks:write'] as const
    const made = await gateway.invoke(
      createKey,
      { label: 'k', person: 'ada', scopes: [...scopes] },
      gateway.as(),
    )
    const ada = person('ada', { scopes, keyId: made.output.key.id })
    const { id } = await world.create({ events: ['task.*'] }, ada)
    await world.addTask('Before', ada)
    await world.send()
    await world.addTask('Waits', ada)
    await gateway.invoke(revokeKey, { keyId: made.output.key.id, confirm: true }, gateway.as())
    await world.send()
    await world.addTask('After', person('ada'))
    await world.send()
    expect(world.receiver.received.map(({ event }) => event.data.title)).toEqual(['Before'])
    expect(await states(person('ada'))).toEqual([['disabled', 'lost']])
    const again = { webhookId: id, state: 'active' } as const
    await gateway.invoke(
      updateWebhook,
      again,
      gateway.as(person('ada', { scopes: ['webhooks:write', 'tasks:read'] })),
    )
    await world.addTask('With another key', person('ada'))
    await world.send()
    expect(world.receiver.received.at(-1)?.event.data).toMatchObject({ title: 'With another key' })
  })

  test('ends for a team when its maker leaves the team', async () => {
    const { db } = world.gateway
    const teamId = await addTeam(db, { ada: 'admin', bob: 'member' })
    await world.create({ events: ['task.*'], teamId }, person('bob'))
    const projectId = await addSharedProject(db, teamId, { ada: 'admin', bob: 'editor', [teamId]: 'editor' })
    const add = (title: string) =>
      world.gateway.invoke(createTasks, { tasks: [{ title, projectId }] }, world.gateway.as(person('ada')))
    await add('Before')
    await world.send()
    await add('Waits')
    await leaveTeam(db, teamId, 'bob')
    await world.send()
    expect(world.receiver.received.map(({ event }) => event.data.title)).toEqual(['Before'])
    expect(await states(person('ada'))).toEqual([['disabled', 'lost']])
  })

  test('ends with the member who gave it another address, once they leave the team', async () => {
    const { gateway, receiver } = world
    const teamId = await addTeam(gateway.db, { ada: 'admin', bob: 'member' })
    const { id } = await world.create({ events: ['task.*'], teamId }, person('ada'))
    const projectId = await addSharedProject(gateway.db, teamId, { ada: 'admin', [teamId]: 'editor' })
    const add = (title: string) =>
      gateway.invoke(createTasks, { tasks: [{ title, projectId }] }, gateway.as(person('ada')))
    const move = { webhookId: id, url: `${receiver.url}/bobs-own` }
    await gateway.invoke(updateWebhook, move, gateway.as(person('bob')))
    await add('While bob is here')
    await world.send()
    await add('Waits')
    await leaveTeam(gateway.db, teamId, 'bob')
    await world.send()
    await add('After bob left')
    await world.send()
    expect(receiver.received.map(({ event }) => event.data.title)).toEqual(['While bob is here'])
    expect(await states(person('ada'))).toEqual([['disabled', 'lost']])
  })

  test('leaves out the events that its maker may read no more', async () => {
    const { db } = world.gateway
    const key = {
      id: 'key_narrow',
      hash: 'h',
      hint: 'h',
      label: 'k',
      personId: 'ada',
      kind: 'person',
    } as const
    const row = { ...key, createdBy: 'ada', createdAt: world.gateway.clock.now() }
    await db.insert(apiKeys).values({ ...row, scopes: ['webhooks:write', 'tasks:write', 'runs:write'] })
    const ada = person('ada', {
      keyId: 'key_narrow',
      scopes: ['webhooks:write', 'tasks:write', 'runs:write'],
    })
    await world.create({ events: ['task.*', 'run.*'] }, ada)
    await db.update(apiKeys).set({ scopes: ['webhooks:write', 'runs:write'] })
    await world.addTask('Not for it', person('ada'))
    await world.send()
    expect(world.receiver.received).toEqual([])
    expect(await states(person('ada'))).toEqual([['active', null]])
    const [webhook] = await db.select().from(webhooks)
    expect(webhook?.scopes).not.toContain('tasks:read')
  })
})

describe('a delivery about a thing that has gone out of sight', () => {
  const ADA: Partial<Actor> = { id: 'ada', personId: 'ada' }
  const BOB: Partial<Actor> = { id: 'bob', personId: 'bob' }

  test('shows its state alone to those who lost sight, and is not made again for a team that did', async () => {
    const { gateway, receiver } = world
    const { invoke, as, db } = gateway
    const teamId = await addTeam(db, { ada: 'admin', bob: 'member' })
    const { id: webhookId } = await world.create({ teamId, events: ['task.created'] }, ADA)
    const { project } = (await invoke(createProject, { name: 'Cellar', teamId }, as(ADA))).output
    const tasks = [{ title: 'Rare wine', projectId: project.id }]
    receiver.answers(() => ({ status: 503 }))
    await invoke(createTasks, { tasks }, as(ADA))
    await world.send()
    const seenBy = async (actor: Partial<Actor>) =>
      (await invoke(listDeliveries, { webhookId }, as(actor))).output.items
    expect(JSON.stringify(await seenBy(BOB))).toContain('Rare wine')

    await invoke(moveProject, { projectId: project.id, restricted: true }, as(ADA))
    expect(await seenBy(BOB)).toMatchObject([{ event: 'task.created', state: 'waiting', data: null }])
    expect(JSON.stringify(await seenBy(BOB))).not.toContain('Rare wine')
    expect(JSON.stringify(await seenBy(ADA))).toContain('Rare wine')

    receiver.answers(() => ({ status: 200 }))
    const before = receiver.received.length
    gateway.clock.advance(HOUR_MS)
    await world.send()
    const [given] = await seenBy(ADA)
    expect(given).toMatchObject({ state: 'dead', lastError: `${teamId} no longer sees what it is about.` })
    await invoke(redeliverEvents, { webhookId, eventIds: [given?.eventId ?? ''] }, as(ADA))
    await world.send()
    expect((await seenBy(ADA))[0]).toMatchObject({ state: 'dead' })
    expect(receiver.received).toHaveLength(before)

    await invoke(moveProject, { projectId: project.id, restricted: false }, as(ADA))
    await invoke(redeliverEvents, { webhookId }, as(ADA))
    await world.send()
    expect(receiver.received).toHaveLength(before + 1)
    expect(await seenBy(BOB)).toMatchObject([{ state: 'delivered', data: { title: 'Rare wine' } }])
  })
})
