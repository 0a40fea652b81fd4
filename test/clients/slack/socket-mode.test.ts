/** Sockets to Slack: never a moment without one, nothing lost when one ends, and no failure that ends the process. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { type ServerOptions, WebSocketServer } from 'ws'
import type { TakeEnvelope } from '../../../src/clients/slack/connection.ts'
import {
  type SocketMode,
  type SocketModeOptions,
  startSocketMode,
} from '../../../src/clients/slack/socket-mode.ts'
import { createSlackApi } from '../../../src/clients/slack/web-api.ts'
import { defer } from '../../support/defer.ts'
import { ManualClock } from '../../support/slack/clock.ts'
import { type SlackStandIn, startSlack } from '../../support/slack/start-slack.ts'
import { createTestLog, type LogLine } from '../../support/world/database.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function openSlack() {
  const clock = new ManualClock()
  const slack = await startSlack({ clock })
  const acme = slack.world.workspace('Acme')
  closers.push(() => slack.close())
  return { slack, clock, ada: acme.user('ada') }
}

/** A gateway that waits hardly at all before it tries again. */
function connect(slack: SlackStandIn, more: Partial<SocketModeOptions> = {}) {
  const taken: string[] = []
  const lines: LogLine[] = []
  const takeEnvelope: TakeEnvelope = async ({ payload }) => {
    const { event } = payload as { event: { text: string } }
    taken.push(event.text)
    return undefined
  }
  const socket = startSocketMode({
    ...{ api: createSlackApi(slack.apiUrl), appToken: slack.world.app.appToken, takeEnvelope },
    ...{
      log: createTestLog(lines),
      waits: { failed: () => 5, refusedMs: 5, tooManyMs: 5, judgedAfterMs: 0 },
      ...more,
    },
  })
  closers.push(() => socket.close())
  return { socket, taken, lines }
}

/** Another end of sockets, which says what a test wants. */
async function openServer(options: ServerOptions = {}): Promise<WebSocketServer> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', ...options })
  await once(server, 'listening')
  closers.push(async () => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  return server
}

const urlOf = (server: WebSocketServer) => `ws://127.0.0.1:${(server.address() as AddressInfo).port}`

const isOpen = (slack: SlackStandIn, count: number) =>
  slack.world.until(() => slack.sockets.connections === count)
const has = (socket: SocketMode, count: number) => vi.waitFor(() => expect(socket.openCount()).toBe(count))

test('two connections are open, and an event is acknowledged once it was taken over', async () => {
  const { slack, ada } = await openSlack()
  const { socket, taken } = connect(slack)
  await has(socket, 2)
  ada.dm('hello')
  await slack.settled()
  expect(taken).toEqual(['hello'])
  expect(slack.events.at(-1)).toMatchObject({ outcome: 'acknowledged', attempts: 1 })
})

test.each(['warning', 'refresh_requested'] as const)(
  'after %s the next connection is open before the last one ends',
  async (reason) => {
    const { slack, ada } = await openSlack()
    const { socket, taken } = connect(slack)
    await has(socket, 2)
    const counts: number[] = []
    const stop = slack.world.watch(() => counts.push(slack.sockets.connections))
    slack.sockets.disconnect(reason, 'oldest')
    ada.dm('meanwhile')
    await vi.waitFor(() => expect(counts.length).toBeGreaterThan(1))
    await isOpen(slack, 2)
    await slack.settled()
    stop()
    expect(Math.min(...counts)).toBeGreaterThan(0)
    expect(taken).toEqual(['meanwhile'])
  },
)

test('a connection is replaced before its time is over, without a word of Slack', async () => {
  const { slack } = await openSlack()
  const server = await openServer()
  server.on('connection', (client) => {
    client.send(JSON.stringify({ type: 'hello', debug_info: { approximate_connection_time: 0.2 } }))
  })
  const opened = vi.spyOn(slack.sockets, 'openUrl').mockReturnValue(urlOf(server))
  connect(slack)
  await vi.waitFor(() => expect(opened.mock.calls.length).toBeGreaterThan(4))
})

test('a connection that gets pings and no events beside another that gets them is replaced', async () => {
  const { slack, ada } = await openSlack()
  const { socket } = connect(slack)
  await has(socket, 2)
  slack.sockets.deafen('oldest')
  const counts: number[] = []
  const stop = slack.world.watch(() => counts.push(slack.sockets.connections))
  for (let count = 0; count < 102; count += 1) ada.dm('hello')
  await vi.waitFor(() => expect(counts).toContain(3))
  stop()
})

test('connections that break are opened again, and Slack sends what was not acknowledged once more', async () => {
  const { slack, clock, ada } = await openSlack()
  const broken = defer<undefined>()
  const seen: string[] = []
  const { socket } = connect(slack, {
    async takeEnvelope() {
      seen.push('taken')
      return seen.length === 1 ? await broken.promise : undefined
    },
  })
  await has(socket, 2)
  ada.dm('hello')
  await vi.waitFor(() => expect(seen).toHaveLength(1))
  // The gateway has stored it, and loses its connections before it can say so.
  slack.sockets.drop()
  broken.resolve(undefined)
  await isOpen(slack, 2)
  clock.advance(3_000)
  await slack.settled()
  clock.advance(1_000)
  await slack.settled()
  expect(seen).toHaveLength(2)
  expect(slack.events.at(-1)).toMatchObject({ outcome: 'acknowledged', attempts: 2 })
})

test('what could not be stored is not acknowledged', async () => {
  const { slack, clock, ada } = await openSlack()
  let isBroken = true
  const { socket, lines } = connect(slack, {
    async takeEnvelope() {
      if (isBroken) throw new Error('the database is away')
      return undefined
    },
  })
  await has(socket, 2)
  ada.dm('hello')
  await vi.waitFor(() =>
    expect(lines.some(({ message }) => message.includes('send an envelope again'))).toBe(true),
  )
  isBroken = false
  clock.advance(3_000)
  await slack.settled()
  clock.advance(1_000)
  await slack.settled()
  expect(slack.events.at(-1)).toMatchObject({ outcome: 'acknowledged', attempts: 2 })
})

test('gateways share the ten connections: one too many waits until there is room', async () => {
  const { slack, ada } = await openSlack()
  const five = Array.from({ length: 5 }, () => connect(slack))
  await isOpen(slack, 10)
  const sixth = connect(slack)
  await vi.waitFor(() => expect(sixth.socket.trouble()).toBe('too_many_websockets'))
  expect(
    sixth.lines.filter(({ message }) => message === 'no connection to Slack').length,
  ).toBeLessThanOrEqual(2)
  await five[0]?.socket.close()
  await has(sixth.socket, 2)
  for (let count = 0; count < 20; count += 1) ada.dm(`${count}`)
  await slack.settled()
  const taken = [...five, sixth].flatMap((each) => each.taken)
  expect(taken.toSorted((a, b) => Number(a) - Number(b))).toEqual(
    Array.from({ length: 20 }, (_, index) => `${index}`),
  )
})

test('Socket Mode that was turned off is told of in the log, and tried again later', async () => {
  const { slack } = await openSlack()
  slack.faults.next('apps.connections.open', ...Array(6).fill({ kind: 'error', error: 'link_disabled' }))
  const { socket, lines } = connect(slack)
  await has(socket, 2)
  expect(lines).toContainEqual(
    expect.objectContaining({ level: 'error', fields: expect.objectContaining({ why: 'link_disabled' }) }),
  )
  expect(socket.trouble()).toBeUndefined()
})

test.each([
  ['refused', { kind: 'error', error: 'invalid_auth' }],
  ['limited', { kind: 'limited', retryAfterSeconds: 0.01 }],
  ['broken', { kind: 'lost', isDone: false }],
  ['down', { kind: 'status', status: 503 }],
] as const)('a start while Slack is %s ends no process', async (_, fault) => {
  const { slack } = await openSlack()
  slack.faults.next('apps.connections.open', fault, fault, fault)
  const { socket } = connect(slack)
  await has(socket, 2)
})

/** An HTTP server that answers an upgrade with these bytes, after an accepted handshake if it says so. */
async function openRawServer(answer: string | Buffer, isAccepted: boolean): Promise<string> {
  const server = createServer().on('upgrade', ({ headers }, line) => {
    line.on('error', () => undefined)
    const key = createHash('sha1').update(`${headers['sec-websocket-key']}${WEBSOCKET_GUID}`).digest('base64')
    const accepted = `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${key}\r\n\r\n`
    if (isAccepted) line.write(accepted)
    line.end(answer)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(async () => {
    server.closeAllConnections()
    server.close()
  })
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const frame = (text: string) => Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)])
const HELLO = frame('{"type":"hello","debug_info":null}')

test('whatever comes in place of a connection, and whatever fails here, ends no process: the next one opens', async () => {
  const rejections: unknown[] = []
  const note = (reason: unknown) => rejections.push(reason)
  process.on('unhandledRejection', note)
  closers.push(async () => void process.off('unhandledRejection', note))
  const after = (...frames: (string | Buffer)[]) =>
    openRawServer(Buffer.concat(frames.map((each) => Buffer.from(each))), true)
  const urls = [
    ...['', 'no address', 'ftp://127.0.0.1/', 'ws://127.0.0.1:1/'],
    await openRawServer('', false),
    await openRawServer('HTTP/1.1 500 Broken\r\nconnection: close\r\n\r\n', false),
    await openRawServer('HTTP/1.1 101 Odd\r\nsec-websocket-accept: no\r\n\r\n', false),
    await after('no frame at all'),
    await after(...['null', '[]', '7', '{"type":{}}', '{"type":"disconnect","reason":{}}'].map(frame)),
    await after(HELLO, frame('{"type":"events_api","envelope_id":7,"payload":null}')),
    // A reserved opcode, bytes that are no text, and a close without a whole code.
    ...(await Promise.all(
      [
        [0x83, 0],
        [0x81, 2, 0xff, 0xfe],
        [0x88, 1, 3],
      ].map((bytes) => after(HELLO, Buffer.from(bytes))),
    )),
  ]
  const { slack, ada } = await openSlack()
  const openUrl = vi.spyOn(slack.sockets, 'openUrl')
  for (const url of urls) openUrl.mockReturnValueOnce(url)
  let opened = 0
  const { socket, taken, lines } = connect(slack, {
    onOpen() {
      opened += 1
      if (opened === 1) throw new Error('out of order')
    },
  })
  await isOpen(slack, 2)
  await has(socket, 2)
  expect(openUrl.mock.calls.length).toBeGreaterThanOrEqual(urls.length + 2)
  expect(lines.map(({ message }) => message)).toContain('a connection to Slack failed')
  ada.dm('hello')
  await slack.settled()
  expect(taken).toEqual(['hello'])
  expect(rejections).toEqual([])
})

test('a connection on which nothing arrives any more, not even a pong, is replaced', async () => {
  const server = await openServer({ autoPong: false })
  let greeted = 0
  server.on('connection', (client) => {
    greeted += 1
    client.send(JSON.stringify({ type: 'hello' }))
  })
  const { slack } = await openSlack()
  vi.spyOn(slack.sockets, 'openUrl').mockReturnValue(urlOf(server))
  const { lines } = connect(slack, { times: { helloMaxMs: 1_000, pingEveryMs: 10, silenceMaxMs: 30 } })
  await vi.waitFor(() => expect(greeted).toBeGreaterThan(3))
  expect(lines.map(({ fields }) => (fields as { reason?: string }).reason)).toContain('deaf')
})

test('a connection without a hello counts as none', async () => {
  const server = await openServer()
  const { slack } = await openSlack()
  vi.spyOn(slack.sockets, 'openUrl').mockReturnValue(urlOf(server))
  const { socket } = connect(slack, { times: { helloMaxMs: 20, pingEveryMs: 1_000, silenceMaxMs: 1_000 } })
  await vi.waitFor(() => expect(socket.trouble()).toBe('no hello'))
  expect(socket.openCount()).toBe(0)
})

test('a gateway that stops acknowledges what it has, and leaves no connection behind', async () => {
  const { slack, ada } = await openSlack()
  const stored = defer<undefined>()
  let isTaking = false
  const { socket } = connect(slack, {
    async takeEnvelope() {
      isTaking = true
      return await stored.promise
    },
  })
  await has(socket, 2)
  ada.dm('hello')
  await vi.waitFor(() => expect(isTaking).toBe(true))
  const closed = socket.close()
  stored.resolve(undefined)
  await closed
  await slack.settled()
  expect(slack.events.at(-1)?.outcome).toBe('acknowledged')
  await isOpen(slack, 0)
})
