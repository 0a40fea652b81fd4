/** The names and shapes over HTTP that clients rely on, with the product's operations on a real database. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { operations } from '../../src/tools/registry.ts'
import { openApp, type TestApp } from '../support/http-app.ts'
import { openTestGateway, type TestGateway } from '../support/world/database.ts'

let gateway: TestGateway
let app: TestApp

beforeAll(async () => {
  gateway = await openTestGateway({ operations })
  app = openApp({ gateway })
})
afterAll(() => gateway.close())

async function ok(method: string, path: string, body?: unknown, headers?: Record<string, string>) {
  const response = await app.send(method, path, body, headers)
  expect(response.status, await response.clone().text()).toBe(200)
  // What the test goes on to look at.
  return (await response.json()) as Record<string, never>
}

async function createTask(title: string): Promise<string> {
  const { results } = (await ok('POST', '/v1/tasks', { tasks: [{ title }] })) as unknown as {
    results: { ok: boolean; task: { id: string } }[]
  }
  expect(results[0]?.ok).toBe(true)
  return results[0]?.task.id ?? ''
}

test('a task is created, read, listed by query words, completed and found again', async () => {
  const taskId = await createTask('Call Ana')
  expect(await ok('GET', `/v1/tasks/${taskId}`)).toMatchObject({ task: { id: taskId, title: 'Call Ana' } })
  expect(await ok('GET', '/v1/tasks?status=open,in_progress&limit=5&text=ana')).toMatchObject({
    items: [{ id: taskId }],
    nextCursor: null,
  })
  expect(await ok('POST', '/v1/tasks/complete', { taskIds: [taskId] })).toMatchObject({
    results: [{ ok: true }],
  })
  expect(await ok('GET', '/v1/tasks?status=done')).toMatchObject({ items: [{ id: taskId }] })
})

test('pages follow each other by cursor', async () => {
  for (const title of ['one', 'two', 'three']) await createTask(title)
  const first = (await ok('GET', '/v1/tasks?limit=2')) as unknown as { items: unknown[]; nextCursor: string }
  expect(first.items).toHaveLength(2)
  const next = await ok('GET', `/v1/tasks?limit=2&cursor=${encodeURIComponent(first.nextCursor)}`)
  expect(next.items).not.toEqual(first.items)
})

test('a preview of a capture creates nothing; a repeated write creates once', async () => {
  const preview = await ok('POST', '/v1/tasks/capture', { text: 'Water the plants tomorrow', preview: true })
  expect(JSON.stringify(preview)).toContain('Water the plants')
  const headers = { 'idempotency-key': 'plants' }
  for (const _attempt of [1, 2]) {
    await ok('POST', '/v1/tasks', { tasks: [{ title: 'Water the plants' }] }, headers)
  }
  expect(await ok('GET', '/v1/tasks?text=plants')).toMatchObject({ items: [{ title: 'Water the plants' }] })
})

test('a null in a PATCH clears, and what is left out stays', async () => {
  const taskId = await createTask('Paint the fence')
  await ok('PATCH', `/v1/tasks/${taskId}`, { notes: 'green', minutes: 90 })
  expect(await ok('PATCH', `/v1/tasks/${taskId}`, { minutes: null })).toMatchObject({
    task: { notes: 'green', minutes: null },
  })
})

test('projects and whoami are where clients look for them', async () => {
  expect(await ok('POST', '/v1/projects', { name: 'Kitchen' })).toMatchObject({
    project: { name: 'Kitchen' },
  })
  expect(JSON.stringify(await ok('GET', '/v1/whoami'))).toContain('local')
})

test("another person's task looks like one that is not there", async () => {
  const taskId = await createTask('Mine')
  const other = openApp({ gateway }, { kind: 'person', id: 'eve', personId: 'eve', scopes: ['admin'] })
  const theirs = await other.send('GET', `/v1/tasks/${taskId}`)
  const missing = await other.send('GET', '/v1/tasks/task_01h455vb4pex5vsknk084sn02q')
  expect([theirs.status, missing.status]).toEqual([404, 404])
  const shape = async (response: Response) => {
    const { requestId, detail, ...rest } = (await response.json()) as Record<string, unknown>
    return rest
  }
  expect(await shape(theirs)).toEqual(await shape(missing))
})
