/** What people see of the bot's messages: each one once, in order, whatever happens on the way to Slack. */

import { afterAll, expect, onTestFinished, test } from 'vitest'
import { outbox } from '../../../src/domain/outbox/tables.ts'
import { findPost } from '../../../src/domain/slack/posts/sent.ts'
import { startSender } from '../../../src/workers/deliver/sender.ts'
import { isLong } from '../../support/form.ts'
import { openSendWorld } from './send-world.ts'

const world = await openSendWorld()
const { gateway, slack, acme, insert, message, send, row } = world
const { clock, db, runtime } = gateway
afterAll(() => world.close())

const ada = acme.user('ada')
let count = 0
function openChannel(options: Parameters<typeof acme.channel>[1] = {}) {
  count += 1
  return acme.channel(`channel-${count}`, { members: [ada], ...options })
}
const textsIn = (channel: ReturnType<typeof openChannel>) => channel.everything().map(({ text }) => text)
const later = (seconds: number) => clock.advance(seconds * 1000)

test('a lost answer posts nothing twice: it is read back, in channels, threads and private messages', async () => {
  const channel = openChannel()
  const root = ada.say(channel, 'a thread')
  const places = [{ channel: channel.id }, { channel: channel.id, threadTs: root.ts }, { channel: ada.id }]
  for (const [index, { channel: place, ...more }] of places.entries()) {
    slack.faults.loseAnswer('chat.postMessage')
    const [id = ''] = await insert(message(place, `answer ${index}`, more))
    await send()
    expect(await row(id)).toMatchObject({ state: 'waiting', attempts: 1 })
    later(60)
    await send()
    expect(await row(id)).toMatchObject({ state: 'delivered', attempts: 2 })
    expect((await findPost(db, id))?.sentTs).toMatch(/^\d+\.\d+$/)
  }
  expect(textsIn(channel)).toEqual(['a thread', 'answer 0', 'answer 1'])
  expect(textsIn(acme.dm(ada))).toEqual(['answer 2'])
})

test('a call that came to nothing is made again', async () => {
  const channel = openChannel()
  slack.faults.loseAnswer('chat.postMessage', false)
  slack.faults.next('chat.postMessage', { kind: 'status', status: 503 })
  await insert(message(channel.id, 'once'))
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    await send()
    later(60)
  }
  expect(textsIn(channel)).toEqual(['once'])
})

test('a sender that dies after Slack has the message leaves it for another one, which does not post it again', async () => {
  const channel = openChannel()
  const [id = ''] = await insert(message(channel.id, 'once'))
  const [taken] = await world.take()
  if (taken === undefined) throw new Error('nothing was due')
  slack.faults.loseAnswer('chat.postMessage')
  await world.carrier().send(taken, AbortSignal.timeout(5_000))
  await world.loseSenders()
  await send()
  expect(textsIn(channel)).toEqual(['once'])
  expect(await row(id)).toMatchObject({ state: 'delivered', attempts: 2 })
})

test('messages of one thread keep their order when the first of them fails', async () => {
  const channel = openChannel()
  const { ts: threadTs } = ada.say(channel, 'a thread')
  slack.faults.next('chat.postMessage', { kind: 'status', status: 500 })
  await insert(message(channel.id, 'first', { threadTs }), message(channel.id, 'second', { threadTs }))
  await send()
  expect(textsIn(channel)).toEqual(['a thread'])
  later(60)
  await send()
  expect(channel.thread(threadTs).map(({ text }) => text)).toEqual(['a thread', 'first', 'second'])
})

test('after a 429 its message waits as told, and counts no attempt', async () => {
  const channel = openChannel()
  slack.faults.next('chat.postMessage', { kind: 'limited', retryAfterSeconds: 40 })
  const [id = ''] = await insert(message(channel.id, 'waits'))
  await send()
  const waiting = await row(id)
  expect(waiting).toMatchObject({ state: 'waiting', lastStatus: 429, triedBefore: 1 })
  expect(waiting.nextAt.getTime() - clock.now().getTime()).toBe(40_000)
  later(39)
  await send()
  expect(textsIn(channel)).toEqual([])
  later(1)
  await send()
  expect(textsIn(channel)).toEqual(['waits'])
  // Nothing had to be read back: Slack said that nothing was done.
  expect(
    slack.calls.filter(
      ({ method, args }) => method.startsWith('conversations') && args.channel === channel.id,
    ),
  ).toEqual([])
})

test('a channel that is limited holds back no other channel, and no edit', async () => {
  const [slow, quick] = [openChannel(), openChannel()]
  const [posted = ''] = await insert(message(slow.id, 'before'))
  await send()
  slack.faults.next('chat.postMessage', { kind: 'limited', retryAfterSeconds: 30 })
  await insert(message(slow.id, 'slow'))
  await send()
  await insert(message(quick.id, 'quick'), {
    ...{ kind: 'edit', teamId: acme.id, channel: slow.id, of: { postId: posted }, text: 'after' },
  })
  await send()
  expect(textsIn(quick)).toEqual(['quick'])
  expect(textsIn(slow)).toEqual(['after'])
  later(30)
  await send()
  expect(textsIn(slow)).toEqual(['after', 'slow'])
})

test('once Slack refuses an edit for coming too soon, no other edit in the workspace is tried until then', async () => {
  const edits = [openChannel(), openChannel()].map(({ id: channel }) => ({
    ...{ kind: 'edit' as const, teamId: acme.id, channel, of: { ts: '1.0' }, text: 'after' },
  }))
  const ids = await insert(...edits)
  slack.faults.next('chat.update', { kind: 'limited', retryAfterSeconds: 30 })
  const [first, ...others] = await world.take()
  expect(others).toEqual([])
  const carrier = world.carrier()
  onTestFinished(() => carrier.close())
  if (first !== undefined) await carrier.send(first, AbortSignal.timeout(5_000))
  const receivers = await Promise.all(ids.map(async (id) => (await row(id)).receiverId))
  expect(carrier.held()).toEqual([...new Set(receivers)])
  await db.delete(outbox)
})

test('writes go on after a storm of 429, however long it was', async () => {
  const channel = openChannel()
  slack.faults.storm('chat.postMessage', 60)
  const [id = ''] = await insert(message(channel.id, 'after the storm'))
  for (let minute = 0; minute < 80; minute += 1) {
    await send()
    later(60)
  }
  slack.faults.calm('chat.postMessage')
  expect(await row(id)).toMatchObject({ state: 'waiting' })
  await send()
  expect(textsIn(channel)).toEqual(['after the storm'])
})

test.runIf(isLong)('a channel takes a post a second, and others do not wait for it', async () => {
  const [busy, other] = [openChannel(), openChannel()]
  const carrier = world.carrier(1_000)
  const before = slack.calls.length
  await insert(message(busy.id, 'one'), message(busy.id, 'two'), message(other.id, 'other'))
  slack.faults.limits = true
  const sender = startSender({
    ...{ runtime, channels: [], carriers: [carrier], openSecret: gateway.openSecret },
    poster: { post: async () => ({ kind: 'answered', status: 200 }), close: () => undefined },
  })
  await slack.world.until(() => busy.everything().length === 2 && other.everything().length === 1)
  await sender.close()
  carrier.close()
  slack.faults.limits = false
  // None was refused for coming too soon, and the other channel was second at the latest.
  const posted = slack.calls.slice(before).filter(({ method }) => method === 'chat.postMessage')
  expect(posted.map(({ args }) => args.text).at(-1)).toBe('two')
  expect(posted).toHaveLength(3)
})

test('edits of one message that wait become one, and replace its blocks', async () => {
  const channel = openChannel()
  const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'working' } }]
  const [postId = ''] = await insert(message(channel.id, 'working', { blocks }))
  await send()
  const before = slack.calls.length
  const edit = { kind: 'edit', teamId: acme.id, channel: channel.id, of: { postId } } as const
  await insert({ ...edit, text: '1 of 3' }, { ...edit, text: '2 of 3' }, { ...edit, text: 'done' })
  await send()
  expect(slack.calls.slice(before).map(({ method }) => method)).toEqual(['chat.update'])
  const [shown] = channel.everything()
  expect(shown).toMatchObject({ text: 'done' })
  expect(shown?.blocks ?? []).toEqual([])
})

test('an edit waits for its message, and says so when that was never sent', async () => {
  const channel = openChannel()
  slack.faults.loseAnswer('chat.postMessage')
  const [postId = ''] = await insert(message(channel.id, 'first'))
  const edit = { kind: 'edit', teamId: acme.id, channel: channel.id, of: { postId }, text: 'second' } as const
  await send()
  const [edited = ''] = await insert(edit)
  await send()
  expect(await row(edited)).toMatchObject({ state: 'waiting', triedBefore: 1 })
  later(60)
  await send()
  later(60)
  await send()
  expect(textsIn(channel)).toEqual(['second'])
  const [orphan = ''] = await insert({ ...edit, of: { postId: runtime.newId('event') } })
  await send()
  expect(await row(orphan)).toMatchObject({ state: 'dead', lastError: 'The message was never sent.' })
})

test('invalid blocks never become silence: the text goes out alone, and the faults are logged', async () => {
  const channel = openChannel()
  const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3_001) } }]
  const [id = ''] = await insert(message(channel.id, 'the plain text', { blocks }))
  await send()
  expect(textsIn(channel)).toEqual(['the plain text'])
  expect(gateway.logged).toContainEqual(
    expect.objectContaining({
      level: 'error',
      fields: expect.objectContaining({
        ...{ postId: id, error: 'invalid_blocks' },
        messages: expect.arrayContaining([expect.stringContaining('json-pointer:/blocks/0/text/text')]),
      }),
    }),
  )
})

test('what one user alone sees is shown to that user', async () => {
  const channel = openChannel()
  const [postId = ''] = await insert(message(channel.id, 'for you', { onlyFor: ada.id }))
  await send()
  expect(textsIn(channel)).toEqual([])
  expect(ada.ephemeralsIn(channel).map(({ text }) => text)).toEqual(['for you'])
  const [edited = ''] = await insert({
    ...{ kind: 'edit', teamId: acme.id, channel: channel.id, of: { postId }, text: 'changed' },
  })
  await send()
  expect(await row(edited)).toMatchObject({ state: 'delivered' })
})

test('an answer to a click goes to its response URL', async () => {
  const channel = openChannel()
  const responseUrl = slack.world.out.responseUrl({ user: ada, channel })
  await insert({ kind: 'response', teamId: acme.id, channel: channel.id, responseUrl, text: 'noted' })
  await send()
  expect(ada.ephemeralsIn(channel).map(({ text }) => text)).toEqual(['noted'])
})

/** Milliseconds for which Slack takes a response URL, and how often. */
const RESPONSE_LIFE_S = 30 * 60
const RESPONSE_USES = 5

test('answers beyond what a response URL takes reach their user privately', async () => {
  const channel = openChannel()
  const response = (text: string, responseUrl: string) =>
    insert({ kind: 'response', teamId: acme.id, channel: ada.id, responseUrl, onlyFor: ada.id, text })
  const used = slack.world.out.responseUrl({ user: ada, channel })
  for (let at = 0; at < RESPONSE_USES; at += 1) await response(`answer ${at}`, used)
  await response('one too many', used)
  await send()
  expect(ada.ephemeralsIn(channel)).toHaveLength(RESPONSE_USES)
  const expired = slack.world.out.responseUrl({ user: ada, channel })
  const [id = ''] = await response('too late', expired)
  later(RESPONSE_LIFE_S + 1)
  await send()
  expect(textsIn(acme.dm(ada)).slice(-2)).toEqual(['one too many', 'too late'])
  expect(await row(id)).toMatchObject({ state: 'delivered' })
})

test.each([
  ['channel_not_found', 'invite the bot'],
  ['is_archived', 'archived'],
  ['not_in_channel', 'invite it'],
  ['token_revoked', 'install the app again'],
  ['account_inactive', 'install the app again'],
])('%s gives the message up at once, in words', async (error, words) => {
  const channel = openChannel()
  slack.faults.next('chat.postMessage', { kind: 'error', error })
  const [id = ''] = await insert(message(channel.id, 'hello'))
  await send()
  const { state, lastError } = await row(id)
  expect(state).toBe('dead')
  expect(lastError).toMatch(new RegExp(`^${error}: .*${words}`))
})

test('a missing scope is named', async () => {
  const unread = slack.world.workspace('No history', {})
  unread.installation.scopes.delete('chat:write')
  const channel = unread.channel('general')
  const [id = ''] = await insert({ ...message(channel.id, 'hello'), teamId: unread.id })
  await send()
  expect((await row(id)).lastError).toBe(
    "missing_scope: The app lacks chat:write: add it in the app's settings and install the app again.",
  )
})

test('the channel of private messages is opened once', async () => {
  const bob = acme.user('bob')
  await insert(message(bob.id, 'one'), message(bob.id, 'two'))
  await send()
  const opened = slack.calls.filter(
    ({ method, args }) => method === 'conversations.open' && args.users === bob.id,
  )
  expect(opened).toHaveLength(1)
  expect(textsIn(acme.dm(bob))).toEqual(['one', 'two'])
})
