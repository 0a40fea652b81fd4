/** The product's own list on a real database: what one client does, every other sees. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operations, prompts } from '../../../src/tools/registry.ts'
import { some } from '../../support/form.ts'
import {
  connectModern,
  connectOld,
  connectSession,
  type McpService,
  openMcp,
} from '../../support/mcp-clients.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

let gateway: TestGateway
let service: McpService

beforeAll(async () => {
  gateway = await openTestGateway({ operations })
  service = await openMcp({ ...gateway, prompts })
})
afterAll(async () => {
  await service.close()
  await gateway.close()
})

/** What these tests use of each official client. */
interface AnyClient {
  callTool(params: { name: string; arguments?: Record<string, unknown> }): Promise<Record<string, unknown>>
  readResource(params: { uri: string }): Promise<{ contents: unknown[] }>
  close(): Promise<void>
}

type Connect = (url: string) => Promise<AnyClient>

interface Task {
  readonly id: string
  readonly ref: string
  readonly title: string
  readonly status: string
}

describe.each<[string, Connect]>([
  ['a 2026 client', connectModern],
  ['a client with a session', connectSession],
  ['a client of the older SDK', connectOld as unknown as Connect],
])('%s', (name, connect) => {
  async function call<Output>(
    client: AnyClient,
    tool: string,
    input: Record<string, unknown>,
  ): Promise<Output> {
    const { structuredContent, isError, content } = await client.callTool({ name: tool, arguments: input })
    expect(isError ? content : undefined).toBeUndefined()
    return structuredContent as Output
  }

  test('creates, captures, lists, completes and finds tasks', async () => {
    const client = await connect(service.url)
    const title = `Written by ${name}`
    const { results } = await call<{ results: { ok: true; task: Task }[] }>(client, 'tasks_create', {
      tasks: [{ title, due: 'tomorrow', priority: 1 }],
    })
    const task = results[0]?.task
    expect(task).toMatchObject({ title, status: 'open' })
    const captured = await call<{ tasks: { title: string }[] }>(client, 'tasks_capture', {
      text: 'call Ana tomorrow 15m P1',
      preview: true,
    })
    expect(captured.tasks[0]?.title).toMatch(/call Ana/i)
    await call(client, 'tasks_complete', { taskIds: [task?.id] })
    const { items } = await call<{ items: Task[] }>(client, 'tasks_list', { text: title })
    expect(items).toMatchObject([{ id: task?.id, status: 'done' }])
    const { contents } = await client.readResource({ uri: `task://${task?.id}` })
    expect(JSON.stringify(contents)).toContain(title)
    await client.close()
  })
})

test('resources and completion find the operations that they call', async () => {
  const client = await connectSession(service.url)
  await client.callTool({ name: 'projects_create', arguments: { name: 'Kitchen' } })
  await client.callTool({
    name: 'tasks_create',
    arguments: { tasks: [{ title: 'Paint', labels: ['home'] }] },
  })
  const { resources } = await client.listResources()
  expect(resources.map(({ title }) => title)).toEqual(
    expect.arrayContaining(["Today's plan", 'Kitchen', 'Paint']),
  )
  for (const { uri } of resources) {
    expect((await client.readResource({ uri })).contents[0]).toMatchObject({ mimeType: 'application/json' })
  }
  const complete = async (argument: string, value: string) => {
    const ref = { type: 'ref/prompt' as const, name: 'capture' }
    return (await client.complete({ ref, argument: { name: argument, value } })).completion.values
  }
  expect(await complete('project', 'ki')).toEqual(['Kitchen'])
  expect(await complete('label', 'ho')).toEqual(['home'])
  await client.close()
})

test('a task that changes notifies the watchers of the task and of the plan', async () => {
  const client = await connectSession(service.url)
  const created = await client.callTool({
    name: 'tasks_create',
    arguments: { tasks: [{ title: 'Watched' }] },
  })
  const { results } = created.structuredContent as { results: { task: Task }[] }
  const task = results[0]?.task
  const uri = `task://${task?.id}`
  // As people name it.
  const byRef = `task://${task?.ref}`
  const told: string[] = []
  const both = new Promise<void>((resolve) => {
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
      if (told.push(params.uri) === 3) resolve()
    })
  })
  await client.subscribeResource({ uri })
  await client.subscribeResource({ uri: byRef })
  await client.subscribeResource({ uri: 'plan://today' })
  const [content] = (await client.readResource({ uri: byRef })).contents
  expect(content).toMatchObject({ uri: byRef, text: expect.stringContaining(`${task?.id}`) })
  await expect(client.subscribeResource({ uri: 'task://T-999' })).rejects.toThrow('There is no resource')
  const modern = await connectModern(service.url)
  const heard = new Promise<string>((resolve) => {
    modern.setNotificationHandler('notifications/resources/updated', ({ params }) => resolve(params.uri))
  })
  await modern.listen({ resourceSubscriptions: [byRef] })
  await client.callTool({ name: 'tasks_complete', arguments: { taskIds: [task?.id] } })
  await both
  expect(told).toEqual([uri, byRef, 'plan://today'])
  expect(await heard).toBe(byRef)
  await modern.close()
  await client.close()
})

test('what is only for people at their own screen is neither listed nor found nor reached', async () => {
  const client = await connectModern(`${service.url}?toolsets=all`)
  const names = (await client.listTools()).tools.map(({ name }) => name)
  const hidden = operations.filter(({ audience }) => audience !== 'everyone')
  expect(hidden.length).toBeGreaterThan(0)
  for (const { toolName } of some(hidden)) {
    expect(names).not.toContain(toolName)
    await expect(client.callTool({ name: toolName, arguments: {} })).rejects.toThrow('There is no tool')
  }
  await client.close()
})
