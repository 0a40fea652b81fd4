/** Each fault that the stand-in can be told to have. */
import { describe, expect, test } from 'vitest'
import { isLong } from '../../../support/form.ts'
import { ApiError } from '../../../support/todoist/api-error.ts'
import { start, todoist } from './start.ts'

const ADD = { type: 'item_add', args: { content: 'New' } }
const MINUTE_MS = 60_000

describe('a fault', () => {
  test('loses an answer after or before the call had its effect; the same uuid then does nothing more', async () => {
    const { ada, client } = await start()
    todoist.faults.loseAnswer('POST /sync', false)
    await expect(client.run('one', ADD)).rejects.toThrow()
    expect(ada.tasks()).toEqual([])
    todoist.faults.loseAnswer('POST /sync')
    await expect(client.run('one', ADD)).rejects.toThrow()
    expect(ada.tasks()).toHaveLength(1)
    await client.run('one', ADD)
    expect(ada.tasks()).toHaveLength(1)
  })

  test('cuts an answer in its middle, or delays it', async () => {
    const { ada, client, clock } = await start()
    todoist.faults.next('POST /sync', { kind: 'cut' }, { kind: 'slow', delayMs: MINUTE_MS })
    await expect(client.run('cut', ADD)).rejects.toThrow()
    let isAnswered = false
    const slow = client.run('slow', ADD).then(() => {
      isAnswered = true
    })
    while (ada.tasks().length < 2) await new Promise((resolve) => setImmediate(resolve))
    expect(isAnswered).toBe(false)
    clock.advance(MINUTE_MS)
    await slow
  })

  test('limits, is unavailable, or hangs', async () => {
    const { ada, client } = await start()
    todoist.faults.limit('POST /sync', 30)
    expect(await client.run('limited', ADD)).toMatchObject({
      status: 429,
      body: { error_code: 35, error_tag: 'LIMITS_REACHED', error_extra: { retry_after: 30 } },
    })
    todoist.faults.unavailable('POST /sync', { isDone: true })
    expect(await client.run('down', ADD)).toMatchObject({
      status: 503,
      body: expect.stringContaining('<html>'),
    })
    expect(ada.tasks()).toHaveLength(1)
    todoist.faults.hang('POST /sync')
    const signal = AbortSignal.timeout(100)
    const headers = { authorization: `Bearer ${ada.token}` }
    const hanging = fetch(`${todoist.url}/api/v1/sync`, { method: 'POST', body: '{}', headers, signal })
    await expect(hanging).rejects.toThrow()
  })

  test('storms until it is calmed, on one route or on all', async () => {
    const { client } = await start()
    todoist.faults.storm('*', { kind: 'limited', retryAfterSeconds: 5 })
    expect((await client.read()).status).toBe(429)
    expect((await client.get('/tasks')).status).toBe(429)
    todoist.faults.calm('*')
    expect((await client.read()).status).toBe(200)
  })

  test('fails one command of a batch', async () => {
    const { ada, client } = await start()
    const error = new ApiError(503, { message: 'Unavailable', code: 0, tag: 'SERVICE_UNAVAILABLE' })
    todoist.faults.failCommand('item_add', error)
    const { body } = await client.run('batch', ADD, ADD)
    expect(body.sync_status).toMatchObject({ 'batch-0': { http_code: 503 }, 'batch-1': 'ok' })
    expect(ada.tasks()).toHaveLength(1)
  })

  test('lags: a partial sync does not see what is new, and a full one is of an earlier time', async () => {
    const { ada, client } = await start()
    const before = (await client.read()).body.sync_token
    todoist.syncs.holdFullSync()
    ada.add('New')
    todoist.faults.lagReads()
    const lagging = (await client.read(before)).body
    expect(lagging).toMatchObject({ items: [], sync_token: before })
    const full = (await client.read()).body
    expect(full.items).toEqual([])
    expect((await client.read(full.sync_token)).body.items).toMatchObject([{ content: 'New' }])
    todoist.syncs.releaseFullSync()
    expect((await client.read()).body.items).toHaveLength(1)
  })

  test('forgets sync tokens: a full sync, or a refusal', async () => {
    const { client } = await start()
    const { sync_token } = (await client.read()).body
    todoist.syncs.expireTokens()
    expect((await client.read(sync_token)).body.full_sync).toBe(true)
    todoist.switches.unknownSyncToken = 'refused'
    expect((await client.read(sync_token)).status).toBe(400)
  })

  test('revokes a token', async () => {
    const { ada, client } = await start()
    todoist.revoke(ada.token)
    expect(await client.read()).toMatchObject({ status: 401, body: { http_code: 401 } })
  })
})

describe('a quota', () => {
  test.runIf(isLong)(
    'of 100 full syncs in 15 minutes says how long to wait, apart from the 1,000 partial ones',
    async () => {
      const { client, clock } = await start()
      const { sync_token } = (await client.read('*', ['user'])).body
      await Promise.all(Array.from({ length: 99 }, () => client.read('*', ['user'])))
      clock.advance(5 * MINUTE_MS)
      expect(await client.read()).toMatchObject({ status: 429, body: { error_extra: { retry_after: 600 } } })
      expect((await client.read(sync_token)).status).toBe(200)
      clock.advance(10 * MINUTE_MS)
      expect((await client.read()).status).toBe(200)
    },
  )
})

test.runIf(isLong)('a quota of 1,000 partial syncs in 15 minutes does not count full ones', async () => {
  const { client } = await start()
  const { sync_token } = (await client.read('*', ['user'])).body
  for (let count = 0; count < 1000; count += 1) await client.read(sync_token, ['user'])
  expect(await client.read(sync_token)).toMatchObject({
    status: 429,
    body: { error_extra: { retry_after: 900 } },
  })
  expect((await client.read()).status).toBe(200)
})

describe('a plan', () => {
  test('says how many tasks a project may hold', async () => {
    const { ada, client } = await start()
    for (let count = 0; count < 300; count += 1) ada.add(`Task ${count}`)
    expect(await client.post('/tasks', { content: 'One more' })).toMatchObject({
      status: 403,
      body: { error_code: 49, error_tag: 'MAX_ITEMS_LIMIT_REACHED', error_extra: { max_count: 300 } },
    })
    ada.plan = 'free'
    for (let count = 0; count < 5; count += 1) ada.addProject(`Project ${count}`)
    expect((await client.post('/projects', { name: 'Sixth' })).body).toMatchObject({ error_code: 49 })
  })
})
