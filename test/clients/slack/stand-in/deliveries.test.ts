/** The stand-in of Slack through Slack's own client: what it tells an app, and how often. */
import { createHmac } from 'node:crypto'
import type { KnownBlock, ModalView } from '@slack/types'
import { afterEach, describe, expect, test } from 'vitest'
import { type HttpApp, listenHttp } from '../../../support/slack/listen.ts'
import { unfurl } from '../../../support/slack/world/posting.ts'
import { lookUp, openSocket, refusal, slack, start } from './start.ts'

let app: HttpApp | undefined
afterEach(async () => {
  await app?.close()
  app = undefined
})

/** An app at addresses of its own. */
async function startHttp() {
  app = await listenHttp()
  return { app, ...(await start({ urls: app.urls })) }
}

function payloadOf({ received }: HttpApp): Record<string, unknown> {
  return JSON.parse(new URLSearchParams(received.at(-1)?.body).get('payload') ?? '{}')
}

const buttons = (value: string): KnownBlock => ({
  type: 'actions',
  elements: [{ type: 'button', action_id: 'accept', value, text: { type: 'plain_text', text: 'Accept' } }],
})

const modal: ModalView = {
  type: 'modal',
  title: { type: 'plain_text', text: 'Due' },
  submit: { type: 'plain_text', text: 'Save' },
  blocks: [
    {
      type: 'input',
      block_id: 'day',
      label: { type: 'plain_text', text: 'Day' },
      element: { type: 'datepicker', action_id: 'date' },
    },
  ],
}

describe('Socket Mode', () => {
  test('tells of a mention twice, as a message and as a mention with ids of their own', async () => {
    const { acme, ada, general } = await start()
    const socket = await openSocket()
    expect(socket.received[0]).toMatchObject({ type: 'hello', num_connections: 1 })
    const { ts } = ada.mention(general, 'plan <my> day')
    await socket.next(({ payload }) => lookUp(payload, 'event', 'type') === 'app_mention')
    const payloads = socket.received.slice(1).map(({ payload }) => payload) as Record<string, never>[]
    expect(payloads.map((payload) => payload.event)).toMatchObject([
      { type: 'message', channel_type: 'channel', ts, text: `<@${acme.bot.id}> plan &lt;my&gt; day` },
      { type: 'app_mention', ts },
    ])
    expect(new Set(payloads.map((payload) => payload.event_id)).size).toBe(2)
    expect(payloads[0]).toMatchObject({
      authorizations: [{ team_id: acme.id, user_id: acme.bot.id, is_bot: true }],
    })
  })

  test('tries again with the same envelope when nothing is acknowledged', async () => {
    const { clock, acme, ada } = await start()
    const socket = await openSocket()
    ada.dm('hello')
    const first = await socket.next(({ type }) => type === 'events_api')
    clock.advance(3000)
    await slack.settled()
    clock.advance(1000)
    const second = await socket.next(({ retry_attempt }) => retry_attempt === 1)
    expect(second).toMatchObject({ envelope_id: first.envelope_id, retry_reason: 'timeout' })
    socket.acknowledge(second)
    await slack.world.until(() => slack.events[0]?.outcome === 'acknowledged')
    expect(acme.dm(ada).messages()).toHaveLength(1)
  })

  test('warns and refreshes a connection at the end of its life, and takes ten at most', async () => {
    const { clock } = await start()
    const short = () => openSocket('&debug_reconnects=true')
    const first = await short()
    const others = await Promise.all(Array.from({ length: 9 }, short))
    const eleventh = await short()
    expect(first.received[0]).toMatchObject({ debug_info: { approximate_connection_time: 360 } })
    expect(eleventh.received[0]).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' })
    clock.advance(350_000)
    await first.next(({ reason }) => reason === 'warning')
    expect(slack.sockets.connections).toBe(10)
    clock.advance(10_000)
    await Promise.all(
      [first, ...others].map(({ next }) => next(({ reason }) => reason === 'refresh_requested')),
    )
    expect(slack.sockets.connections).toBe(0)
  })

  test('sends what a deaf connection missed again, on one that hears', async () => {
    const { clock, ada } = await start()
    const deaf = await openSocket()
    slack.sockets.deafen()
    ada.dm('hello')
    const hearing = await openSocket()
    for (const waitMs of [1000, 60_000]) {
      clock.advance(3000)
      await slack.settled()
      clock.advance(waitMs)
    }
    // The first attempt after that was the turn of the deaf connection again.
    expect(await hearing.next(({ type }) => type === 'events_api')).toMatchObject({ retry_attempt: 2 })
    expect(deaf.received).toHaveLength(1)
  })

  test('leaves its connection open after the close handshake', async () => {
    await start()
    const { socket } = await openSocket()
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.close()
    await slack.world.until(() => slack.sockets.connections === 0)
    const isOpen = await Promise.race([
      closed.then(() => false),
      new Promise((resolve) => setImmediate(resolve, true)),
    ])
    expect(isOpen).toBe(true)
    socket.terminate()
    await closed
  })

  test('delivers twice, late and with another id as it is told', async () => {
    const { ada, general } = await start()
    const socket = await openSocket()
    slack.faults.nextEvent('late', 'new-id', 'lost')
    for (const text of ['one', 'two', 'three', 'four']) ada.say(general, text)
    const texts = () => socket.received.slice(1).map(({ payload }) => lookUp(payload, 'event', 'text'))
    await socket.next(() => texts().includes('four' as never))
    expect(texts()).toEqual(['two', 'two', 'one', 'four'])
  })
})

describe('events over HTTP', () => {
  test('are signed, and tried again at once, after a minute and after five', async () => {
    const { app, clock, ada } = await startHttp()
    app.answers(() => ({ status: 500 }))
    ada.dm('hello')
    await slack.settled()
    clock.advance(60_000)
    await slack.settled()
    clock.advance(5 * 60_000)
    await slack.settled()
    expect(app.received.map(({ headers }) => headers['x-slack-retry-num'])).toEqual([
      undefined,
      '1',
      '2',
      '3',
    ])
    expect(app.received[1]?.headers['x-slack-retry-reason']).toBe('http_error')
    expect(slack.events[0]).toMatchObject({ attempts: 4, outcome: 'given up' })
    for (const { headers, body } of app.received) {
      const seconds = headers['x-slack-request-timestamp']
      const digest = createHmac('sha256', slack.world.app.signingSecret)
        .update(`v0:${seconds}:${body}`)
        .digest('hex')
      expect(headers['x-slack-signature']).toBe(`v0=${digest}`)
    }
  })

  test('are not tried again when the app says so, and time out after three seconds', async () => {
    const { app, clock, ada } = await startHttp()
    app.answers(() => ({ status: 503, headers: { 'x-slack-no-retry': '1' } }))
    ada.dm('hello')
    await slack.settled()
    expect(app.received).toHaveLength(1)
    app.answers(() => undefined)
    const second = ada.dm('again')
    await slack.world.until(() => slack.events.length === 2)
    app.answers(() => ({ status: 200 }))
    clock.advance(3000)
    await slack.settled()
    expect(slack.events[1]).toMatchObject({ attempts: 2, outcome: 'acknowledged' })
    expect(lookUp(slack.events[1]?.envelope, 'event', 'ts')).toBe(second.ts)
    expect(app.received.at(-1)?.headers['x-slack-retry-reason']).toBe('http_timeout')
  })

  test('tell of edits, previews and deletions as Slack does', async () => {
    const { ada, general } = await startHttp()
    const message = ada.say(general, 'see https://example.com/a')
    unfurl(ada.workspace, general, message.ts)
    ada.edit(general, message.ts, 'see the page')
    ada.delete(general, message.ts)
    await slack.settled()
    const events = slack.events.map(({ envelope }) => envelope.event)
    expect(events).toMatchObject([
      { text: 'see <https://example.com/a>' },
      { subtype: 'message_changed', message: { text: 'see <https://example.com/a>', ts: message.ts } },
      { subtype: 'message_changed', message: { text: 'see the page', edited: { user: ada.id } } },
      { subtype: 'message_deleted', deleted_ts: message.ts, previous_message: { text: 'see the page' } },
    ])
  })

  test('reach only an app that subscribed, was granted the scope and is in the channel', async () => {
    const { acme, ada, general } = await startHttp()
    const secret = acme.channel('secret', { members: [ada], hasBot: false })
    ada.say(secret, 'not for bots')
    acme.installation.scopes.delete('channels:history')
    ada.say(general, 'not granted')
    acme.installation.scopes.add('channels:history')
    slack.world.app.events.delete('message.im')
    ada.dm('not subscribed')
    ada.say(general, 'heard')
    await slack.settled()
    expect(slack.events.map(({ envelope }) => lookUp(envelope, 'event', 'text'))).toEqual(['heard'])
  })

  test('verify the address of an app', async () => {
    const { app } = await startHttp()
    app.answers(({ body }) => ({ status: 200, body: { challenge: JSON.parse(body).challenge } }))
    expect(await slack.verifyUrl()).toBe(true)
    app.answers(() => ({ status: 200 }))
    expect(await slack.verifyUrl()).toBe(false)
  })
})

describe('what people do', () => {
  test('a click brings the message, the value, a trigger for three seconds and an address for five answers', async () => {
    const { app, clock, ada, general, client } = await startHttp()
    await client.chat.postMessage({ channel: general.id, text: 'Go on?', blocks: [buttons('T-1')] })
    const [message] = general.messages()
    await ada.click({ channel: general, message: message as never }, 'accept')
    const payload = payloadOf(app)
    expect(payload).toMatchObject({
      type: 'block_actions',
      user: { id: ada.id },
      container: { type: 'message', channel_id: general.id, message_ts: message?.ts },
      actions: [{ action_id: 'accept', value: 'T-1', type: 'button' }],
    })
    const respond = async (body: object) =>
      (await fetch(String(payload.response_url), { method: 'POST', body: JSON.stringify(body) })).status
    expect(await respond({ text: 'Done', replace_original: true })).toBe(200)
    expect(general.messages().map(({ text }) => text)).toEqual(['Done'])
    for (let count = 2; count <= 5; count += 1) expect(await respond({ text: 'Psst' })).toBe(200)
    expect(ada.ephemeralsIn(general)).toHaveLength(4)
    expect(await respond({ text: 'Psst' })).toBe(404)

    const open = () => client.views.open({ trigger_id: String(payload.trigger_id), view: modal })
    await open()
    expect(await refusal(open())).toMatchObject({ error: 'exchanged_trigger_id' })
    await ada.click({ channel: general, message: message as never }, 'accept')
    clock.advance(3001)
    const late = client.views.open({ trigger_id: String(payloadOf(app).trigger_id), view: modal })
    expect(await refusal(late)).toMatchObject({ error: 'expired_trigger_id' })
  })

  test('a modal is filled in, refused with errors, and closed when taken', async () => {
    const { app, ada, client } = await startHttp()
    await ada.shortcut('plan')
    await client.views.open({ trigger_id: String(payloadOf(app).trigger_id), view: modal })
    const [view] = ada.modals
    await expect(ada.submit(view as never)).rejects.toThrow('date is empty')
    app.answers(() => ({ status: 200, body: { response_action: 'errors', errors: { day: 'Too early' } } }))
    await ada.submit(view as never, { day: '2026-12-01' })
    expect(ada.modals).toHaveLength(1)
    app.answers(() => ({ status: 200 }))
    await ada.submit(view as never, { date: '2026-12-02' })
    expect(lookUp(payloadOf(app), 'view', 'state', 'values', 'day', 'date')).toEqual({
      type: 'datepicker',
      selected_date: '2026-12-02',
    })
    expect(ada.modals).toEqual([])
  })

  test('a home is published once for a hash', async () => {
    const { ada, client } = await startHttp()
    const view = { type: 'home' as const, blocks: [{ type: 'divider' as const }] }
    const { view: first } = await client.views.publish({ user_id: ada.id, view })
    await client.views.publish({ user_id: ada.id, view, hash: String(first?.hash) })
    const stale = client.views.publish({ user_id: ada.id, view, hash: String(first?.hash) })
    expect(await refusal(stale)).toMatchObject({ error: 'hash_conflict' })
    expect(ada.home?.blocks).toMatchObject([{ type: 'divider' }])
  })

  test('a command is answered at once or later, to the person alone', async () => {
    const { app, ada, general } = await startHttp()
    app.answers(() => ({ status: 200, body: { text: 'Nothing is due' } }))
    await ada.slash('/sb', 'today', general)
    const form = Object.fromEntries(new URLSearchParams(app.received.at(-1)?.body))
    expect(form).toMatchObject({ command: '/sb', text: 'today', channel_id: general.id, user_id: ada.id })
    expect(ada.ephemeralsIn(general).map(({ text }) => text)).toEqual(['Nothing is due'])
    expect(general.messages()).toEqual([])
  })
})
