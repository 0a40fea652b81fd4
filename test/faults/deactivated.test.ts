/** What ends in one gateway when a person is deactivated, or a key expires, in another on the same database. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { compose } from '../../src/start/compose.ts'
import { openDoors } from '../../src/start/compose-doors.ts'
import { createLog } from '../../src/start/log.ts'
import { readConfig } from '../../src/start/read-config.ts'
import { post } from '../support/mcp-raw.ts'
import { openPlace, type Place, SERVED_TIMEOUT_MS } from './served.ts'

type Headers = Readonly<Record<string, string>>

/** A gateway in this process. */
async function openGateway({ environment }: Place) {
  const config = readConfig(environment)
  const composition = await compose(config, 'gateway', { log: createLog({ level: 'silent' }) })
  const doors = await openDoors(config, composition, undefined)
  onTestFinished(async () => {
    await doors.close(0)
    await composition.close()
  })
  const asOwner = { authorization: `Bearer ${doors.machineSecret}` }
  const send = (method: string, path: string, body: object | undefined, headers: Headers) =>
    fetch(`${doors.url}${path}`, {
      method,
      headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
    })
  return { url: doors.url, asOwner, send }
}

type Served = Awaited<ReturnType<typeof openGateway>>

async function newKey({ send, asOwner }: Served, input: object): Promise<Headers> {
  const made = await send('POST', '/v1/keys', { label: 'k', scopes: ['tasks:write'], ...input }, asOwner)
  expect(made.status).toBe(200)
  return { authorization: `Bearer ${((await made.json()) as { secret: string }).secret}` }
}

/** The stream of a session of 2025, and a listening stream of 2026. */
async function openStreams({ url, send }: Served, key: Headers): Promise<Response[]> {
  const accept = { accept: 'application/json, text/event-stream', ...key }
  const clientInfo = { name: 'test', version: '1' }
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }
  const opening = { jsonrpc: '2.0', id: 1, method: 'initialize', params }
  const opened = await send('POST', '/mcp', opening, accept)
  await opened.text()
  const session = { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' }
  const streams = await Promise.all([
    send('GET', '/mcp', undefined, { ...key, ...session, accept: 'text/event-stream' }),
    post(
      `${url}/mcp`,
      'subscriptions/listen',
      { notifications: { toolsListChanged: true } },
      { headers: key },
    ),
  ])
  expect(streams.map(({ status }) => status)).toEqual([200, 200])
  return streams
}

const readAll = (streams: readonly Response[]) => Promise.all(streams.map((stream) => stream.text()))

describe.runIf(process.env.DATABASE_URL)('on a server', { timeout: SERVED_TIMEOUT_MS }, () => {
  test('a deactivation in one gateway stops keys, sessions and streams of the other', async () => {
    const place = await openPlace()
    const one = await openGateway(place)
    const two = await openGateway(place)
    expect((await one.send('POST', '/v1/people', { id: 'ada' }, one.asOwner)).status).toBe(200)
    const key = await newKey(one, { person: 'ada' })
    expect((await two.send('GET', '/v1/tasks', undefined, key)).status).toBe(200)
    const streams = await openStreams(two, key)
    const ended = readAll(streams)
    const left = await one.send('POST', '/v1/people/ada/deactivate', {}, one.asOwner)
    expect(left.status).toBe(200)
    await ended
    expect((await two.send('GET', '/v1/tasks', undefined, key)).status).toBe(401)
    expect((await one.send('POST', '/v1/people/ada/reactivate', {}, one.asOwner)).status).toBe(200)
    expect((await two.send('GET', '/v1/tasks', undefined, key)).status).toBe(200)
  })

  test('the streams of a key end on their own when it expires', async () => {
    const gateway = await openGateway(await openPlace())
    const key = await newKey(gateway, { expiresAt: new Date(Date.now() + 3_000).toISOString() })
    await readAll(await openStreams(gateway, key))
    expect((await gateway.send('GET', '/v1/tasks', undefined, key)).status).toBe(401)
  })
})
