/** A gateway called over HTTP answers as it does in process, and fails with the same codes. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHttpGateway } from '../../src/cli/connect/http-gateway.ts'
import type { Gateway } from '../../src/core/area/gateway.ts'
import { AppError, toAppError } from '../../src/core/errors.ts'
import { type Actor, LOCAL_PERSON } from '../../src/core/operation/actor.ts'
import { exampleId } from '../../src/core/operation/ids.ts'
import { createApp } from '../../src/server/app.ts'
import { operations } from '../../src/tools/registry.ts'
import { KEPT_ALIVE } from '../support/keep-alive.ts'
import { openTestGateway, type TestGateway } from '../support/world/database.ts'
import { createTyping } from './typing.ts'

/** The header that says who calls, in place of a key. */
const KEY = 'sb_test'

let inProcess: TestGateway
let server: ReturnType<typeof serve>
let overHttp: Gateway

function gatewayAt(url: string): Gateway {
  return createHttpGateway({
    url,
    authorize: async () => `Bearer ${KEY}`,
    operations,
    log: inProcess.log,
    version: '0.0.0-test',
  })
}

function urlOf(listening: Pick<Server, 'address'>): string {
  // A listening TCP server has an address with a port, which its type does not say.
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
}

beforeAll(async () => {
  inProcess = await openTestGateway({ operations })
  const app = createApp({
    gateway: inProcess,
    async authenticate(request): Promise<Actor> {
      if (request.headers.get('authorization') !== `Bearer ${KEY}`)
        throw new AppError('unauthenticated', 'No key.')
      return LOCAL_PERSON
    },
    rateLimit: async () => ({}),
    mcp: { fetch: async () => new Response() },
    ready: async () => ({ ok: true, checks: {} }),
    isDraining: () => false,
    keysRequired: true,
  })
  await new Promise<void>((resolve) => {
    const place = { port: 0, hostname: '127.0.0.1', serverOptions: KEPT_ALIVE }
    server = serve({ fetch: app.fetch, ...place }, () => resolve())
  })
  overHttp = gatewayAt(urlOf(server))
})

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve))
  await inProcess.close()
})

/** What came of a call, without what differs from one call to the next. */
async function outcomeOf(gateway: Gateway, argv: readonly string[]) {
  const { exitCode, out, err } = await createTyping(gateway)([...argv, '--json'])
  const parsed = JSON.parse(out || err)
  if (parsed.error) delete parsed.error.requestId
  return { exitCode, answer: parsed }
}

describe('over HTTP', () => {
  it.each([
    [['tasks', 'list', '--limit', '3', '--status', 'open,done', '--sort', 'due']],
    [['tasks', 'list', '--limit', '1000']],
    [['tasks', 'list', '--cursor', 'broken']],
    [['tasks', 'get', exampleId('task')]],
    [['tasks', 'get', 'not-an-id']],
    [['tasks', 'update', exampleId('task'), '--notes', 'null']],
    [['tasks', 'complete', exampleId('task')]],
    [['tasks', 'empty-trash']],
    [['tasks', 'empty-trash', '--yes']],
    [['projects', 'get-template', 'weekly-review']],
    [['projects', 'delete-template', exampleId('template'), '--yes']],
    [['keys', 'list']],
  ])('%j comes to the same as in process', async (argv) => {
    expect(await outcomeOf(overHttp, argv)).toEqual(await outcomeOf(inProcess, argv))
  })

  it('text of any kind arrives as it was typed, in a body and in a query', async () => {
    const title = 'Ümlaut & "quotes", 100 % [x] {y} ?a=b#c 東京'
    const made = await outcomeOf(overHttp, ['tasks', 'create', title])
    expect(made.answer.results[0].task.title).toBe(title)
    const found = await outcomeOf(overHttp, ['tasks', 'list', '--text', title])
    expect(found.answer.items).toHaveLength(1)
  })

  it('a repeated key gets the first answer, and says so', async () => {
    const create = operations.find(({ name }) => name === 'tasks.create')
    if (!create) throw new Error('tasks.create is not in the list')
    const call = { ...inProcess.as(), idempotencyKey: 'over-http-1' }
    const first = await overHttp.invoke(create, { tasks: [{ title: 'Once' }] }, call)
    const second = await overHttp.invoke(create, { tasks: [{ title: 'Once' }] }, call)
    expect(second).toEqual({ output: first.output, replayed: true })
  })

  it('no door through which a model reads along gets an answer that is for people', async () => {
    const create = operations.find(({ name }) => name === 'access.create_key')
    if (!create) throw new Error('access.create_key is not in the list')
    const call = { ...inProcess.as(), door: 'mcp' as const }
    await expect(overHttp.invoke(create, create.example, call)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('a key that is missing is asked for, with where to put it', async () => {
    const url = urlOf(server)
    const keyless = createHttpGateway({ url, operations, log: inProcess.log, version: '0.0.0-test' })
    const { exitCode, answer } = await outcomeOf(keyless, ['access', 'whoami'])
    expect(exitCode).toBe(3)
    expect(answer.error.fix).toContain('SWITCHBOARD_KEY')
  })
})

/** A server of a few lines, closed when `work` is done. */
async function withServer(
  listener: Parameters<typeof createServer>[1],
  work: (gateway: Gateway) => Promise<void>,
): Promise<void> {
  const stand = createServer(listener)
  await new Promise<void>((resolve) => stand.listen(0, '127.0.0.1', resolve))
  try {
    await work(gatewayAt(urlOf(stand)))
  } finally {
    stand.closeAllConnections()
    await new Promise((resolve) => stand.close(resolve))
  }
}

describe('a network that fails', () => {
  it('with nobody at the address: unavailable, with the way out', async () => {
    let nobody: Gateway | undefined
    await withServer(undefined, async (gateway) => {
      nobody = gateway
    })
    if (!nobody) throw new Error('no port was free')
    const { exitCode, answer } = await outcomeOf(nobody, ['access', 'whoami'])
    expect(exitCode).toBe(9)
    expect(answer.error).toMatchObject({ code: 'unavailable', fix: expect.stringContaining('npm start') })
  })

  it('after the write was done: the retry carries the same key, so that it is done once', async () => {
    const keys: unknown[] = []
    await withServer(
      (request, response) => {
        keys.push(request.headers['idempotency-key'])
        if (keys.length === 1) request.socket.destroy()
        else response.setHeader('content-type', 'application/json').end('{"results":[]}')
      },
      async (gateway) => {
        expect(await outcomeOf(gateway, ['tasks', 'create', 'x'])).toMatchObject({ exitCode: 0 })
      },
    )
    expect(keys).toHaveLength(2)
    expect(keys[0]).toEqual(expect.any(String))
    expect(keys[1]).toBe(keys[0])
  })

  it('with something else at the address: said so, not taken for an answer', async () => {
    await withServer(
      (_, response) => response.end('<html>hello</html>'),
      async (gateway) => {
        const { exitCode, answer } = await outcomeOf(gateway, ['access', 'whoami'])
        expect(exitCode).toBe(1)
        expect(answer.error.message).toContain('not a gateway of this version')
      },
    )
  })

  it('a call that is given up is cancelled, not unavailable', async () => {
    const controller = new AbortController()
    await withServer(
      () => controller.abort(),
      async (gateway) => {
        const whoami = operations.find(({ name }) => name === 'access.whoami')
        if (!whoami) throw new Error('access.whoami is not in the list')
        const call = { ...inProcess.as(), signal: controller.signal }
        const error = await gateway.invoke(whoami, {}, call).catch(toAppError)
        expect(error).toMatchObject({ code: 'cancelled' })
      },
    )
  })
})
