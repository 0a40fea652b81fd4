/** What events that no operation handles are promised: one effect each, in order, whatever becomes of their workers. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import { AppError } from '../../../src/core/errors.ts'
import { prepareEvent } from '../../../src/domain/hooks/prepare-event.ts'
import { keepClaim } from '../../../src/domain/inbox/claim.ts'
import type { InboxRow } from '../../../src/domain/inbox/event.ts'
import type { PreparedWork } from '../../../src/domain/inbox/prepared.ts'
import { storeArrivals } from '../../../src/domain/inbox/receive.ts'
import { discardEvent } from '../../../src/domain/inbox/store.ts'
import { inboxEvents } from '../../../src/domain/inbox/tables.ts'
import { takeDue } from '../../../src/domain/inbox/take.ts'
import { workInbox } from '../../../src/domain/inbox/work.ts'
import { outbox } from '../../../src/domain/outbox/tables.ts'
import { insertPosts } from '../../../src/domain/slack/posts/insert-posts.ts'
import { POSTS_CHANGE } from '../../../src/domain/slack/posts/rows.ts'
import { defer } from '../../support/defer.ts'
import { openTestGateway } from '../../support/world/database.ts'

let handle: (event: InboxRow) => PreparedWork | 'ignored'

const gateway = await openTestGateway({ inboxHandlers: { slack: async (_, event) => handle(event) } })
const { db, runtime, clock } = gateway
afterAll(() => gateway.close())
beforeEach(async () => {
  await db.delete(inboxEvents)
  await db.delete(outbox)
})

const store = (eventId: string, orderKey: string | null = null, orderAt = '') =>
  storeArrivals(runtime, [
    {
      ...{ source: 'slack', eventId, orderKey, orderAt, type: 'message', operation: null, input: null },
      ...{ ownerId: 'slack:T1', body: '{"text":"hello"}' },
    },
  ])
const work = () => workInbox(runtime, prepareEvent)
const states = async () =>
  (await db.select().from(inboxEvents).orderBy(inboxEvents.position)).map(({ state }) => state)

/** Work whose effect is a post in the outbox. */
const answering = ({ eventId }: InboxRow): PreparedWork => ({
  work: async () => ({
    result: 'answered',
    async commit({ db }) {
      const post = { kind: 'message', teamId: 'T1', channel: 'C1', text: eventId } as const
      await insertPosts({ db, now: clock.now(), newId: runtime.newId }, [post])
      return [POSTS_CHANGE]
    },
  }),
})
const posted = async () =>
  (await db.select().from(outbox).orderBy(outbox.position)).map(
    ({ payload }) => (payload as { text: string }).text,
  )

test('the same event stored twice has one effect, which is committed with its end', async () => {
  handle = answering
  await store('msg:1')
  expect(await store('msg:1')).toEqual({ stored: 0, known: 1 })
  await work()
  await work()
  expect(await posted()).toEqual(['msg:1'])
  expect(await states()).toEqual(['done'])
  expect(gateway.changes).toContain(POSTS_CHANGE)
})

test('events of one key are handled in their order, while those of others go on', async () => {
  const first = defer<void>()
  const begun: string[] = []
  handle = (event) => ({
    async work() {
      begun.push(event.eventId)
      if (event.eventId === 'a1') await first.promise
      return await answering(event).work({ key: '', signal: new AbortController().signal, isLast: false })
    },
  })
  await store('a1', 'thread a')
  await store('a2', 'thread a')
  await store('b1', 'thread b')
  const working = work()
  await vi.waitFor(async () => expect(await posted()).toEqual(['b1']))
  expect(begun.toSorted()).toEqual(['a1', 'b1'])
  first.resolve()
  await working
  expect(await posted()).toEqual(['b1', 'a1', 'a2'])
})

test('events of one key that two gateways store are handled by their time, and never side by side', async () => {
  const later = defer<void>()
  const begun: string[] = []
  handle = (event) => ({
    async work() {
      begun.push(event.eventId)
      if (event.eventId === 'at 3') await later.promise
      return await answering(event).work({ key: '', signal: new AbortController().signal, isLast: false })
    },
  })
  await store('at 3', 'thread', '1700000003.000000')
  const workers = [work()]
  await vi.waitFor(() => expect(begun).toEqual(['at 3']))
  for (const at of [5, 2, 4, 1]) await store(`at ${at}`, 'thread', `170000000${at}.000000`)
  workers.push(work(), work())
  await store('elsewhere', 'another thread')
  workers.push(work())
  await vi.waitFor(async () => expect(await posted()).toEqual(['elsewhere']))
  expect(begun).toEqual(['at 3', 'elsewhere'])
  later.resolve()
  await Promise.all(workers)
  expect(await posted()).toEqual(['elsewhere', 'at 3', 'at 1', 'at 2', 'at 4', 'at 5'])
})

test('of two workers that take events of one key at one moment, the one that sees the other gives way', async () => {
  await store('at 2', 'thread', '1700000002.000000')
  const [other] = await db.select().from(inboxEvents)
  await store('at 1', 'thread', '1700000001.000000')
  const [first, second] = await Promise.all([takeDue(db, clock.now()), takeDue(db, clock.now())])
  expect([first, second].filter((event) => event !== undefined)).toMatchObject([{ eventId: 'at 1' }])
  // A worker that was lost holds back nothing.
  clock.advance(16_000)
  await db
    .update(inboxEvents)
    .set({ state: 'running' })
    .where(eq(inboxEvents.id, other?.id ?? ''))
  expect(await takeDue(db, clock.now())).toMatchObject({ eventId: 'at 1', attempts: 2 })
  expect(await takeDue(db, clock.now())).toBeUndefined()
})

test('work of minutes stays with its worker, which renews its claim', async () => {
  await store('long')
  const event = (await takeDue(db, clock.now())) as InboxRow
  const claim = keepClaim(runtime, event, 5)
  const start = clock.now().getTime()
  for (let minutes = 1; minutes <= 3; minutes += 1) {
    clock.set(new Date(start + minutes * 10_000))
    await vi.waitFor(async () => {
      const [row] = await db.select().from(inboxEvents)
      expect(row?.nextAt.getTime()).toBe(clock.now().getTime() + 15_000)
    })
    expect(await takeDue(db, clock.now())).toBeUndefined()
  }
  claim.end()
  expect(claim.signal.aborted).toBe(false)
})

test('an event of a dead worker goes to another one, and the first can commit nothing any more', async () => {
  const lost = defer<void>()
  let attempts = 0
  handle = (event) => {
    attempts += 1
    const isFirst = attempts === 1
    return {
      async work(attempt) {
        if (isFirst) await lost.promise
        return await answering(event).work(attempt)
      },
    }
  }
  await store('msg:2')
  const stalled = work()
  await vi.waitFor(() => expect(attempts).toBe(1))
  clock.advance(15_001)
  await work()
  expect(await posted()).toEqual(['msg:2'])
  lost.resolve()
  await stalled
  expect(await posted()).toEqual(['msg:2'])
  expect(await states()).toEqual(['done'])
})

test('a worker that is lost between the effect and its commit leaves neither behind', async () => {
  let isLost = true
  handle = (event) => ({
    async work(attempt) {
      const ending = await answering(event).work(attempt)
      return {
        ...ending,
        async commit(within) {
          const changes = await ending.commit(within)
          if (isLost) throw new AppError('unavailable', 'The connection broke.')
          return changes
        },
      }
    },
  })
  await store('msg:3')
  await work()
  expect(await posted()).toEqual([])
  isLost = false
  clock.advance(60_000)
  await work()
  expect(await posted()).toEqual(['msg:3'])
})

test('the last failure gives the event up and lets its source say so; what came after it goes on', async () => {
  handle = (event) =>
    event.eventId === 'after'
      ? answering(event)
      : {
          work: async () => {
            throw new AppError('internal', 'Broken.')
          },
          async giveUp({ db }, error) {
            const post = { kind: 'message', teamId: 'T1', channel: 'C1', text: error.message } as const
            await insertPosts({ db, now: clock.now(), newId: runtime.newId }, [post])
            return []
          },
        }
  await store('fails', 'thread')
  await store('after', 'thread')
  await work()
  expect(await posted()).toEqual([])
  await db.update(inboxEvents).set({ attempts: 4 }).where(eq(inboxEvents.eventId, 'fails'))
  clock.advance(120_000)
  await work()
  expect(await posted()).toEqual(['Broken.', 'after'])
  expect(await states()).toEqual(['failed', 'done'])
})

test('discarding an event aborts the work on it', async () => {
  const aborted = defer<void>()
  await store('msg:4')
  const event = (await takeDue(db, clock.now())) as InboxRow
  const claim = keepClaim(runtime, event, 5)
  claim.signal.addEventListener('abort', () => aborted.resolve())
  const admin = { db, now: clock.now(), actor: gateway.as().actor, operations: [], changed: () => undefined }
  await discardEvent(admin, event.id)
  await aborted.promise
  claim.end()
  const [row] = await db.select().from(inboxEvents).where(eq(inboxEvents.id, event.id))
  expect(row?.state).toBe('discarded')
})
