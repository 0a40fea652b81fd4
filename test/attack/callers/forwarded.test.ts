/** Every sign of a proxy or a tunnel ends what a caller on loopback may do without a key. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type RequestOptions, request } from 'node:http'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../crash/servers/redis-server.ts'
import { openFront, sendRaw, type TestFront } from '../../support/front.ts'

let front: TestFront

beforeAll(async () => {
  front = await openFront()
})
afterAll(() => front.close())

interface Sent {
  readonly line?: string
  readonly host?: string
  readonly headers?: readonly string[]
}

/** Sends one request without a key over a socket of its own. */
function send({ line, host = `127.0.0.1:${front.port}`, headers = [] }: Sent = {}) {
  const lines = [line ?? 'GET /v1/whoami HTTP/1.1', `Host: ${host}`, 'Connection: close', ...headers, '', '']
  return sendRaw(front.port, lines.join('\r\n'))
}

test('a direct call needs no key', async () => {
  expect(await send()).toMatchObject({ status: 200 })
  expect(await send({ host: `LocalHost:${front.port}` })).toMatchObject({ status: 200 })
  expect(await send({ host: `[::1]:${front.port}` })).toMatchObject({ status: 200 })
  // What clients send, and browsers on a page of ours.
  const headers = [
    ...['Accept: */*', 'Accept-Language: en', 'User-Agent: x', 'X-Request-Id: r1', 'Idempotency-Key: k1'],
    ...['Mcp-Protocol-Version: 2025-11-25', 'Mcp-Session-Id: x', 'Last-Event-ID: 4', 'Priority: u=1'],
    ...['Sec-Fetch-Site: same-origin', 'Sec-Fetch-Mode: cors', 'Sec-CH-UA: "x"', 'DNT: 1', 'Sec-GPC: 1'],
    ...[
      'Traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      'Tracestate: x=1',
      'TE: trailers',
    ],
    ...['Content-Type: application/json', 'Pragma: no-cache', 'Cache-Control: no-cache', 'Referer: x'],
  ]
  expect(await send({ headers })).toMatchObject({ status: 200 })
})

/** One header of each proxy, tunnel and cloud, as it is documented. */
const ADDED = [
  ...[
    'Forwarded',
    'Via',
    'Max-Forwards',
    'CDN-Loop',
    'Client-Cert',
    'Proxy-Connection',
    'Proxy-Authorization',
  ],
  ...['X-Forwarded-For', 'X-Forwarded-Proto', 'X-Forwarded-Host', 'X-Forwarded-Port', 'X-Forwarded-Server'],
  ...[
    'X-Forwarded-Prefix',
    'X-Forwarded-Ssl',
    'X-Forwarded-Uri',
    'X-Forwarded-User',
    'X-Forwarded-Client-Cert',
  ],
  ...['X-Real-IP', 'X-Client-IP', 'Client-IP', 'X-Cluster-Client-IP', 'X-ProxyUser-Ip', 'X-Original-URL'],
  ...[
    'X-Original-Host',
    'X-Original-Forwarded-For',
    'X-Scheme',
    'X-Rewrite-URL',
    'Front-End-Https',
    'X-Accel-Internal',
  ],
  ...[
    'X-Auth-Request-User',
    'Remote-User',
    'X-Remote-User',
    'X-Envoy-External-Address',
    'X-Envoy-Attempt-Count',
  ],
  ...[
    'CF-Ray',
    'CF-Connecting-IP',
    'CF-IPCountry',
    'CF-Visitor',
    'Cf-Warp-Tag-Id',
    'True-Client-IP',
    'Akamai-Origin-Hop',
  ],
  ...[
    'Fastly-Client-IP',
    'Fastly-SSL',
    'Incap-Client-IP',
    'X-Sucuri-ClientIP',
    'X-Varnish',
    'Surrogate-Capability',
  ],
  ...[
    'X-Amzn-Trace-Id',
    'X-Amzn-Oidc-Data',
    'X-Amz-Cf-Id',
    'CloudFront-Viewer-Country',
    'X-Cloud-Trace-Context',
  ],
  ...[
    'X-AppEngine-Country',
    'X-Goog-Authenticated-User-Email',
    'X-Azure-ClientIP',
    'X-Azure-FDID',
    'X-FD-HealthProbe',
  ],
  ...['X-ARR-SSL', 'X-ARR-LOG-ID', 'X-MS-Client-Principal', 'Disguised-Host', 'X-WAWS-Unencoded-URL'],
  ...['Fly-Client-IP', 'Fly-Region', 'X-Vercel-Id', 'X-Vercel-Forwarded-For', 'X-NF-Client-Connection-IP'],
  ...['X-Request-Start', 'DO-Connecting-IP', 'X-Railway-Edge', 'Ngrok-Skip-Browser-Warning'],
  ...['Bypass-Tunnel-Reminder', 'Tailscale-User-Login', 'X-Tunnel-Authorization', 'X-Pinggy-No-Screen'],
]

describe('a call needs a key', () => {
  test.each(ADDED)('with the header %s, in any case and whatever it says', async (name) => {
    for (const header of [`${name}: 127.0.0.1`, `${name.toLowerCase()}:`, `${name.toUpperCase()}: x`]) {
      const { status, text } = await send({ headers: [header] })
      expect(status).toBe(401)
      expect(text).toContain('came through a proxy')
    }
  })

  test.each([
    ['in HTTP/1.0, as nginx calls unless told otherwise', { line: 'GET /v1/whoami HTTP/1.0' }],
    ['with an absolute address', { line: 'GET http://127.0.0.1/v1/whoami HTTP/1.1' }],
    ["with another site's absolute address", { line: 'GET http://switchboard.example/v1/whoami HTTP/1.1' }],
    ['with https in an absolute address', { line: 'GET https://localhost/v1/whoami HTTP/1.1' }],
    ['sent to another port, as through ssh -L', { host: 'localhost:8080' }],
    ['sent to no port, as to port 80', { host: 'localhost' }],
    ['sent to a port that is none', { host: 'localhost:99999' }],
  ] satisfies [string, Sent][])('%s', async (_, sent) => {
    const { status, text } = await send(sent)
    expect([400, 401]).toContain(status)
    expect(text).not.toContain('"scopes"')
  })

  test('in HTTP/1.0 without a Host, and over the MCP door as well', async () => {
    expect(await sendRaw(front.port, 'GET /v1/whoami HTTP/1.0\r\n\r\n')).toMatchObject({ status: 401 })
    const body = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'
    const head = `Content-Type: application/json\r\nAccept: */*\r\nContent-Length: ${body.length}`
    const through = `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:${front.port}\r\nConnection: close\r\nCF-Ray: 1\r\n${head}\r\n\r\n${body}`
    expect(await sendRaw(front.port, through)).toMatchObject({ status: 401 })
  })
})

/** 46 forms of names under which a page or a proxy may lead here; none is this machine's. */
const FOREIGN_HOSTS = [
  ...['evil.example', 'evil.example:PORT', 'switchboard.example.com', 'localhost.evil.example:PORT'],
  ...[
    '127.0.0.1.evil.example:PORT',
    '127.0.0.1.nip.io:PORT',
    'localtest.me:PORT',
    'localhost.:PORT',
    '127.0.0.1.:PORT',
  ],
  ...[
    '.localhost:PORT',
    'a.localhost:PORT',
    'localhost.localdomain:PORT',
    'ip6-localhost:PORT',
    '127.1:PORT',
  ],
  ...['127.0.1:PORT', '0x7f.0.0.1:PORT', '0x7f000001:PORT', '2130706433:PORT', '0177.0.0.1:PORT', '0:PORT'],
  ...['0.0.0.0:PORT', '10.0.0.1:PORT', '192.168.1.1:PORT', '169.254.169.254:PORT', '128.0.0.1:PORT'],
  ...[
    '[::]:PORT',
    '[::ffff:127.0.0.1]:PORT',
    '[::ffff:7f00:1]:PORT',
    '[fe80::1]:PORT',
    '[::1%25lo]:PORT',
    '::1',
  ],
  ...[
    'evil@localhost:PORT',
    'localhost:PORT@evil.example',
    'localhost:PORT:80',
    'localhost:',
    'localhost:PORT/',
  ],
  ...['localhost:PORT?x', 'localhost:PORT#x', 'localhost, evil.example', 'evil.example, localhost:PORT'],
  ...[
    'localhost evil.example',
    'locaIhost:PORT',
    'xn--localhost-:PORT',
    'localhost\\evil:PORT',
    '127.0.0.1\tx',
    '',
  ],
]

describe('under a name that is not of this machine', () => {
  test.each(FOREIGN_HOSTS)('%j is refused', async (form) => {
    const { status, text } = await send({ host: form.replaceAll('PORT', String(front.port)) })
    expect([400, 401, 403]).toContain(status)
    expect(text).not.toContain('"scopes"')
  })

  test('two Host headers are refused, in whatever order', async () => {
    const ours = `127.0.0.1:${front.port}`
    for (const [host, other] of [
      [ours, 'evil.example'],
      ['evil.example', ours],
      [ours, ours],
    ] as const) {
      expect(await send({ host, headers: [`Host: ${other}`] })).toMatchObject({ status: 400 })
    }
    expect(await send({ headers: ['host : evil.example'] })).toMatchObject({ status: 400 })
    expect(await send({ headers: ['X: y', ' Host: evil.example'] })).toMatchObject({ status: 400 })
  })

  test('and without any in HTTP/1.1', async () => {
    const bytes = 'GET /v1/whoami HTTP/1.1\r\nConnection: close\r\n\r\n'
    expect(await sendRaw(front.port, bytes)).toMatchObject({ status: 400 })
  })
})

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
