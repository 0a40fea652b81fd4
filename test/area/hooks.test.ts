/** What services report to the hook of an area, over real HTTP: stored once, handled once, or refused. */
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { joinAreas } from '../../src/core/area/join-areas.ts'
import { people } from '../../src/domain/access/tables.ts'
import { connectedAccounts } from '../../src/domain/accounts/tables.ts'
import { inboxEvents } from '../../src/domain/inbox/tables.ts'
import { discardEvent } from '../../src/tools/inbox/discard-event.ts'
import { getEvent } from '../../src/tools/inbox/get-event.ts'
import { listEvents } from '../../src/tools/inbox/list-events.ts'
import { retryEvent } from '../../src/tools/inbox/retry-event.ts'
import { areas, operations } from '../../src/tools/registry.ts'
import { sweep } from '../../src/workers/jobs/sweeper.ts'
import { isLong } from '../support/form.ts'
import { openFront, sendRaw, type TestFront } from '../support/front.ts'
import { addPeople } from '../support/world/add-people.ts'
import { CREATE_BEDS, greenhouse, signatureOf } from './greenhouse.ts'

const KEY = 'the-key-of-the-sensors'
const MINUTE_MS = 60_000
const MIB = 1_048_576

const withGreenhouse = {
  areas: [greenhouse],
  operations: [...operations, ...greenhouse.operations],
  connectors: greenhouse.connectors,
}

let front: TestFront

beforeAll(async () => {
  front = await openFront({}, { ...withGreenhouse, environment: { GREENHOUSE_SENSOR_KEY: KEY } })
  await front.gateway.db.execute(CREATE_BEDS)
})

afterAll(() => front?.close())

beforeEach(async () => {
  await front.gateway.db.delete(inboxEvents)
  await front.gateway.db.execute(sql`delete from greenhouse_beds`)
})

const sweeps = joinAreas(areas, [greenhouse]).flatMap((area) => area.sweeps)

const work = () =>
  sweep(
    front.gateway.runtime,
    sweeps.filter(({ name }) => name === 'inbox'),
  )

function report(event: object, headers: Record<string, string> = {}): Promise<Response> {
  const body = JSON.stringify(event)
  return fetch(`${front.url}/hooks/greenhouse`, {
    method: 'POST',
    headers: { 'x-signature': signatureOf(body, KEY), ...headers },
    body,
  })
}

async function plants(): Promise<string[]> {
  const rows = await front.gateway.db.execute<{ plant: string }>(
    sql`select plant from greenhouse_beds order by number`,
  )
  return rows.map(({ plant }) => plant)
}

async function events(actor = {}) {
  const { output } = await front.gateway.invoke(listEvents, {}, front.gateway.as(actor))
  return output.items
}

test('a report is answered once it is stored, and handled once however often it comes', async () => {
  const event = { id: 'bed-1', plant: 'Beans', gardener: 'local' }
  const answers = await Promise.all([report(event), report(event), report(event)])
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  const received = (await Promise.all(answers.map((answer) => answer.json()))) as { stored: number }[]
  expect(received.map(({ stored }) => stored).sort()).toEqual([0, 0, 1])
  expect(await plants()).toEqual([])

  await Promise.all([work(), work()])
  expect(await plants()).toEqual(['Beans'])
  expect(await (await report(event)).json()).toEqual({ stored: 0, known: 1 })
  await work()
  expect(await plants()).toEqual(['Beans'])
  expect(await events()).toMatchObject([
    { source: 'greenhouse', serviceEventId: 'bed-1', type: 'planted', state: 'done', attempts: 1 },
  ])
  const entries = await front.gateway.db.execute(
    sql`select actor_id, door, person_id from audit_entries where operation = 'greenhouse.beds.create'`,
  )
  expect(entries.at(-1)).toEqual({ actor_id: 'hook:greenhouse', door: 'hook', person_id: 'local' })
})

test('the route is served without a key, and other pages may not read it', async () => {
  const answer = await report(
    { id: 'a', plant: 'Peas', gardener: 'local' },
    { origin: 'https://evil.example' },
  )
  expect(answer.status).toBe(200)
  expect(answer.headers.get('access-control-allow-origin')).toBeNull()
})

test.each([
  ['with a wrong signature', { 'x-signature': 'f'.repeat(64) }],
  ['without one', { 'x-signature': '' }],
])('a report %s is refused and leaves nothing behind', async (_, headers) => {
  const answer = await report({ id: 'forged', plant: 'Weeds', gardener: 'local' }, headers)
  expect(answer.status).toBe(401)
  expect(await answer.json()).toMatchObject({
    code: 'unauthenticated',
    detail: 'The report is not accepted.',
  })
  expect(await events()).toEqual([])
})

test.runIf(isLong)('without its secret in the settings a hook refuses every report', async () => {
  const other = await openFront({}, withGreenhouse)
  try {
    const body = JSON.stringify({ id: 'x', plant: 'Weeds', gardener: 'local' })
    const headers = { 'x-signature': signatureOf(body, '') }
    const answer = await fetch(`${other.url}/hooks/greenhouse`, { method: 'POST', body, headers })
    expect(answer.status).toBe(401)
  } finally {
    await other.close()
  }
})

test.runIf(isLong)(
  'a report that was cut is refused, and one of 1 MiB is taken while a larger one is not',
  async () => {
    const send = (body: string) =>
      fetch(`${front.url}/hooks/greenhouse`, {
        method: 'POST',
        body,
        headers: { 'x-signature': signatureOf(body, KEY) },
      })
    expect((await send('{"id":"cut","plant":"Be')).status).toBe(400)
    const start = '{"id":"large","plant":"Beans","gardener":"local","x":"'
    const exact = `${start}${'y'.repeat(MIB - start.length - 2)}"}`
    expect((await send(exact)).status).toBe(200)
    expect((await send(`${exact} `)).status).toBe(413)
    const head = `POST /hooks/greenhouse HTTP/1.1\r\nhost: 127.0.0.1:${front.port}\r\ncontent-length: ${MIB + 1}\r\n\r\n`
    expect((await sendRaw(front.port, head)).status).toBe(413)
    expect(await events()).toMatchObject([{ serviceEventId: 'large' }])
  },
)

test('an unknown hook is not there, and another method is not allowed', async () => {
  expect((await fetch(`${front.url}/hooks/nowhere`, { method: 'POST', body: '{}' })).status).toBe(404)
  expect((await fetch(`${front.url}/hooks/greenhouse`)).status).toBe(405)
})

test('an event of nobody here is stored and shown to admins, and never handled', async () => {
  await report({ id: 'lost', plant: 'Ivy', gardener: 'stranger' })
  await report({ id: 'none', plant: 'Ivy' })
  await work()
  expect(await plants()).toEqual([])
  const [event] = await events()
  expect(await events()).toMatchObject([
    { owner: null, state: 'failed', error: { code: 'not_found' } },
    { owner: null, state: 'failed' },
  ])
  expect(await events({ scopes: ['inbox:read'] })).toEqual([])
  expect(await events({ id: 'ada', personId: 'ada', scopes: ['inbox:read'] })).toEqual([])
  const again = front.gateway.invoke(retryEvent, { eventId: event?.id }, front.gateway.as())
  await expect(again).rejects.toMatchObject({ code: 'conflict' })
})

test('an event about an account is handled for everybody who has connected it', async () => {
  const { db, clock } = front.gateway
  await addPeople(db, ['ada', 'bob', 'eve'])
  await db.update(people).set({ deactivatedAt: clock.now() }).where(eq(people.id, 'eve'))
  const account = { connector: 'sensors', name: 'box', outsideId: 'box-7', scopes: [] }
  const moments = { createdAt: clock.now(), updatedAt: clock.now(), checkedAt: clock.now() }
  const rows = ['ada', 'bob', 'eve'].map((id) => ({
    ...{ ...account, ...moments, state: 'connected' as const, id: front.gateway.runtime.newId('account') },
    ...{ personId: id, ownerId: id, spaceId: id },
  }))
  await db.insert(connectedAccounts).values(rows)
  const event = { id: 'shared', plant: 'Figs', box: 'box-7' }
  expect(await (await report(event)).json()).toEqual({ stored: 3, known: 0 })
  expect(await (await report(event)).json()).toEqual({ stored: 0, known: 3 })
  await work()
  const beds = await db.execute<{ personId: string }>(sql`select "personId" from greenhouse_beds order by 1`)
  expect(beds.map(({ personId }) => personId)).toEqual(['ada', 'bob'])
  expect(await events({ id: 'ada', personId: 'ada' })).toMatchObject([{ owner: 'ada', state: 'done' }])
  expect(await events({ id: 'eve', personId: 'eve' })).toMatchObject([{ owner: 'eve', state: 'failed' }])
})

test("another person's event looks as if it were not there", async () => {
  await report({ id: 'mine', plant: 'Peas', gardener: 'local' })
  const [event] = await events()
  const ada = front.gateway.as({ id: 'ada', personId: 'ada', scopes: ['inbox:write'] })
  const { invoke } = front.gateway
  const input = { eventId: event?.id }
  const calls = [
    invoke(getEvent, input, ada),
    invoke(retryEvent, input, ada),
    invoke(discardEvent, input, ada),
  ]
  for (const call of await Promise.allSettled(calls))
    expect(call).toMatchObject({ status: 'rejected', reason: { code: 'not_found' } })
})

test('what cannot be handled stays in sight, and can be retried or discarded', async () => {
  await report({ id: 'bad', plant: '', gardener: 'local' })
  await work()
  const [failed] = await events()
  expect(failed).toMatchObject({
    state: 'failed',
    error: { code: 'invalid_input', message: expect.stringContaining('plant') },
  })
  const call = front.gateway.as()
  const input = { eventId: failed?.id }
  const { output } = await front.gateway.invoke(getEvent, input, call)
  expect(output.payload).toContain('"id":"bad"')
  const discarded = await front.gateway.invoke(discardEvent, input, call)
  expect(discarded.output).toMatchObject({ changed: true, event: { state: 'discarded' } })
  const retried = await front.gateway.invoke(retryEvent, input, call)
  expect(retried.output).toMatchObject({ changed: true, event: { state: 'received' } })
})

test('what fails for a moment is tried again with growing pauses, and has its effect once', async () => {
  await report({ id: 'later', plant: 'Leeks', gardener: 'local' })
  await front.gateway.db.execute(sql`alter table greenhouse_beds rename to beds_away`)
  const pauses: number[] = []
  try {
    for (const _attempt of [1, 2, 3]) {
      const before = front.gateway.clock.now().getTime()
      await work()
      const [event] = await events()
      expect(event?.state).toBe('received')
      pauses.push(new Date(event?.nextAttemptAt ?? 0).getTime() - before)
      front.gateway.clock.advance(MINUTE_MS)
    }
  } finally {
    await front.gateway.db.execute(sql`alter table beds_away rename to greenhouse_beds`)
  }
  expect(pauses[0]).toBeLessThan(pauses[1] ?? 0)
  expect(pauses[1]).toBeLessThan(pauses[2] ?? 0)
  await work()
  expect(await plants()).toEqual(['Leeks'])
})

test('events of one key are handled in the order in which they came, though the first fails at first', async () => {
  const row = 'north'
  await report({ id: '1', plant: 'Apple', gardener: 'local', row })
  await report({ id: '2', plant: 'Pear', gardener: 'local', row })
  await report({ id: '3', plant: 'Moss', gardener: 'local' })
  await front.gateway.db.execute(sql`alter table greenhouse_beds rename to beds_away`)
  await work()
  await front.gateway.db.execute(sql`alter table beds_away rename to greenhouse_beds`)
  expect((await events()).map(({ attempts }) => attempts)).toEqual([1, 0, 1])
  front.gateway.clock.advance(MINUTE_MS)
  await work()
  expect((await plants()).filter((plant) => plant !== 'Moss')).toEqual(['Apple', 'Pear'])
})

test('an event of a worker that was lost is taken by another once the first counts as lost', async () => {
  await report({ id: 'lost-worker', plant: 'Kale', gardener: 'local' })
  const now = front.gateway.clock.now()
  await front.gateway.db
    .update(inboxEvents)
    .set({ state: 'running', attempts: 1, nextAt: new Date(now.getTime() + 1) })
  await work()
  expect(await plants()).toEqual([])
  front.gateway.clock.advance(MINUTE_MS)
  await work()
  expect(await plants()).toEqual(['Kale'])
})
