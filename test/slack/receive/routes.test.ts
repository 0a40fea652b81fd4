/** What Slack sends to the routes: verified, stored once, then acknowledged. */
import { createHmac } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { openFront } from '../../support/front.ts'
import { openReceiveWorld } from './receive-world.ts'

const world = await openReceiveWorld('routes')
const { slack, acme, ada, front, arrived, inbox } = world
afterAll(() => world.close())
const eve = acme.user('eve', { isBot: true })
const general = acme.channel('general', { members: [ada, eve] })

const key = (channel: string, root: string) => `slack:${acme.id}:${channel}:${root}`

test('Slack accepts the address of events', async () => {
  expect(await slack.verifyUrl()).toBe(true)
})

test('a message and the mention in it are one event', async () => {
  const { ts } = ada.mention(general, 'what is due today')
  expect(await arrived()).toEqual([
    { id: `msg:${acme.id}:${general.id}:${ts}`, type: expect.any(String), orderKey: key(general.id, ts) },
  ])
  expect(slack.events.slice(-2).map(({ outcome }) => outcome)).toEqual(['acknowledged', 'acknowledged'])
})

test.each(['twice', 'new-id'] as const)('an event that Slack sends %s is stored once', async (fault) => {
  slack.faults.nextEvent(fault)
  ada.dm('hello')
  expect(await arrived()).toHaveLength(1)
})

test('messages of a thread and private messages are handled in order; those of other threads apart', async () => {
  const { ts } = ada.say(general, 'root')
  ada.say(general, 'reply', { thread: ts })
  const other = ada.say(general, 'another root')
  ada.dm('one')
  ada.dm('two')
  const dm = acme.dm(ada).id
  const keys = (await arrived()).map(({ orderKey }) => orderKey)
  expect(keys.toSorted()).toEqual(
    [
      key(general.id, ts),
      key(general.id, ts),
      key(general.id, other.ts),
      key(dm, '-'),
      key(dm, '-'),
    ].toSorted(),
  )
})

test('an edit is an event of its own, and so is a deletion, in the order of their thread', async () => {
  const { ts } = ada.say(general, 'tomorow')
  const edited = ada.edit(general, ts, 'tomorrow')
  ada.delete(general, ts)
  const place = `${acme.id}:${general.id}:${ts}`
  const editedTs = (edited.edited as { ts: string }).ts
  expect((await arrived()).map(({ id, type }) => `${type} ${id}`).toSorted()).toEqual([
    `message msg:${place}`,
    `message_changed edit:${place}:${editedTs}`,
    `message_deleted del:${place}`,
  ])
})

test('a message of another bot is stored, for its handler to judge', async () => {
  eve.say(general, 'I am a bot')
  expect(await arrived()).toHaveLength(1)
})

test('a click, a command and the opened home are stored once each', async () => {
  const blocks = [
    {
      type: 'actions',
      elements: [{ type: 'button', action_id: 'go', value: '1', text: { type: 'plain_text', text: 'Go' } }],
    },
  ]
  await fetch(`${slack.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${acme.installation.botToken}` },
    body: new URLSearchParams({ channel: general.id, text: 'Go?', blocks: JSON.stringify(blocks) }),
  })
  await arrived()
  const message = general.messages().at(-1)
  if (message === undefined) throw new Error('the message was not posted')
  expect((await ada.click({ channel: general, message }, 'go')).isOk).toBe(true)
  expect((await ada.slash('/sb', 'what now', general)).isOk).toBe(true)
  ada.openHome()
  const types = (await arrived()).map(({ id, type }) => `${type} ${id.split(':')[0]}`)
  expect(types).toEqual(['block_actions act', 'command cmd', 'app_home_opened evt'])
})

test('the old proof of where a request comes from is not kept', async () => {
  ada.dm('hello')
  await slack.settled()
  const [row] = await inbox()
  expect(row?.body).not.toContain(slack.world.app.verificationToken)
  expect(row).toMatchObject({
    operation: null,
    ownerId: `slack:${acme.id}`,
    spaceId: null,
    state: 'received',
  })
  await arrived()
})

test('word of a limit is acknowledged, and stored nowhere', async () => {
  slack.tellRateLimited(acme)
  expect(await arrived()).toEqual([])
  expect(slack.events.at(-1)?.outcome).toBe('acknowledged')
})

test('while the signing secret is replaced, requests that either of the two has signed are taken', async () => {
  const old = slack.world.app.signingSecret
  const both = await openFront({ ...slack.settingsFor(acme), SLACK_SIGNING_SECRET: `new-secret, ${old}` })
  const body = JSON.stringify({ type: 'url_verification', challenge: 'c' })
  const seconds = Math.floor(Date.now() / 1000)
  const statusOf = async (secret: string) => {
    const digest = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex')
    const headers = { 'x-slack-request-timestamp': String(seconds), 'x-slack-signature': `v0=${digest}` }
    return (await fetch(`${both.url}/slack/events`, { method: 'POST', headers, body })).status
  }
  expect(await Promise.all(['new-secret', old, 'another', `new-secret, ${old}`].map(statusOf))).toEqual([
    ...[200, 200],
    ...[401, 401],
  ])
  await both.close()
})

describe('a request is refused', () => {
  const body = JSON.stringify({ type: 'event_callback', event: { type: 'message' } })
  const now = Math.floor(Date.now() / 1000)
  const sign = (seconds: number, secret = slack.world.app.signingSecret) => ({
    'x-slack-request-timestamp': String(seconds),
    'x-slack-signature': `v0=${createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex')}`,
  })
  const send = (headers: Record<string, string>, url = front.url) =>
    fetch(`${url}/slack/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })

  test.each([
    ['without a signature', () => ({ 'x-slack-request-timestamp': String(now) })],
    ['without a time', () => ({ 'x-slack-signature': sign(now)['x-slack-signature'] })],
    ['with the signature of somebody else', () => sign(now, 'another secret')],
    ['from more than five minutes ago', () => sign(now - 310)],
    ['from more than five minutes ahead', () => sign(now + 310)],
    ['with a time that is no number', () => ({ ...sign(now), 'x-slack-request-timestamp': 'NaN' })],
  ])('%s', async (_, headers) => {
    expect((await send(headers())).status).toBe(401)
    expect(await arrived()).toEqual([])
  })

  test('by a gateway that is not configured, which says what to set', async () => {
    const bare = await openFront()
    const answer = await send(sign(now), bare.url)
    expect(answer.status).toBe(503)
    expect(await answer.json()).toMatchObject({
      code: 'not_configured',
      fix: expect.stringContaining('SLACK_SIGNING_SECRET'),
    })
    await bare.close()
  })
})
