/** Runs through MCP: as tasks to clients that follow them, as resources, and as progress to those that wait. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { LOCAL_PERSON } from '../../../src/core/operation/actor.ts'
import { askApproval } from '../../../src/domain/runs/approvals/approvals.ts'
import type { Hold } from '../../../src/domain/runs/hold/hold-run.ts'
import { finishModelStep, type PlannedTool } from '../../../src/domain/runs/steps/model-steps.ts'
import { waitToolStep } from '../../../src/domain/runs/steps/tool-steps.ts'
import { operations } from '../../../src/tools/registry.ts'
import { connectModern, connectSession, type McpService, openMcp } from '../../support/mcp-clients.ts'
import { FOLLOWS, post, send } from '../../support/mcp-raw.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'
import { createRunDesk, type RunDesk } from '../../support/world/run-desk.ts'
import { SOME_MODEL } from '../../support/world/some-model.ts'

let gateway: TestGateway
let service: McpService
let desk: RunDesk
let runId: string

beforeAll(async () => {
  gateway = await openTestGateway({ operations, models: SOME_MODEL })
  desk = createRunDesk(gateway)
  service = await openMcp(gateway, {
    actorOf: ({ headers }) =>
      headers.has('x-other') ? { ...LOCAL_PERSON, id: 'other', personId: 'other' } : LOCAL_PERSON,
  })
})
afterAll(async () => {
  await service.close()
  await gateway.close()
})
beforeEach(async () => {
  runId = String((await start()).taskId)
})

const START = { agent: 'assistant', goal: 'Plan my day' }

async function start(capabilities?: object) {
  const params = { name: 'runs_start', arguments: START }
  return (await send(service.url, 'tools/call', params, capabilities ? { capabilities } : {})).result
}

const look = async (capabilities?: object) =>
  (await send(service.url, 'tasks/get', { taskId: runId }, capabilities ? { capabilities } : {})).result

const update = (inputResponses: object) =>
  send(service.url, 'tasks/update', { taskId: runId, inputResponses })

const stateOf = async (id: string) => {
  const { state, reason } = await desk.run(id)
  return `${state}/${reason}`
}

const QUESTION = { callId: 'a', name: 'ask_person', input: { question: 'Which month?' }, operation: null }
const EMPTY = {
  callId: 'b',
  name: 'tasks_empty_trash',
  input: { confirm: true },
  operation: 'tasks.empty_trash',
}

/** The run's model asks for these calls. */
async function plan(held: Hold, tools: readonly PlannedTool[]) {
  const step = await desk.begin(held)
  const outcome = { step, state: 'done', result: { content: [] }, usage: null, tools } as const
  await desk.write((writes) =>
    finishModelStep(writes, held, { ...outcome, spent: { usdMicros: 0, tokens: 0 } }),
  )
  return (await desk.steps(held.runId)).filter(({ state }) => state === 'planned').map(({ id }) => id)
}

/** The run waits for an answer to a question. */
async function ask(id: string): Promise<string> {
  const held = await desk.hold(id)
  const [stepId = ''] = await plan(held, [QUESTION])
  await desk.write((writes) => waitToolStep(writes, held, { stepId }))
  await desk.release(held, { reason: 'input' })
  return `${id}/${stepId}`
}

/** The run waits for a decision. */
async function wantApproval(id: string): Promise<string> {
  const held = await desk.hold(id)
  const [stepId = ''] = await plan(held, [EMPTY])
  const call = {
    operation: 'tasks.empty_trash',
    effect: 'destroy',
    input: EMPTY.input,
    why: 'destroys',
  } as const
  const approvalId = await desk.write((writes) => askApproval(writes, held, { stepId, call }))
  await desk.release(held, { reason: 'approval' })
  return approvalId
}

describe('a run as a task', () => {
  test('is what runs_start answers a client that follows tasks; others get the run', async () => {
    expect(await start()).toMatchObject({ resultType: 'task', status: 'working', ttlMs: null })
    expect(await look()).toMatchObject({
      taskId: runId,
      status: 'working',
      statusMessage: 'queued (started)',
    })
    expect(await start({})).toMatchObject({ structuredContent: { run: { state: 'queued' } } })
  })

  test('of somebody else is not there', async () => {
    const headers = { 'x-other': 'yes' }
    const { error } = await send(service.url, 'tasks/get', { taskId: runId }, { headers })
    expect(error.code).toBe(-32602)
  })

  test('asks its question as a form, and continues with what was filled in', async () => {
    const key = await ask(runId)
    expect(await look()).toMatchObject({
      status: 'input_required',
      inputRequests: { [key]: { params: { message: 'assistant asks: Which month?' } } },
    })
    await update({ [key]: { action: 'accept', content: { answer: 'March' } } })
    expect(await stateOf(runId)).toBe('queued/resumed')
    expect((await desk.steps(runId)).at(-1)).toMatchObject({ state: 'done', result: { text: 'March' } })
    expect(await look()).toMatchObject({ status: 'working' })
  })

  test('names its question in words to a client that shows no forms', async () => {
    const key = await ask(runId)
    const detail = await look(FOLLOWS)
    expect(detail.status).toBe('working')
    expect(detail.statusMessage).toBe(`waiting (input)\n${key}: assistant asks: Which month?`)
  })

  test.each([
    [{ action: 'accept', content: { decision: 'approve' } }, 'approved'],
    [{ action: 'accept', content: { decision: 'reject' } }, 'rejected'],
    [{ action: 'decline' }, 'rejected'],
  ])('shows the exact call that waits for a decision; %j: %s', async (answer, state) => {
    const approvalId = await wantApproval(runId)
    const detail = JSON.stringify((await look()).inputRequests)
    expect(detail).toContain('tasks.empty_trash')
    expect(detail).toContain(JSON.stringify('{\n  "confirm": true\n}').slice(1, -1))
    await update({ [approvalId]: answer })
    const { approval } = await approvalNamed(approvalId)
    expect(approval).toMatchObject({ state, decidedBy: 'local' })
    expect(await stateOf(runId)).toBe('queued/resumed')
  })

  test('takes no decision from an invalid answer', async () => {
    const approvalId = await wantApproval(runId)
    const { error } = await update({ [approvalId]: { action: 'accept', content: { decision: 'perhaps' } } })
    expect(error.code).toBe(-32602)
    expect((await approvalNamed(approvalId)).approval.state).toBe('pending')
  })

  test('asks what those that it delegated to ask', async () => {
    const held = await desk.hold(runId)
    const { child } = await desk.delegate(held)
    await desk.release(held, { reason: 'children' })
    expect(await look()).toMatchObject({ status: 'working' })
    const key = await ask(child.id)
    expect(Object.keys((await look()).inputRequests ?? {})).toEqual([key])
    await update({ [key]: { action: 'accept', content: { answer: 'March' } } })
    expect(await stateOf(child.id)).toBe('queued/resumed')
  })

  test.each(['succeeded', 'failed'] as const)('that %s is completed with its result', async (state) => {
    await desk.finish(await desk.hold(runId), state)
    expect(await look()).toMatchObject({
      status: 'completed',
      result: {
        structuredContent: { runId, state, summary: 'Done.' },
        ...(state === 'failed' ? { isError: true } : {}),
      },
    })
  })

  test('is cancelled with tasks/cancel, and acknowledged again after that', async () => {
    for (const _time of ['first', 'second']) {
      const { result } = await send(service.url, 'tasks/cancel', { taskId: runId })
      expect(result).toMatchObject({ resultType: 'complete' })
    }
    expect(await look()).toMatchObject({ status: 'cancelled' })
  })

  async function approvalNamed(approvalId: string) {
    const found = operations.find(({ name }) => name === 'approvals.get')
    if (!found) throw new Error('no approvals.get')
    const { output } = await gateway.invoke(found, { approvalId }, gateway.as())
    return output as { approval: { state: string } }
  }
})

const ERAS = [
  ['a 2026 client', connectModern],
  ['a client with a session', connectSession],
] as const

describe.each(ERAS)('a run as a resource, to %s', (_name, connect) => {
  test('is read with its last events', async () => {
    const client = await connect(service.url)
    const { resourceTemplates } = await client.listResourceTemplates()
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toContain('run://{id}')
    const { resources } = await client.listResources()
    expect(resources).toContainEqual(expect.objectContaining({ uri: `run://${runId}`, title: START.goal }))
    const { contents } = await client.readResource({ uri: `run://${runId}` })
    const [{ text = '' } = {}] = contents as { text?: string }[]
    expect(JSON.parse(text)).toMatchObject({
      run: { id: runId, state: 'queued' },
      events: [{ position: 1, type: 'run.created' }],
    })
    await client.close()
  })
})

describe('word of a run', () => {
  test('reaches a session that subscribed to it', async () => {
    const client = await connectSession(service.url)
    const heard = new Promise((resolve) => {
      client.setNotificationHandler('notifications/resources/updated', ({ params }) => resolve(params.uri))
    })
    await client.subscribeResource({ uri: `run://${runId}` })
    await client.callTool({ name: 'runs_cancel', arguments: { runId } })
    expect(await heard).toBe(`run://${runId}`)
    await client.close()
  })

  test('reaches a 2026 client that listens, as a resource or as the task itself', async () => {
    const client = await connectModern(service.url)
    const heard = new Promise((resolve) => {
      client.setNotificationHandler('notifications/resources/updated', ({ params }) => resolve(params.uri))
    })
    const subscription = await client.listen({ resourceSubscriptions: [`run://${runId}`] })
    const stream = await post(service.url, 'subscriptions/listen', { notifications: { taskIds: [runId] } })
    const reader = (stream.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader()
    let told = ''
    async function readUntil(words: string): Promise<void> {
      while (!told.includes(words)) told += (await reader.read()).value ?? ''
    }
    await readUntil('queued (started)')
    await client.callTool({ name: 'runs_cancel', arguments: { runId } })
    expect(await heard).toBe(`run://${runId}`)
    await readUntil('"cancelled"')
    expect(told.match(/"method":"[^"]+"/g)).toEqual([
      '"method":"notifications/subscriptions/acknowledged"',
      '"method":"notifications/tasks"',
      '"method":"notifications/tasks"',
    ])
    await reader.cancel()
    await subscription.close()
    await client.close()
  })
})

test('a client that waits for a run hears how far it is', async () => {
  const client = await connectModern(service.url)
  const heard: unknown[] = []
  const progressed = new Promise<void>((resolve) => {
    const onprogress = (progress: object) => {
      heard.push(progress)
      resolve()
    }
    void client.callTool({ name: 'runs_wait', arguments: { runId, seconds: 60 } }, { onprogress }).then(
      () => client.close(),
      () => undefined,
    )
  })
  await progressed
  expect(heard).toEqual([{ progress: 1, message: 'queued (started) step 0' }])
  await send(service.url, 'tasks/cancel', { taskId: runId })
})
