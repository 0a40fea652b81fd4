/** What people wrote while no gateway heard Slack is read once one hears again. */
import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import { createSlackApi } from '../../../src/clients/slack/web-api.ts'
import { storeArrivals } from '../../../src/domain/inbox/receive.ts'
import { inboxEvents } from '../../../src/domain/inbox/tables.ts'
import { examineSockets } from '../../../src/domain/slack/listening/examine-sockets.ts'
import {
  findSilence,
  listListeners,
  type Noted,
  noteListener,
} from '../../../src/domain/slack/listening/store.ts'
import { slackListeners } from '../../../src/domain/slack/listening/tables.ts'
import { insertPosts } from '../../../src/domain/slack/posts/insert-posts.ts'
import { markSent } from '../../../src/domain/slack/posts/sent.ts'
import { createAnswerAtOnce } from '../../../src/slack/receive/at-once.ts'
import { fillGap } from '../../../src/slack/receive/fill-gap.ts'
import { keepPresence } from '../../../src/slack/receive/presence.ts'
import { createReceive } from '../../../src/slack/receive/receive.ts'
import { cases, isLong } from '../../support/form.ts'
import { startSlack } from '../../support/slack/start-slack.ts'
import { openTestGateway } from '../../support/world/database.ts'

const gateway = await openTestGateway({ now: new Date() })
const { db, runtime, clock } = gateway
const slack = await startSlack()
const acme = slack.world.workspace('Acme')
const ada = acme.user('ada')
const general = acme.channel('general', { members: [ada] })
afterAll(async () => {
  await gateway.close()
  await slack.close()
})
beforeEach(async () => {
  await db.delete(inboxEvents)
  await db.delete(slackListeners)
})

const receive = createReceive({
  ...{
    store: (arrivals) => storeArrivals(runtime, arrivals),
    log: runtime.log,
    noteChange: async () => undefined,
  },
  answerAtOnce: createAnswerAtOnce({ ...runtime, invoke: gateway.invoke, shortcuts: [], choices: [] }),
})
const token = acme.installation.botToken
const parts = { api: createSlackApi(slack.apiUrl), token, db, receive, log: runtime.log, now: clock.now }
const fill = (since = clock.now()) => fillGap(parts, since, new AbortController().signal)
const texts = async () =>
  (await db.select().from(inboxEvents).orderBy(inboxEvents.position)).map(
    ({ body }) => JSON.parse(body).event.text,
  )

test('messages in channels and in private, and replies in threads old and new, are received once', async () => {
  const old = ada.say(general, 'an old thread')
  const [post = ''] = await insertPosts({ db, now: clock.now(), newId: runtime.newId }, [
    { kind: 'message', teamId: acme.id, channel: general.id, threadTs: old.ts, text: 'an answer' },
  ])
  await markSent(db, post, { channel: general.id, ts: '1.0' })
  const root = ada.mention(general, 'a new thread')
  ada.say(general, 'its reply', { thread: root.ts })
  ada.say(general, 'a late reply', { thread: old.ts })
  ada.dm('in private')
  await fill()
  await fill()
  const found = await texts()
  expect(found.toSorted()).toEqual(
    [root.text, 'a late reply', 'an old thread', 'in private', 'its reply'].toSorted(),
  )
  expect(found.indexOf(root.text)).toBeLessThan(found.indexOf('its reply'))
})

test('what the bot wrote itself, and what is older than the gap, is left out', async () => {
  clock.advance(60 * 60_000)
  await fill()
  clock.advance(-60 * 60_000)
  expect(await texts()).toEqual([])
})

test.runIf(isLong)('a long gap is read page by page, each message once', async () => {
  const busy = acme.channel('busy', { members: [ada] })
  const count = cases(450, 1_900)
  for (let at = 0; at < count; at += 1) ada.say(busy, `message ${at}`)
  await fill()
  const found = (await texts()).filter((text: string) => text.startsWith('message '))
  expect(found).toHaveLength(count)
  expect(new Set(found).size).toBe(count)
})

test.runIf(isLong)('a limit of Slack is waited for', async () => {
  ada.dm('after a limit')
  slack.faults.next('conversations.history', { kind: 'limited', retryAfterSeconds: 0.01 })
  await fill()
  expect(await texts()).toContain('after a limit')
})

test.runIf(isLong)(
  'a place that cannot be read now is left for the next time, and holds back no other',
  async () => {
    const one = ada.say(acme.channel('one', { members: [ada] }), 'in one place')
    ada.say(acme.channel('two', { members: [ada] }), 'in another')
    slack.faults.next('conversations.history', ...Array.from({ length: 3 }, () => LOST))
    await expect(fill()).rejects.toThrow('Not all')
    const first = await texts()
    expect(first.length).toBeGreaterThan(0)
    await fill()
    expect((await texts()).length).toBeGreaterThan(first.length)
    expect(await texts()).toContain(one.text)
  },
)

const LOST = { kind: 'lost', isDone: false } as const

const note = (id: string, noted: Partial<Noted>) =>
  noteListener(db, {
    ...{ id, connections: 0, trouble: null, heardAt: null, gapSince: null, now: clock.now() },
    ...noted,
  })

/** A gateway whose connections are open, and where events arrive when the test says so. */
function listen({ connections = 2, missed = 0 } = {}) {
  const filled = vi.fn(async (_since: Date) => missed)
  const renew = vi.fn()
  const ear: { heardAt: Date | undefined } = { heardAt: undefined }
  const presence = keepPresence({
    ...{ db, log: runtime.log, now: clock.now, id: runtime.newId('listener'), fillGap: filled },
    ear: { openCount: () => connections, trouble: () => undefined, heardAt: () => ear.heardAt, renew },
    noteEveryMs: 10,
  })
  return { presence, filled, renew, ear }
}

const heard = async () => (await findSilence(db, { id: 'nobody', now: clock.now() })).heardAt

test('a gap is noticed when a gateway listens again, also after a restart', async () => {
  const before = clock.now()
  await note('gone', { connections: 2, heardAt: before })
  clock.advance(60_000)
  const { presence, filled } = listen()
  presence.opened()
  await vi.waitFor(() => expect(filled).toHaveBeenCalledExactlyOnceWith(before, expect.anything()))
  await vi.waitFor(async () => expect(await heard()).toEqual(clock.now()))
  await presence.close()
  expect(await listListeners(db, clock.now())).toMatchObject([{ connections: 2, gapSince: null }])
})

test('a gap begins at the last event, however open the connections were, and is looked for at each opening', async () => {
  const { presence, filled, ear } = listen()
  ear.heardAt = clock.now()
  clock.advance(60_000)
  presence.opened()
  await vi.waitFor(() => expect(filled).toHaveBeenCalledExactlyOnceWith(ear.heardAt, expect.anything()))
  await presence.close()
})

test('connections on which nothing arrives for long are replaced if something was said', async () => {
  const quiet = listen()
  const deaf = listen({ missed: 1 })
  for (const { presence, filled, renew, ear } of [quiet, deaf]) {
    ear.heardAt = clock.now()
    clock.advance(11 * 60_000)
    await vi.waitFor(() => expect(filled).toHaveBeenCalledOnce())
    await presence.close()
    expect(renew).toHaveBeenCalledTimes(filled === deaf.filled ? 1 : 0)
    await db.delete(slackListeners)
  }
})

test('a gap that could not be read stays one, for this gateway and for the next', async () => {
  const since = clock.now()
  const first = listen()
  first.filled.mockRejectedValueOnce(new Error('Slack is away'))
  first.ear.heardAt = since
  clock.advance(60_000)
  first.presence.opened()
  await vi.waitFor(() => expect(first.filled).toHaveBeenCalledOnce())
  first.ear.heardAt = clock.now()
  await vi.waitFor(async () => expect(await heard()).toEqual(clock.now()))
  await first.presence.close()
  clock.advance(31_000)
  const second = listen()
  second.presence.opened()
  await vi.waitFor(() => expect(second.filled).toHaveBeenCalledExactlyOnceWith(since, expect.anything()))
  await second.presence.close()
})

test('the doctor sees the connections of all gateways, and what is wrong with them', async () => {
  const examine = () => examineSockets(db, clock.now())
  expect(await examine()).toMatchObject({ state: 'fail', found: 'no connection is open' })
  await note('one', { connections: 2 })
  await note('two', { connections: 2 })
  expect(await examine()).toMatchObject({ state: 'ok', found: '4 connections of 2 gateways' })
  await note('two', { trouble: 'too_many_websockets' })
  expect(await examine()).toMatchObject({
    ...{ state: 'warn', found: '2 connections, and no further one: too_many_websockets' },
  })
  clock.advance(31_000)
  await note('two', { trouble: 'invalid_auth' })
  expect(await examine()).toMatchObject({ state: 'fail', found: 'no connection is open: invalid_auth' })
})

test('there is no gap at the first start, while another gateway listens, or without a connection', async () => {
  const first = listen()
  first.presence.opened()
  await vi.waitFor(async () => expect(await heard()).toEqual(clock.now()))
  clock.advance(5_000)
  await note('other', { connections: 1, heardAt: clock.now() })
  clock.advance(6_000)
  const second = listen()
  second.presence.opened()
  const without = listen({ connections: 0 })
  await vi.waitFor(async () => expect(await listListeners(db, clock.now())).toHaveLength(4))
  for (const { presence, filled } of [first, second, without]) {
    await presence.close()
    expect(filled).not.toHaveBeenCalled()
  }
})
