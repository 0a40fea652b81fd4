/** Messages that Slack may have already: looked for there before they are sent again, also long after they were given up. */
import { afterAll, expect, test } from 'vitest'
import { redeliverPosts } from '../../../src/tools/slack/redeliver-posts.ts'
import { cases } from '../../support/form.ts'
import { openSendWorld } from './send-world.ts'

const world = await openSendWorld()
const { gateway, slack, acme, insert, message, send, row } = world
afterAll(() => world.close())

const ada = acme.user('ada')
let count = 0
function openChannel(options: Parameters<typeof acme.channel>[1] = {}) {
  count += 1
  return acme.channel(`channel-${count}`, { members: [ada], ...options })
}
const textsIn = (channel: ReturnType<typeof openChannel>) => channel.everything().map(({ text }) => text)
const later = (seconds: number) => gateway.clock.advance(seconds * 1000)

test('where reading is limited to one call a minute, a message waits to be read back, and is not posted again', async () => {
  const channel = openChannel()
  slack.faults.loseAnswer('chat.postMessage')
  slack.faults.next('conversations.history', { kind: 'limited', retryAfterSeconds: 60 })
  const [id = ''] = await insert(message(channel.id, 'once'))
  await send()
  later(10)
  await send()
  expect(await row(id)).toMatchObject({ state: 'waiting', lastStatus: null })
  later(60)
  await send()
  expect(await row(id)).toMatchObject({ state: 'delivered' })
  expect(textsIn(channel)).toEqual(['once'])
})

test('a message that cannot be read back is given up rather than posted twice', async () => {
  const silent = slack.world.workspace('No reading', {})
  silent.installation.scopes.delete('channels:history')
  const channel = silent.channel('general')
  slack.faults.loseAnswer('chat.postMessage')
  const [id = ''] = await insert({ ...message(channel.id, 'hello'), teamId: silent.id })
  await send()
  later(60)
  await send()
  expect(await row(id)).toMatchObject({ state: 'dead' })
  expect((await row(id)).lastError).toContain('Slack may have the message already')
  expect(textsIn(channel)).toEqual(['hello'])
})

test('in a thread of many messages, a lost answer is read back by few calls', async () => {
  const channel = openChannel({ hasBot: false })
  const { ts: threadTs } = ada.say(channel, 'a thread')
  const replies = cases(1_000, 10_000)
  for (let n = 0; n < replies; n += 1) ada.say(channel, `reply ${n}`, { thread: threadTs })
  acme.bot.joins(channel)
  later(3_600)
  const before = slack.calls.length
  slack.faults.loseAnswer('chat.postMessage')
  const [id = ''] = await insert(message(channel.id, 'once', { threadTs }))
  await send()
  later(60)
  await send()
  expect(await row(id)).toMatchObject({ state: 'delivered', attempts: 2 })
  expect(channel.replies(threadTs).filter(({ text }) => text === 'once')).toHaveLength(1)
  const read = slack.calls.slice(before).filter(({ method }) => method === 'conversations.replies')
  expect(read).toHaveLength(1)
})

test('what was given up is sent again when an operator asks, and what Slack has is not posted twice', async () => {
  const [lost, there] = [openChannel(), openChannel()]
  slack.faults.next('chat.postMessage', { kind: 'error', error: 'token_revoked' })
  await insert(message(lost.id, 'after the reinstallation'))
  await send()
  slack.faults.loseAnswer('chat.postMessage')
  await insert(message(there.id, 'once'))
  await send()
  slack.faults.next('conversations.history', { kind: 'error', error: 'missing_scope' })
  later(60)
  await send()
  expect([textsIn(lost), textsIn(there)]).toEqual([[], ['once']])
  const { output } = await gateway.invoke(redeliverPosts, {}, gateway.as())
  expect(output.redelivered).toBeGreaterThanOrEqual(2)
  await send()
  expect([textsIn(lost), textsIn(there)]).toEqual([['after the reinstallation'], ['once']])
})
