/** What is no proper request, or no text, is refused with what is wrong: nothing is guessed, and nothing is read as something else. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cases } from '../../support/form.ts'
import { openFront, type RawAnswer, sendRaw, sendRawAndEnd, type TestFront } from '../../support/front.ts'

let front: TestFront

beforeAll(async () => {
  front = await openFront()
})
afterAll(() => front.close())

const JSON_TYPE = 'Content-Type: application/json'

/** One request with these header lines, and then these bytes. */
function post(path: string, headers: readonly string[], body: string | Uint8Array = ''): Promise<RawAnswer> {
  const lines = [`POST ${path} HTTP/1.1`, `Host: 127.0.0.1:${front.port}`, 'Connection: close', ...headers]
  return sendRaw(front.port, Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), Buffer.from(body)]))
}

function postBytes(path: string, body: Uint8Array, type = JSON_TYPE): Promise<RawAnswer> {
  return post(path, [type, `Content-Length: ${body.byteLength}`], body)
}

const answersIn = ({ text }: RawAnswer) => text.split(/^HTTP\/1\.1 /m).length - 1

test('a GET with a body is refused: its filter would be left out without a word', async () => {
  const get = (headers: readonly string[], body: string) => {
    const lines = ['GET /v1/tasks HTTP/1.1', `Host: 127.0.0.1:${front.port}`, 'Connection: close', ...headers]
    return sendRaw(front.port, `${lines.join('\r\n')}\r\n\r\n${body}`)
  }
  const filter = '{"status":["done"]}'
  const chunked = `${filter.length.toString(16)}\r\n${filter}\r\n0\r\n\r\n`
  const answers = [
    await get([JSON_TYPE, `Content-Length: ${filter.length}`], filter),
    await get([JSON_TYPE, 'Transfer-Encoding: chunked'], chunked),
    await get(['Content-Length: 0'], ''),
    await get([], ''),
  ]
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 200, 200])
  expect(answers[0]?.text).toContain('A GET has no body, and this one does.')
})

describe('how long a request is', () => {
  const TASK = '{"text":"first"}'
  const HIDDEN = `GET /v1/whoami HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`

  test.each([
    ['two lengths', ['Content-Length: 16', 'Content-Length: 5']],
    ['two lengths in one', ['Content-Length: 16, 16']],
    ['a length and chunks', ['Content-Length: 16', 'Transfer-Encoding: chunked']],
    ['chunks and a length', ['Transfer-Encoding: chunked', 'Content-Length: 16']],
    ['chunks with a blank before the colon', ['Transfer-Encoding : chunked', 'Content-Length: 16']],
    ['chunks behind a tab', ['Transfer-Encoding:\tchunked', 'Content-Length: 16']],
    ['chunks in another case', ['Transfer-Encoding: cHuNkEd', 'Content-Length: 16']],
    ['chunks twice', ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked', 'Content-Length: 16']],
    ['chunks and not', ['Transfer-Encoding: chunked, identity', 'Content-Length: 16']],
    ['not and chunks', ['Transfer-Encoding: identity', 'Content-Length: 16']],
    ['an encoding that is none', ['Transfer-Encoding: xchunked']],
    ['chunks that are packed', ['Transfer-Encoding: gzip, chunked', 'Content-Length: 16']],
    ['chunks on a line that goes on', ['Transfer-Encoding:', ' chunked', 'Content-Length: 16']],
    ['a length with a sign', ['Content-Length: +16']],
    ['a length below nothing', ['Content-Length: -1']],
    ['a length in hexadecimal', ['Content-Length: 0x10']],
    ['a length with a point', ['Content-Length: 16.0']],
    ['a length in words', ['Content-Length: sixteen']],
    ['no length at all', ['Content-Length:']],
    ['a length beyond numbers', ['Content-Length: 99999999999999999999999']],
    ['a length behind a vertical tab', ['Content-Length: \u000b16']],
    ['a header name with a blank', ['Content Length: 16']],
    ['a header name with a NUL', ['X\u0000Y: z', 'Content-Length: 16']],
    ['a bare line feed in a header', ['X: y\nContent-Length: 16']],
    ['a bare carriage return in a header', ['X: y\rContent-Length: 16']],
  ])('is never guessed: %s', async (_, lines) => {
    const answer = await post('/v1/tasks/capture', [JSON_TYPE, ...lines], `${TASK}${HIDDEN}`)
    expect([400, 413, 415, 501]).toContain(answer.status)
    // What was hidden behind it is not answered as a request of its own.
    expect(answersIn(answer)).toBe(1)
    expect(answer.text).not.toContain('"scopes"')
  })

  test.each([
    ['a size that is none', 'x\r\nab\r\n0\r\n\r\n'],
    ['a size with a sign', '+2\r\n{}\r\n0\r\n\r\n'],
    ['a size beyond numbers', 'fffffffffffffffff\r\n{}\r\n0\r\n\r\n'],
    ['less than its size', '2\r\n{\r\n0\r\n\r\n'],
    ['more than its size', '1\r\n{}\r\n0\r\n\r\n'],
    ['a size that ends in a bare line feed', '2\n{}\n0\n\n'],
  ])('chunks are whole: %s', async (_, chunks) => {
    const head = ['POST /v1/tasks/capture?text=x HTTP/1.1', `Host: 127.0.0.1:${front.port}`, JSON_TYPE]
    const bytes = `${[...head, 'Transfer-Encoding: chunked', ''].join('\r\n')}\r\n${chunks}`
    const answer = await sendRawAndEnd(front.port, bytes)
    expect([400, 413]).toContain(answer.status)
  })
})

describe('a header', () => {
  test.each([
    ['that is long', ['X: '.padEnd(20_000, 'x')], 413],
    ['of a thousand', Array.from({ length: 1_000 }, (_, index) => `X-${index}: ${'y'.repeat(20)}`), 413],
    ['with a line break in its value', ['X-Request-Id: a\r\n\tb'], 400],
    ['without a name', [': x'], 400],
    ['without a colon', ['x'], 400],
  ])('%s is refused', async (_, lines, status) => {
    expect((await post('/v1/tasks/capture', lines as string[])).status).toBe(status)
  })

  test('that is shown again holds nothing of a caller but what an id may hold', async () => {
    const strange = await post('/v1/tasks/capture', ['X-Request-Id: <b>a</b>', 'Content-Length: 0'])
    expect(strange.text).not.toContain('<b>')
    const fine = await post('/v1/tasks/capture', ['X-Request-Id: run-7.a:b', 'Content-Length: 0'])
    expect(fine.text).toMatch(/^x-request-id: run-7\.a:b\r$/im)
  })
})

describe('a body', () => {
  const DEEP = 200_000

  test.each([
    ['packed small and large inside', gzipSync(Buffer.alloc(10_000_000)), ['Content-Encoding: gzip'], 415],
    ['that says it is packed by several', '{}', ['Content-Encoding: identity, gzip'], 415],
    ['of lists in lists', '['.repeat(DEEP), [], 400],
    ['of objects in objects', '{"a":'.repeat(DEEP), [], 400],
    ['of a whole nest', `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`, [], 400],
    ['whose nest is in a field', `{"text":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`, [], 400],
    ['that reaches for the prototype', '{"text":"x","__proto__":{"admin":true}}', [], 400],
    ['that reaches for the constructor', '{"text":"x","constructor":{"prototype":{"a":1}}}', [], 400],
    ['with a number beyond all', '{"text":1e999}', [], 400],
    ['that is a text', '"text"', [], 400],
    ['that is null', 'null', [], 400],
  ])('%s is refused, and the gateway goes on', async (_, body, headers, status) => {
    const bytes = Buffer.from(body)
    const lines = [JSON_TYPE, `Content-Length: ${bytes.length}`, ...headers]
    expect((await post('/v1/tasks/capture', lines, bytes)).status).toBe(status)
    expect(({} as Record<string, unknown>).admin).toBeUndefined()
    expect((await front.send('GET', '/healthz')).status).toBe(200)
  })
})

describe('text that is not UTF-8', () => {
  const around = (bytes: readonly number[]) =>
    Buffer.concat([Buffer.from('{"text":"caf'), Buffer.from(bytes), Buffer.from('"}')])

  const BROKEN: [string, number[]][] = [
    ['Latin-1', [0xe9]],
    ['half a character', [0xc3]],
    ['the end of a character alone', [0xa9]],
    ['a character in more bytes than it needs', [0xc0, 0x80]],
    ['half a surrogate pair', [0xed, 0xa0, 0x80]],
    ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
    ['a byte that never stands', [0xff]],
    ['behind a replacement character that was written', [0xef, 0xbf, 0xbd, 0xe9]],
  ]

  test.each(BROKEN)('in a body is refused with its place, over HTTP and MCP: %s', async (_, bytes) => {
    const place = 12 + (bytes.length > 3 && bytes[0] === 0xef ? 3 : 0)
    const overHttp = await postBytes('/v1/tasks/capture', around(bytes))
    expect(overHttp.status).toBe(400)
    expect(overHttp.text).toContain(`at byte ${place}`)
    const chunk = Buffer.concat([
      Buffer.from(`${around(bytes).length.toString(16)}\r\n`),
      around(bytes),
      Buffer.from('\r\n0\r\n\r\n'),
    ])
    expect((await post('/v1/tasks/capture', [JSON_TYPE, 'Transfer-Encoding: chunked'], chunk)).status).toBe(
      400,
    )
    const overMcp = await postBytes('/mcp', around(bytes))
    expect(overMcp.status).toBe(400)
    expect(overMcp.text).toContain(`at byte ${place}`)
  })

  test.each(['%FF', '%C3', '%A9', '%C0%80', '%ED%A0%80', 'caf%E9', '%F4%90%80%80', 'a%C3%28'])(
    'in an address is refused with what is wrong: %s',
    async (text) => {
      for (const path of [`/v1/tasks?text=${text}`, `/v1/tasks/${text}`, `/v1/tasks?${text}=1`]) {
        const response = await front.send('GET', path)
        expect(response.status).toBe(400)
        expect(await response.json()).toMatchObject({
          code: 'invalid_input',
          fix: expect.stringContaining('%C3%A9'),
        })
      }
    },
  )

  test('and what is written in UTF-8 is read as it stands, without a mark at its beginning', async () => {
    const title = 'café 東京 🎉 \uFFFD'
    const marked = Buffer.concat([
      Buffer.from([0xef, 0xbb, 0xbf]),
      Buffer.from(JSON.stringify({ tasks: [{ title }] })),
    ])
    expect((await postBytes('/v1/tasks', marked)).status).toBe(200)
    const encoded = await front.send('GET', `/v1/tasks?text=${encodeURIComponent('東京')}`)
    expect(await encoded.json()).toMatchObject({ items: [{ title }] })
  })
})

test.each(['utf8', 'latin1'] as const)(
  'raw letters in an address are refused, saying how to write them (%s)',
  async (encoding) => {
    const head = `Host: 127.0.0.1:${front.port}\r\nConnection: close\r\n\r\n`
    // As curl sends what was typed.
    const { status, text } = await sendRaw(
      front.port,
      Buffer.from(`GET /v1/tasks?text=café HTTP/1.1\r\n${head}`, encoding),
    )
    expect(status).toBe(400)
    expect(text).toContain('--data-urlencode')
  },
)

test('many who send slowly keep nobody else out', async () => {
  const count = cases(300, 3_500)
  const sockets = await Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(front.port, '127.0.0.1').on('error', () => undefined)
      await once(socket, 'connect')
      socket.write('POST /v1/tasks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\nX-')
      return socket
    }),
  )
  expect((await front.send('GET', '/v1/whoami')).status).toBe(200)
  for (const socket of sockets) socket.destroy()
})

test('whatever bytes come, each is answered with a refusal or not at all, and the gateway continues', async () => {
  const line = fc.constantFrom(
    'GET /v1/tasks HTTP/1.1',
    'POST /v1/tasks HTTP/1.1',
    'POST /mcp HTTP/1.1',
    'GET / HTTP/9.9',
    '',
  )
  const headers = fc.array(
    fc.constantFrom(
      'Host: x',
      'Host: 127.0.0.1',
      JSON_TYPE,
      'Content-Length: 4',
      'Transfer-Encoding: chunked',
      'Expect: 100-continue',
      'Upgrade: h2c',
      'Connection: upgrade, close',
      'Cookie: a=b',
    ),
    { maxLength: 5 },
  )
  await fc.assert(
    fc.asyncProperty(line, headers, fc.uint8Array({ maxLength: 40 }), async (start, lines, body) => {
      const head = Buffer.from(`${[start, ...lines].join('\r\n')}\r\n\r\n`)
      const { status } = await sendRawAndEnd(front.port, Buffer.concat([head, body]))
      expect(status === 0 || (status >= 400 && status < 500) || start.startsWith('GET / ')).toBe(true)
    }),
    { numRuns: cases(40, 2_000) },
  )
  expect((await front.send('GET', '/healthz')).status).toBe(200)
})
