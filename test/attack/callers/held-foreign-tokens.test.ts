/** What one person was given to come back with opens nothing for another: cursors, keys of retries, sessions, consents, streams. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { operations } from '../../../src/tools/registry.ts'
import { connectSession, type Reply } from '../../support/mcp-clients.ts'
import { post } from '../../support/mcp-raw.ts'
import { type AnaAndBob, type Names, openAnaAndBob, operationNamed } from '../support/ana-and-bob.ts'
import { idFields, isGiven } from '../support/id-fields.ts'

let world: AnaAndBob
beforeAll(async () => {
  world = await openAnaAndBob()
  for (const name of ['ana', 'bob'] as const) await makeMore(name)
})
afterAll(() => world?.close())

/** Two of everything that is listed. */
async function makeMore(name: Names): Promise<void> {
  for (const index of [1, 2]) {
    await world.call(name, 'tasks.create', { tasks: [{ title: `${name} ${index}` }] })
    await world.call(name, 'projects.create', { name: `${name} ${index}` })
    await world.call(name, 'runs.start', { agent: 'assistant', goal: `${name} ${index}` })
    const scheduled = { agent: 'assistant', goal: `${name} ${index}`, when: 'every monday at 9' }
    await world.call(name, 'schedules.create', scheduled)
    await world.call(name, 'access.create_key', { label: `${name} ${index}`, scopes: ['tasks:read'] })
  }
}

const idsIn = (text: string) => text.match(/\b[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{25}\b/g) ?? []

const answerOf = async (name: Names, operation: Operation, input: object, headers = {}) =>
  (await world.send(name, operation, { ...input }, headers)).text()

describe('a cursor', () => {
  const isNeeded = (operation: Operation, [name]: readonly (string | 0)[]) =>
    operation.inputSchema.required?.includes(String(name)) ?? false

  const lists = operations.filter(
    (operation) =>
      'cursor' in operation.input.shape &&
      idFields(operation).every(({ path }) => !isNeeded(operation, path)),
  )

  it('places its holder in their own list, whosever list it was', async () => {
    const tried: string[] = []
    for (const operation of lists) {
      const page = JSON.parse(await answerOf('ana', operation, { limit: 1 })) as {
        nextCursor?: string | null
      }
      // Ana may have no more, or may not list it at all.
      if (!page.nextCursor) continue
      const next = await answerOf('bob', operation, { limit: 100, cursor: page.nextCursor })
      const own = await answerOf('bob', operation, { limit: 100 })
      expect((JSON.parse(own) as { items: unknown[] }).items.length).toBeGreaterThan(0)
      expect(idsIn(next).filter((id) => !own.includes(id))).toEqual([])
      tried.push(operation.area)
    }
    expect(tried).toEqual(expect.arrayContaining(['tasks', 'projects', 'runs', 'schedules', 'access']))
  })
})

describe('an idempotency key', () => {
  const makers = operations.filter(
    (operation) =>
      operation.repeat === 'keyed' &&
      idFields(operation).every(({ kind, path }) => kind === 'agent' || !isGiven(operation.example, path)),
  )

  it.each(makers.map((operation) => [operation.name, operation] as const))(
    'of %s brings nobody the answer of another',
    async (_name, operation) => {
      const headers = { 'idempotency-key': 'the-same-for-both' }
      const anas = await world.send('ana', operation, { ...operation.example }, headers)
      const bobs = await world.send('bob', operation, { ...operation.example }, headers)
      expect([anas.status, bobs.status]).not.toContain(500)
      const [anasText, bobsText] = [await anas.text(), await bobs.text()]
      // An error may repeat what both have sent.
      const sent = JSON.stringify(operation.example)
      expect(idsIn(anasText).filter((id) => bobsText.includes(id) && !sent.includes(id))).toEqual([])
      // And each gets their own again.
      const retried = await world.send('bob', operation, { ...operation.example }, headers)
      if (bobs.ok) expect(withoutSecret(await retried.text())).toBe(withoutSecret(bobsText))
    },
  )

  const withoutSecret = (text: string) =>
    text.replace(/"(secret|link|token|requestId)":("[^"]*"|null)/g, '"$1":null')
})

describe('a session', () => {
  async function initialize(): Promise<string> {
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'a', version: '1' },
    }
    const response = await inSession('ana', undefined, {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params,
    })
    await response.text()
    return response.headers.get('mcp-session-id') ?? ''
  }

  const inSession = (name: Names, session: string | undefined, body: object | undefined, method = 'POST') =>
    fetch(`${world.front.url}/mcp`, {
      method,
      headers: {
        authorization: `Bearer ${world.keys[name]}`,
        'content-type': 'application/json',
        accept: method === 'GET' ? 'text/event-stream' : 'application/json, text/event-stream',
        ...(session === undefined ? {} : { 'mcp-session-id': session }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })

  it('of another is unknown, to calls, to streams and to its end, and continues', async () => {
    const session = await initialize()
    const call = {
      jsonrpc: '2.0',
      id: 2,
      method: 'tools/call',
      params: { name: 'tasks_list', arguments: {} },
    }
    for (const [method, body] of [
      ['POST', call],
      ['GET', undefined],
      ['DELETE', undefined],
    ] as const) {
      const [theirs, nobodys] = await Promise.all(
        [session, `${session.slice(0, -6)}AAAAAA`].map(async (id) => {
          const response = await inSession('bob', id, body, method)
          return [response.status, await response.text()]
        }),
      )
      expect(theirs?.[0]).toBe(404)
      expect(theirs).toEqual(nobodys)
    }
    expect((await inSession('ana', session, call)).status).toBe(200)
  })
})

describe('what a person agreed to', () => {
  it('is nothing that another agreed to', async () => {
    const title = 'Bob keeps this in the trash'
    const created = await world.call('bob', 'tasks.create', { tasks: [{ title }] })
    const [{ task } = { task: { id: '' } }] = created.results as { task: { id: string } }[]
    await world.call('bob', 'tasks.delete', { taskIds: [task.id] })
    const params = { name: 'tasks_empty_trash', arguments: {} }
    const { result } = (await (await mcp('ana', 'tools/call', params)).json()) as Reply
    expect(result.resultType).toBe('input_required')
    const agreed = { inputResponses: { consent: { action: 'accept', content: {} } } }
    const taken = await mcp('bob', 'tools/call', { ...params, ...agreed, requestState: result.requestState })
    expect(((await taken.json()) as Reply).error).toMatchObject({ code: -32602 })
    expect(await answerOf('bob', operationNamed('tasks.list'), { trashed: true })).toContain(title)
  })
})

describe('who listens', () => {
  const title = (name: Names) => ({ taskId: taskOf(name), title: 'Changed' })
  const tasks: Partial<Record<Names, string>> = {}
  const taskOf = (name: Names) => tasks[name] ?? ''

  beforeAll(async () => {
    for (const name of ['ana', 'bob'] as const) {
      const created = await world.call(name, 'tasks.create', { tasks: [{ title: 'Watched' }] })
      tasks[name] = (created.results as { task: { id: string } }[])[0]?.task.id ?? ''
    }
  })

  it('to the tasks and runs of another hears of their own only', async () => {
    const uris = ['ana', 'bob'].map((name) => `task://${taskOf(name as Names)}`)
    const notifications = { resourceSubscriptions: uris, taskIds: [world.things.run] }
    const stream = await mcp('bob', 'subscriptions/listen', { notifications })
    const reader = (stream.body as ReadableStream<Uint8Array>)
      .pipeThrough(new TextDecoderStream())
      .getReader()
    let heard = (await reader.read()).value ?? ''
    expect(heard).toContain('"taskIds":[]')
    const [acknowledged] = heard.split('\n\n')
    await world.call('ana', 'tasks.update', title('ana'))
    await world.call('ana', 'runs.cancel', { runId: world.things.run })
    // What Bob himself changes comes after all that was to come before.
    await world.call('bob', 'tasks.update', title('bob'))
    while (!heard.includes('resources/updated')) heard += (await reader.read()).value ?? ''
    await reader.cancel()
    const told = heard.slice(acknowledged?.length ?? 0)
    expect(told).toContain(taskOf('bob'))
    expect(told).not.toContain(taskOf('ana'))
    expect(told).not.toContain('notifications/tasks')
  })

  it('in a session, too', async () => {
    const headers = { authorization: `Bearer ${world.keys.bob}` }
    const client = await connectSession(`${world.front.url}/mcp`, {}, headers)
    const heard: string[] = []
    const own = new Promise<void>((resolve) => {
      client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
        heard.push(params.uri)
        if (params.uri.includes(taskOf('bob'))) resolve()
      })
    })
    for (const name of ['ana', 'bob'] as const)
      await client.subscribeResource({ uri: `task://${taskOf(name)}` })
    await world.call('ana', 'tasks.update', title('ana'))
    await world.call('bob', 'tasks.update', title('bob'))
    await own
    expect(heard).toEqual([`task://${taskOf('bob')}`])
    await client.close()
  })
})

function mcp(name: Names, method: string, params: object): Promise<Response> {
  return post(`${world.front.url}/mcp`, method, params, {
    headers: { authorization: `Bearer ${world.keys[name]}` },
  })
}
