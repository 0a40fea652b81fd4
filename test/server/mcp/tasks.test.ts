/** Long tasks through MCP, as a client that declares the extension speaks it on the wire, and what others get instead. */
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { serveMcpStdio } from '../../../src/server/mcp/stdio.ts'
import { createJobs, type Jobs } from '../../conformance/fixture-jobs.ts'
import {
  connectModern,
  connectOld,
  connectSession,
  type McpService,
  openMcp,
  type Reply,
} from '../../support/mcp-clients.ts'
import { FOLLOWS, FOLLOWS_AND_ASKS, post, requestJson, send as sendTo, TASKS } from '../../support/mcp-raw.ts'
import { type Fixture, openFixture, personNamed } from '../../support/world/fixture-operations.ts'

const ACTORS: Readonly<Record<string, Actor>> = {
  owner: personNamed('owner'),
  other: personNamed('other'),
  starter: { kind: 'agent', id: 'starter', personId: 'owner', scopes: ['profile:read'] },
}

let jobs: Jobs
let fixture: Fixture
let service: McpService

beforeEach(async () => {
  jobs = createJobs()
  fixture = openFixture(jobs.operations)
  service = await openMcp(fixture.gateway, {
    actorOf: (request) => ACTORS[request.headers.get('x-actor') ?? ''] ?? personNamed('owner'),
  })
})
afterEach(() => service.close())

interface From {
  readonly capabilities?: object
  readonly actor?: string
  /** Added to the URL. */
  readonly query?: string
}

function sender({ capabilities = FOLLOWS_AND_ASKS, actor = 'owner' }: From) {
  return { capabilities, headers: { 'x-actor': actor } }
}

const send = (method: string, params: object, from: From = {}): Promise<Reply> =>
  sendTo(`${service.url}${from.query ?? ''}`, method, params, sender(from))

const call = (name: string, input: object, from?: From) =>
  send('tools/call', { name, arguments: input }, from)

const look = async (taskId: unknown, from?: From) => (await send('tasks/get', { taskId }, from)).result

async function start(name: string, input: object): Promise<string> {
  return String((await call(name, input)).result.taskId)
}

const SLOW = { seconds: 600, label: 'it' }

describe('a call that starts a long task', () => {
  test('is answered with the task, which can be looked at right away', async () => {
    const { result } = await call('slow_compute', SLOW)
    expect(result).toMatchObject({
      resultType: 'task',
      taskId: 'job_1',
      status: 'working',
      statusMessage: 'Computing.',
      ttlMs: null,
      pollIntervalMs: 1000,
    })
    expect(await look('job_1')).toMatchObject({ resultType: 'complete', taskId: 'job_1', status: 'working' })
  })

  test('starts it through call_operation too', async () => {
    const { result } = await call('call_operation', { name: 'slow.compute', input: SLOW })
    expect(result).toMatchObject({ resultType: 'task', taskId: 'job_1' })
  })

  test('has its plain answer for a client that does not follow tasks, of either era', async () => {
    const { result } = await call('slow_compute', SLOW, { capabilities: { elicitation: {} } })
    expect(result).toMatchObject({ resultType: 'complete', content: [{ text: 'Started job_1.' }] })
    for (const connect of [connectModern, connectSession, connectOld]) {
      const client = await connect(service.url)
      const { structuredContent } = await client.callTool({ name: 'slow_compute', arguments: SLOW })
      expect(structuredContent).toMatchObject({ job: { state: 'working' } })
      await client.close()
    }
  })

  test('has its plain answer where the caller may not look at what it starts', async () => {
    const blind = openFixture(jobs.operations.filter(({ name }) => name !== 'jobs.get'))
    await service.close()
    service = await openMcp(blind.gateway)
    const { result } = await call('slow_compute', SLOW)
    expect(result).toMatchObject({ resultType: 'complete', content: [{ text: 'Started job_1.' }] })
  })

  test('is refused as before when it may not be made at all', async () => {
    expect((await call('slow_compute', SLOW, { actor: 'starter' })).error.message).toContain('no tool')
    const { result } = await call('slow_compute', { seconds: 'many' })
    expect(result).toMatchObject({ isError: true, structuredContent: { error: { code: 'invalid_input' } } })
  })
})

describe('a task that ended', () => {
  test('brings the result as its tool gives it', async () => {
    const taskId = await start('slow_compute', SLOW)
    jobs.end(taskId, 'done')
    expect(await look(taskId)).toMatchObject({
      status: 'completed',
      result: {
        content: [{ type: 'text', text: 'Computed it.' }],
        structuredContent: { text: 'Computed it.' },
      },
    })
  })

  test('is completed with a result that says so when it failed', async () => {
    const taskId = await start('slow_compute', SLOW)
    jobs.end(taskId, 'failed')
    expect(await look(taskId)).toMatchObject({ status: 'completed', result: { isError: true } })
  })

  test('is failed, with an error and no result, when it broke', async () => {
    const detail = await look(await start('protocol_error_job', {}))
    expect(detail).toMatchObject({ status: 'failed', error: { code: -32603, message: 'Broke.' } })
    expect(detail).not.toHaveProperty('result')
  })
})

describe('a task that asks', () => {
  test('shows what it asks as forms, and continues once all of them are filled in', async () => {
    const taskId = await start('multi_input', {})
    const form = {
      method: 'elicitation/create',
      params: {
        mode: 'form',
        message: 'Go on with first_1?',
        requestedSchema: {
          type: 'object',
          properties: { confirm: { type: 'boolean' } },
          required: ['confirm'],
        },
      },
    }
    const asked = await look(taskId)
    expect(asked).toMatchObject({ status: 'input_required', inputRequests: { first_1: form } })
    expect(Object.keys(asked.inputRequests ?? {})).toEqual(['first_1', 'second_1'])
    const answers = { first_1: { action: 'accept', content: { confirm: true } } }
    const { result } = await send('tasks/update', { taskId, inputResponses: answers })
    expect(result).toMatchObject({ resultType: 'complete' })
    expect(result).not.toHaveProperty('status')
    expect(Object.keys((await look(taskId)).inputRequests ?? {})).toEqual(['second_1'])
    await send('tasks/update', { taskId, inputResponses: { second_1: { action: 'decline' } } })
    expect(await look(taskId)).toMatchObject({
      status: 'completed',
      result: { content: [{ text: 'Asked twice. {"confirm":true} declined' }] },
    })
  })

  test('passes over answers to what it does not ask, and forms that were only closed', async () => {
    const taskId = await start('confirm_delete', { filename: 'a.txt' })
    const inputResponses = {
      other: { action: 'accept', content: {} },
      delete_1: { action: 'cancel' },
    }
    expect((await send('tasks/update', { taskId, inputResponses })).result).toBeDefined()
    expect(await look(taskId)).toMatchObject({ status: 'input_required' })
  })

  test('says in words what it waits for to a client that shows no forms', async () => {
    const { result } = await call('confirm_delete', { filename: 'a.txt' }, { capabilities: FOLLOWS })
    expect(result).toMatchObject({ status: 'working', statusMessage: 'Waits for an answer.' })
    const detail = await look(result.taskId, { capabilities: FOLLOWS })
    expect(detail).toMatchObject({ status: 'working', statusMessage: 'Waits for an answer.' })
    expect(detail).not.toHaveProperty('inputRequests')
  })
})

describe('cancelling a task', () => {
  test('stops it, and is acknowledged as often as it is asked', async () => {
    const taskId = await start('slow_compute', SLOW)
    for (const _time of ['first', 'second']) {
      const { result } = await send('tasks/cancel', { taskId })
      expect(result).toMatchObject({ resultType: 'complete' })
      expect(result).not.toHaveProperty('status')
    }
    expect(await look(taskId)).toMatchObject({ status: 'cancelled' })
  })

  test('is refused to a client that asked for reading only', async () => {
    const taskId = await start('slow_compute', SLOW)
    const { error } = await send('tasks/cancel', { taskId }, { query: '?readonly=1' })
    expect(error.message).toContain('jobs.cancel')
    expect(await look(taskId, { query: '?readonly=1&toolsets=notes' })).toMatchObject({ status: 'working' })
  })
})

describe('who may follow a task', () => {
  const METHODS = ['tasks/get', 'tasks/update', 'tasks/cancel'] as const

  test.each(METHODS)('%s: only a client that declares the extension', async (method) => {
    const taskId = await start('slow_compute', SLOW)
    const { error } = await send(method, { taskId, inputResponses: {} }, { capabilities: {} })
    expect(error).toMatchObject({ code: -32021, data: { requiredCapabilities: FOLLOWS } })
  })

  test.each(METHODS)("%s: another person's task is as unknown as one that never was", async (method) => {
    const taskId = await start('slow_compute', SLOW)
    for (const [id, actor] of [
      [taskId, 'other'],
      ['job_99', 'owner'],
      ['nothing', 'owner'],
    ] as const) {
      const { error } = await send(method, { taskId: id, inputResponses: {} }, { actor })
      expect(error.code).toBe(-32602)
    }
    expect(await look(taskId)).toMatchObject({ status: 'working' })
  })

  test('is declared where the revision is discovered, and not to clients of 2025', async () => {
    const { result } = await send('server/discover', {})
    expect(result.capabilities).toMatchObject({ extensions: { [TASKS]: {} } })
    const client = await connectSession(service.url)
    expect(client.getServerCapabilities()).not.toHaveProperty('extensions')
    await client.close()
  })

  test('is nobody where no operation starts one', async () => {
    await service.close()
    service = await openMcp(openFixture().gateway)
    expect((await send('server/discover', {})).result.capabilities).not.toHaveProperty('extensions')
    expect((await send('tasks/get', { taskId: 'job_1' })).error.code).toBe(-32601)
  })
})

describe('word of tasks on a listening stream', () => {
  async function listen(notifications: object, capabilities: object = FOLLOWS_AND_ASKS) {
    const response = await post(service.url, 'subscriptions/listen', { notifications }, { capabilities })
    const reader = (response.body ?? new ReadableStream<Uint8Array>())
      .pipeThrough(new TextDecoderStream())
      .getReader()
    let read = ''
    return {
      response,
      /** The next message on the stream. */
      async next(): Promise<Message> {
        while (!read.includes('\n\n')) {
          const { value, done } = await reader.read()
          if (done) throw new Error('the stream has ended')
          read += value
        }
        const end = read.indexOf('\n\n')
        const frame = read.slice(0, end)
        read = read.slice(end + 2)
        return JSON.parse(frame.slice(frame.indexOf('data: ') + 'data: '.length)) as Message
      },
      close: () => reader.cancel(),
    }
  }

  interface Message {
    readonly method: string
    readonly params: Readonly<Record<string, unknown>>
  }

  test('says which it tells of, where they stand, and each change once', async () => {
    const taskId = await start('multi_input', {})
    const stream = await listen({ taskIds: [taskId, 'job_99', 'nothing'] })
    expect(await stream.next()).toMatchObject({
      method: 'notifications/subscriptions/acknowledged',
      params: { notifications: { taskIds: [taskId] } },
    })
    const first = await stream.next()
    expect(first).toMatchObject({
      method: 'notifications/tasks',
      params: { taskId, status: 'input_required' },
    })
    const { _meta: _subscription, ...told } = first.params
    expect(await look(taskId)).toMatchObject(told)
    fixture.publish({ uris: [`job://${taskId}`], spaceId: 'owner' })
    fixture.publish({ uris: [`job://${taskId}`], spaceId: 'somebody else' })
    await send('tasks/cancel', { taskId })
    expect(await stream.next()).toMatchObject({ params: { taskId, status: 'cancelled' } })
    await stream.close()
  })

  test('leaves resources as they are, and shows no task as one that did not ask for it', async () => {
    const taskId = await start('slow_compute', SLOW)
    const stream = await listen({ taskIds: [taskId], resourceSubscriptions: ['task://1'] })
    expect(await stream.next()).toMatchObject({
      params: { notifications: { resourceSubscriptions: ['task://1'], taskIds: [taskId] } },
    })
    expect(await stream.next()).toMatchObject({ method: 'notifications/tasks' })
    fixture.publish({ uris: ['task://1'], spaceId: 'owner' })
    expect(await stream.next()).toMatchObject({
      method: 'notifications/resources/updated',
      params: { uri: 'task://1' },
    })
    await stream.close()
  })

  test('is not given without the extension, and needs no task that is there', async () => {
    const refused = await listen({ taskIds: ['job_1'] }, {})
    expect(refused.response.status).toBe(400)
    const empty = await listen({ taskIds: ['job_99'] })
    expect(await empty.next()).toMatchObject({ params: { notifications: { taskIds: [] } } })
  })
})

test('a client on standard input and output follows tasks the same way', async () => {
  const stdin = new PassThrough()
  const stdout = new PassThrough({ encoding: 'utf8' })
  const server = serveMcpStdio(fixture.gateway, personNamed('owner'), { stdin, stdout })
  async function ask(method: string, params: object): Promise<Reply['result']> {
    stdin.write(`${requestJson(method, params, FOLLOWS)}\n`)
    const [line] = await once(stdout, 'data')
    return (JSON.parse(String(line)) as Reply).result
  }
  const started = await ask('tools/call', { name: 'slow_compute', arguments: SLOW })
  expect(started).toMatchObject({ resultType: 'task', taskId: 'job_1' })
  expect(await ask('tasks/get', { taskId: 'job_1' })).toMatchObject({ status: 'working' })
  await server.close()
})
