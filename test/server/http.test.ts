/** Operations as routes: what goes in, what comes out, and every way in which it can be refused. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ERROR_KINDS } from '../../src/core/errors.ts'
import { BODY_MAX_BYTES } from '../../src/server/http/body.ts'
import { FAILURE_RETRY_MS, openApp } from '../support/http-app.ts'
import { personNamed } from '../support/world/fixture-operations.ts'

const { app, send, fixture } = openApp()

async function problemOf(response: Response | Promise<Response>) {
  const answer = await response
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  return (await answer.json()) as Record<string, unknown>
}

async function gotOf(response: Response | Promise<Response>): Promise<unknown> {
  const answer = await response
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('application/json')
  return ((await answer.json()) as { got: unknown }).got
}

describe('input', () => {
  test('comes from path and query in the types of the schema', async () => {
    expect(await gotOf(send('GET', '/v1/things/a%20b?count=3&tags=x,y&tags=z&due=null'))).toEqual({
      thingId: 'a b',
      count: 3,
      tags: ['x', 'y', 'z'],
      due: null,
    })
  })

  test('comes from path and JSON body, which may say the same', async () => {
    const body = { thingId: 'a', count: 1, due: { date: '2026-01-02' } }
    expect(await gotOf(send('PATCH', '/v1/things/a?count=1', body))).toEqual(body)
  })

  test.each([
    ['path and body', 'PATCH', '/v1/things/a', { thingId: 'other' }, 'thingId'],
    ['path and query', 'GET', '/v1/things/a?thingId=other', undefined, 'thingId'],
    ['query and body', 'PATCH', '/v1/things/a?count=1', { count: 2 }, 'count'],
    ['the query twice', 'GET', '/v1/things/a?count=1&count=2', undefined, 'count'],
  ])('that differs in %s is refused: none of them is dropped without a word', async (...given) => {
    const [_where, method, path, body, field] = given
    expect(await problemOf(send(method, path, body))).toMatchObject({
      status: 400,
      issues: [{ path: field }],
    })
  })

  test('may do without a body', async () => {
    expect(await gotOf(send('PATCH', '/v1/things/a'))).toEqual({ thingId: 'a' })
  })

  test('may be of any JSON media type', async () => {
    const headers = { 'content-type': 'application/vnd.api+json; charset=utf-8' }
    expect(await gotOf(send('PATCH', '/v1/things/a', { count: 1 }, headers))).toMatchObject({ count: 1 })
  })

  test('is refused by the names of unknown fields, in query and body alike', async () => {
    for (const response of [
      send('GET', '/v1/things/a?cuont=1'),
      send('PATCH', '/v1/things/a', { cuont: 1 }),
    ]) {
      expect(await problemOf(response)).toMatchObject({
        status: 400,
        code: 'invalid_input',
        issues: [{ path: 'cuont', message: 'unknown field; the nearest is count' }],
      })
    }
  })

  test('is refused with the field that is wrong', async () => {
    const problem = await problemOf(send('GET', '/v1/things/a?count=many'))
    expect(problem).toMatchObject({ code: 'invalid_input', issues: [{ path: 'count' }] })
  })

  test('reaches the literal route beside one with a parameter', async () => {
    expect(await gotOf(send('GET', '/v1/things/special'))).toBe('special')
  })

  test('never breaks the door, whatever query and path', async () => {
    await fc.assert(
      fc.asyncProperty(fc.webQueryParameters(), fc.webSegment(), async (query, segment) => {
        const response = await send('GET', `/v1/things/${segment}x?${query}`)
        expect([200, 400]).toContain(response.status)
      }),
    )
  })
})

describe('a destroying operation', () => {
  test('asks for confirmation, and takes it from the query of a DELETE', async () => {
    expect(await problemOf(send('DELETE', '/v1/things/a'))).toMatchObject({
      status: 428,
      code: 'confirmation_required',
    })
    expect(await gotOf(send('DELETE', '/v1/things/a?confirm=true'))).toMatchObject({ thingId: 'a' })
  })
})

describe('a body', () => {
  const post = (body: string, headers: Record<string, string>) =>
    app.request('/v1/notes', { method: 'POST', body, headers })
  const json = { 'content-type': 'application/json' }

  test('that is not JSON is refused with the place where it breaks', async () => {
    expect(await problemOf(post('{\n  "title": milk\n}', json))).toMatchObject({
      status: 400,
      code: 'invalid_input',
      detail: expect.stringContaining('line 2, column 12'),
      fix: expect.any(String),
    })
  })

  test.each(['[]', '"text"', '12', 'null'])('that is %s is refused: an object is needed', async (body) => {
    expect(await problemOf(post(body, json))).toMatchObject({ status: 400, code: 'invalid_input' })
  })

  test.each([
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['plain text', { 'content-type': 'text/plain' }],
    ['compressed', { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
  ])('that is %s is refused', async (_what, headers) => {
    expect(await problemOf(post('{"title":"milk"}', headers))).toMatchObject({
      status: 415,
      code: 'unsupported_media_type',
    })
  })

  test('of the largest size is read; one byte more is refused, with its length announced or not', async () => {
    const wrapped = (bytes: number) => JSON.stringify({ title: 'x'.repeat(bytes - '{"title":""}'.length) })
    const tooLong = await problemOf(post(wrapped(BODY_MAX_BYTES), json))
    expect(tooLong).toMatchObject({ code: 'invalid_input', issues: [{ path: 'title' }] })
    const large = wrapped(BODY_MAX_BYTES + 1)
    for (const headers of [json, { ...json, 'content-length': String(large.length) }]) {
      expect(await problemOf(post(large, headers))).toMatchObject({ status: 413, code: 'payload_too_large' })
    }
  })
})

describe('idempotency', () => {
  test('a write repeated with its key is answered from the first, and says so', async () => {
    const headers = { 'idempotency-key': 'once' }
    const first = await send('POST', '/v1/notes', { title: 'milk' }, headers)
    const second = await send('POST', '/v1/notes', { title: 'milk' }, headers)
    expect(first.headers.get('idempotency-replayed')).toBeNull()
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect(await second.text()).toBe(await first.text())
  })

  test('the key with another input is refused', async () => {
    await send('POST', '/v1/notes', { title: 'one' }, { 'idempotency-key': 'k' })
    const other = send('POST', '/v1/notes', { title: 'two' }, { 'idempotency-key': 'k' })
    expect(await problemOf(other)).toMatchObject({ status: 422, code: 'idempotency_mismatch' })
  })

  test('an empty key is refused', async () => {
    const empty = send('POST', '/v1/notes', { title: 'one' }, { 'idempotency-key': '' })
    expect(await problemOf(empty)).toMatchObject({ status: 400, code: 'invalid_input' })
  })
})

describe('an error', () => {
  test.each(Object.entries(ERROR_KINDS))('%s has the status and title of the table', async (code, kind) => {
    const response = await send('POST', '/v1/failures', { code }, { 'x-request-id': 'mine-1' })
    expect(response.status).toBe(kind.httpStatus)
    expect(response.headers.get('retry-after')).toBe(String(Math.ceil(FAILURE_RETRY_MS / 1000)))
    expect(await problemOf(response)).toEqual({
      type: `urn:switchboard:problem:${code}`,
      title: kind.title,
      status: kind.httpStatus,
      detail: `It is ${code}.`,
      code,
      fix: 'Do otherwise.',
      retryAfterMs: FAILURE_RETRY_MS,
      issues: [{ path: 'code', message: 'as asked' }],
      requestId: 'mine-1',
    })
  })

  test('that nobody foresaw is internal, says nothing of itself, and is logged with its request id', async () => {
    const response = await send('POST', '/v1/probe/fail', {}, { 'x-request-id': 'find-me' })
    const text = await response.clone().text()
    expect(await problemOf(response)).toMatchObject({ status: 500, code: 'internal', requestId: 'find-me' })
    expect(text).not.toContain('hunter2')
    const logged = fixture.logged.filter(({ level }) => level === 'error')
    expect(logged.at(-1)?.fields).toMatchObject({ requestId: 'find-me' })
  })

  test('of scope is forbidden', async () => {
    const reader = openApp({}, personNamed('ada', ['tasks:read']))
    expect(await problemOf(reader.send('POST', '/v1/notes', { title: 'x' }))).toMatchObject({
      status: 403,
      code: 'forbidden',
    })
  })
})
