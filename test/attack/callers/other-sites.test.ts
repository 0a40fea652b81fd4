/** Pages of other sites reach nothing: by their origin, by how the browser says they call, or by a form that needs no leave. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFront, sendRaw, type TestFront } from '../../support/front.ts'

const EXTENSION = 'chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb'

let front: TestFront

beforeAll(async () => {
  front = await openFront({
    SWITCHBOARD_ALLOWED_ORIGINS: `https://app.example.com,${EXTENSION},capacitor://localhost`,
  })
})
afterAll(() => front.close())

/** Without `fetch`, which sets some of these headers itself. */
function get(...headers: readonly string[]) {
  const lines = ['GET /v1/whoami HTTP/1.1', `Host: localhost:${front.port}`, 'Connection: close', ...headers]
  return sendRaw(front.port, `${lines.join('\r\n')}\r\n\r\n`)
}

describe('by its origin', () => {
  test('a page of ours may call, and those that were named, with an answer that they may read', async () => {
    expect(await get(`Origin: http://localhost:${front.port}`)).toMatchObject({ status: 200 })
    for (const origin of ['https://app.example.com', EXTENSION, 'capacitor://localhost']) {
      const { status, text } = await get(`Origin: ${origin}`, 'Sec-Fetch-Site: cross-site')
      expect(status).toBe(200)
      expect(text.toLowerCase()).toContain(`access-control-allow-origin: ${origin}`)
    }
  })

  test.each([
    ...['null', 'https://evil.example', 'http://evil.example', 'http://localhost', 'http://localhost:1'],
    ...['http://127.0.0.1:PORT', 'http://localhost:PORT.evil.example', 'http://localhost.evil.example:PORT'],
    ...[
      'http://evil.example#http://localhost:PORT',
      'http://localhost:PORT@evil.example',
      'http://[::1]:PORT',
    ],
    ...[
      'app://localhost:PORT',
      'chrome-extension://localhost:PORT',
      'tauri://localhost:PORT',
      'file://',
      'file://localhost:PORT',
    ],
    ...['https://app.example.com.evil.example', 'https://xapp.example.com', 'http://app.example.com'],
    ...[
      'https://app.example.com:8443',
      'https://sub.app.example.com',
      'chrome-extension://aapb',
      'moz-extension://aapb',
    ],
    ...[
      'capacitor://evil',
      'ionic://localhost',
      'about:blank',
      'data:text/html,x',
      'blob:null/x',
      'localhost:PORT',
      '*',
      'undefined',
    ],
  ])('%s may not, and no answer is made readable for it', async (form) => {
    const origin = form.replaceAll('PORT', String(front.port))
    for (const more of [[], ['Sec-Fetch-Site: same-origin'], ['Sec-Fetch-Site: none']]) {
      const { status, text } = await get(`Origin: ${origin}`, ...more)
      expect(status).toBe(403)
      expect(text.toLowerCase()).not.toContain('access-control-allow-origin')
    }
  })

  test('several origins in one header are not an origin', async () => {
    const { status } = await get('Origin: https://app.example.com', 'Origin: https://evil.example')
    expect(status).toBe(403)
  })
})

describe('without an origin', () => {
  test.each(['same-origin', 'none'])('a page of ours may call (%s)', async (site) => {
    expect(await get(`Sec-Fetch-Site: ${site}`)).toMatchObject({ status: 200 })
  })

  test.each([...['cross-site', 'same-site', 'Same-Origin', 'cross-origin', 'null', 'x', '', '"none"']])(
    'another may not (%j)',
    async (site) => {
      expect(await get(`Sec-Fetch-Site: ${site}`)).toMatchObject({ status: 403 })
    },
  )

  test('an older browser is told from by the page that it comes from', async () => {
    expect(await get(`Referer: http://localhost:${front.port}/docs`)).toMatchObject({ status: 200 })
    expect(await get('Referer: https://app.example.com/page')).toMatchObject({ status: 200 })
    expect(await get('Referer: https://evil.example/page')).toMatchObject({ status: 403 })
    expect(await get(`Referer: https://evil.example/http://localhost:${front.port}/`)).toMatchObject({
      status: 403,
    })
  })
})

describe('as a form, which a page may send without being asked', () => {
  const FORM_TYPES = [
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'text/plain; charset=application/json',
    'text/plain;application/json',
    'Application/X-WWW-Form-Urlencoded',
    '',
  ]

  function post(type: string, path: string, body = '') {
    const lines = [
      ...[`POST ${path} HTTP/1.1`, `Host: localhost:${front.port}`, 'Connection: close'],
      ...[`Content-Type: ${type}`, `Content-Length: ${Buffer.byteLength(body)}`],
    ]
    return sendRaw(front.port, `${lines.join('\r\n')}\r\n\r\n${body}`)
  }

  test.each(FORM_TYPES)(
    'nothing is written, with its input in the address or in the body: %j',
    async (type) => {
      const inAddress = await post(type, '/v1/tasks/capture?text=written+by+a+form')
      const inBody = await post(type, '/v1/tasks/capture', '{"text":"written by a form"}')
      const both = await post(type, '/v1/tasks/capture?text=written+by+a+form', 'text=x')
      const overMcp = await post(type, '/mcp', '{"jsonrpc":"2.0","id":1,"method":"tools/list"}')
      for (const { status } of [inAddress, inBody, both]) expect(status).toBe(415)
      expect([400, 415]).toContain(overMcp.status)
      const found = await (await front.send('GET', '/v1/tasks?text=written')).json()
      expect(found).toMatchObject({ items: [] })
    },
  )

  test('a call without a body that says no type is a call', async () => {
    const response = await front.send('POST', '/v1/tasks/capture?text=by+a+program')
    expect(response.status).toBe(200)
  })
})
