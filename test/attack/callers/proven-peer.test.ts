/** The command line tells nobody a key, the machine's secret or a call before the gateway has proved to be the gateway. */

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { callFound, createConnect } from '../../../src/cli/connect/connect.ts'
import { createLastingGateway } from '../../../src/cli/connect/lasting-gateway.ts'
import { AppError } from '../../../src/core/errors.ts'
import { LOCAL_PERSON } from '../../../src/core/operation/actor.ts'
import { makeMachineSecret } from '../../../src/domain/access/machine-secret.ts'
import { whoami } from '../../../src/tools/access/whoami.ts'
import { operations } from '../../../src/tools/registry.ts'
import { openFront, type TestFront } from '../../support/front.ts'

const KEY = 'sb_a_key_that_only_the_gateway_may_see'

let front: TestFront
let home: string

beforeAll(async () => {
  front = await openFront()
})
afterAll(() => front.close())

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'switchboard-peer-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
})

async function note(url: string, secret: string, mode = 0o600): Promise<void> {
  const path = join(home, 'gateway.json')
  await writeFile(path, JSON.stringify({ url, pid: process.pid, secret }))
  await chmod(path, mode)
}

/** A stranger who listens where a gateway was, and keeps what it is told. */
async function stranger(answer: RequestListener = (_, response) => response.end('{}')) {
  const heard: { request: IncomingMessage; body: string }[] = []
  const server: Server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += String(chunk)
    })
    request.on('end', () => {
      heard.push({ request, body })
      answer(request, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  // Without the nonces, which are random and may hold anything.
  const said = () =>
    heard
      .map(({ request, body }) => `${request.url} ${request.rawHeaders.join(' ')} ${body}`)
      .join('\n')
      .replace(/nonce=[\w-]+/g, 'nonce=')
  return { url: `http://127.0.0.1:${port}`, heard, said }
}

const NO_STORE = new AppError('forbidden', 'The store itself would be opened.')

function connectWith(given: { key?: string; url?: string; allowsPlainHttp?: boolean } = {}) {
  return createConnect({
    ...{ home, version: '0.0.0-test', ...given },
    store: { kind: 'embedded', folder: home },
    operations: async () => operations,
    openStore: () => Promise.reject(NO_STORE),
  })
}

const asCli = { actor: LOCAL_PERSON, door: 'cli' } as const

async function whoamiThrough(connecting: ReturnType<ReturnType<typeof connectWith>>) {
  const { gateway } = await connecting
  return (await gateway.invoke(whoami, {}, asCli)).output
}

describe('a gateway that is found on this machine', () => {
  test('proves itself, and takes the command line for its owner', async () => {
    await note(front.url, front.machineSecret)
    const told = { scopes: ['admin'], authenticatedBy: 'machine' }
    expect(await whoamiThrough(connectWith()({}))).toMatchObject(told)
    // Named by its address it is the same gateway.
    expect(await whoamiThrough(connectWith()({ url: `localhost:${front.port}` }))).toMatchObject(told)
  })

  test('goes by the key where there is one, never beyond it', async () => {
    const scopes = ['tasks:read']
    const made = await front.send('POST', '/v1/keys', { label: 'x', scopes }, front.asOwner)
    const { secret } = (await made.json()) as { secret: string }
    await note(front.url, front.machineSecret)
    expect(await whoamiThrough(connectWith({ key: secret })({}))).toMatchObject({
      scopes,
      authenticatedBy: 'key',
    })
  })
})

describe('a stranger who has got the process id and the port of one that died', () => {
  const ANSWERS: Record<string, RequestListener> = {
    'says it is healthy': (_, response) => response.end('{"status":"ok"}'),
    'proves something else': (_, response) => response.end(`{"proof":"${'A'.repeat(43)}"}`),
    'sends back what it was asked': (request, response) =>
      response.end(
        JSON.stringify({ proof: new URL(request.url ?? '', 'http://x').searchParams.get('nonce') }),
      ),
    'sends callers on': (_, response) => response.writeHead(307, { location: `${front.url}/proof` }).end(),
    'answers without end': (_, response) => {
      const timer = setInterval(() => response.write('x'.repeat(10_000)), 1)
      response.once('close', () => clearInterval(timer))
    },
    'asks the real gateway': (request, response) => {
      void fetch(`${front.url}${request.url}`).then(async (answer) => response.end(await answer.text()))
    },
  }

  test.each(Object.entries(ANSWERS))('and %s is told neither key nor secret nor call', async (_, answer) => {
    const { url, said } = await stranger(answer)
    await note(url, front.machineSecret)
    await expect(connectWith({ key: KEY })({})).rejects.toBe(NO_STORE)
    await expect(connectWith()({})).rejects.toBe(NO_STORE)
    expect(said()).toMatch(/^\/proof\?nonce=/)
    expect(said()).not.toContain('sb_')
    expect(said()).not.toContain('/v1/')
  })

  test('while a client stays open is told nothing either, and the gateway is looked for again', async () => {
    const other = await stranger()
    await note(front.url, front.machineSecret)
    // As a client holds it whose gateway has ended since.
    const moved = { url: other.url, pid: process.pid, secret: makeMachineSecret() }
    const parts = { home, key: KEY, version: '0.0.0-test', operations: async () => operations }
    const lost = await callFound(parts, moved)
    await expect(lost.gateway.invoke(whoami, {}, asCli)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('cannot prove'),
    })
    const lasting = createLastingGateway(lost, () => connectWith()({}))
    expect((await lasting.gateway.invoke(whoami, {}, asCli)).output).toMatchObject({ id: 'local' })
    expect(other.said()).not.toMatch(/sb_|v1/)
  })
})

describe('the note that leads to a gateway', () => {
  test.skipIf(process.platform === 'win32').each([0o644, 0o640, 0o620, 0o606])(
    'is not believed when others can read or write it (%o)',
    async (mode) => {
      const { url, heard } = await stranger()
      await note(url, front.machineSecret, mode)
      await expect(connectWith({ key: KEY })({})).rejects.toMatchObject({
        code: 'forbidden',
        fix: expect.stringContaining('chmod 600'),
      })
      expect(heard).toEqual([])
    },
  )
})

describe('a gateway that the person named', () => {
  test.each(['http://gateway.example', 'http://192.0.2.7:3000', 'http://localhost.example:3000'])(
    'gets no key in the clear over a network: %s',
    async (url) => {
      await expect(connectWith({ key: KEY, url })({})).rejects.toMatchObject({
        code: 'forbidden',
        fix: expect.stringContaining('SWITCHBOARD_PLAIN_HTTP'),
      })
      // Without a key there is nothing to keep, and who says that the network is private is believed.
      await connectWith({ url })({})
      await connectWith({ key: KEY, url, allowsPlainHttp: true })({})
    },
  )

  test.each([301, 302, 303, 307, 308])(
    'has neither key nor call sent on by a redirect (%i)',
    async (status) => {
      const elsewhere = await stranger()
      const { url } = await stranger((request, response) =>
        response.writeHead(status, { location: `${elsewhere.url}${request.url}` }).end(),
      )
      const connection = await connectWith({ key: KEY, url })({})
      await expect(connection.gateway.invoke(whoami, {}, asCli)).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining(elsewhere.url),
      })
      expect(elsewhere.heard).toEqual([])
    },
  )
})
