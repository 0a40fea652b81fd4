/** Real proxies in front of a gateway on loopback, set up as their guides say: who comes through them gains nothing that lasts. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type RequestOptions, request } from 'node:http'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { freePort } from '../crash/redis-server.ts'
import { openFront, type TestFront } from '../support/front.ts'

let front: TestFront

beforeAll(async () => {
  front = await openFront()
})
afterAll(() => front.close())

function isInstalled(program: string): boolean {
  try {
    execFileSync(program, ['-v'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** What a stranger comes to at a port that leads to the gateway. */
async function comesTo(port: number, host = 'switchboard.example.com') {
  const who = await statusOf({ port, path: '/v1/whoami', headers: { host } })
  const headers = { host, 'content-type': 'application/json' }
  const key = { port, path: '/v1/keys', method: 'POST', headers }
  return { who, key: await statusOf(key, '{"label":"mine","scopes":["admin"]}') }
}

function statusOf(options: RequestOptions, body = ''): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', agent: false, ...options }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    call.on('error', reject)
    call.end(body)
  })
}

/** nginx with this in its `location /`; answers with its port. */
async function startNginx(location: string): Promise<number> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-nginx-'))
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  )
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr notice;
events {}
http { access_log off; ${paths.join(' ')}
  upstream kept { server 127.0.0.1:${front.port}; keepalive 4; }
  server { listen 127.0.0.1:${port}; location / { ${location} } } }`,
  )
  const nginx = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(nginx, 'exit')
  onTestFinished(async () => {
    nginx.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true })
  })
  // Said once it listens.
  await new Promise<void>((resolve, reject) => {
    nginx.stderr.on('data', (said) => String(said).includes('nginx/') && resolve())
    nginx.once('exit', () => reject(new Error('nginx ended')))
  })
  return port
}

describe.runIf(isInstalled('nginx'))('behind nginx', () => {
  const to = () => `proxy_pass http://127.0.0.1:${front.port};`

  test.each([
    ['with nothing but proxy_pass', () => to()],
    ['with the name that it was called by', () => `${to()} proxy_set_header Host $host;`],
    [
      'with HTTP/1.1 and the address of the caller',
      () => `${to()} proxy_http_version 1.1; proxy_set_header X-Real-IP $remote_addr;`,
    ],
    [
      'with HTTP/1.1 and the name that it was called by',
      () => `${to()} proxy_http_version 1.1; proxy_set_header Host $host;`,
    ],
    [
      'with kept connections',
      () => 'proxy_pass http://kept; proxy_http_version 1.1; proxy_set_header Connection "";',
    ],
  ])('%s, a stranger needs a key', async (_, location) => {
    const { who, key } = await comesTo(await startNginx(location()))
    expect([401, 403]).toContain(who)
    expect([401, 403]).toContain(key)
  })

  test('with HTTP/1.1 and no other sign, a stranger makes no key all the same', async () => {
    const port = await startNginx(`${to()} proxy_http_version 1.1; proxy_set_header Connection "";`)
    expect(await comesTo(port)).toEqual({ who: 200, key: 403 })
  })
})

/** Passes bytes on as they are, like socat and ssh. */
async function startRelay(): Promise<number> {
  const sockets = new Set<Socket>()
  const relay = createServer((from) => {
    const to = connect(front.port, '127.0.0.1')
    for (const socket of [from, to]) sockets.add(socket.on('error', () => socket.destroy()))
    from.pipe(to).pipe(from)
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    relay.close()
  })
  return (relay.address() as AddressInfo).port
}

describe('behind what passes bytes on', () => {
  test('a stranger who calls it by its name or its port needs a key', async () => {
    const port = await startRelay()
    expect(await comesTo(port)).toEqual({ who: 403, key: 403 })
    expect(await comesTo(port, `localhost:${port}`)).toEqual({ who: 401, key: 401 })
  })

  test('and one who says the port of the gateway makes no key all the same', async () => {
    expect(await comesTo(await startRelay(), `localhost:${front.port}`)).toEqual({ who: 200, key: 403 })
  })
})
