/** A short reference (`T-12`) stands for the id at every door, and for what cannot be reached it says what was typed. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { newId } from '../../src/core/operation/ids.ts'
import { completeTasks } from '../../src/tools/tasks/complete-tasks.ts'
import { createTyping } from '../cli/typing.ts'
import { openFront, type TestFront } from '../support/front.ts'
import { connectModern, connectOld } from '../support/mcp-clients.ts'
import { SOME_MODEL } from '../support/world/some-model.ts'

interface Named {
  readonly id: string
  readonly ref: string
}

let front: TestFront
beforeAll(async () => {
  front = await openFront({}, { models: SOME_MODEL })
})
afterAll(() => front?.close())

async function ok<Answer>(method: string, path: string, body?: object, headers?: Record<string, string>) {
  const response = await front.send(method, path, body, headers)
  expect(response.status, await response.clone().text()).toBe(200)
  return (await response.json()) as Answer
}

async function addTask(title: string, more: object = {}): Promise<Named> {
  const { results } = await ok<{ results: { task: Named }[] }>('POST', '/v1/tasks', {
    tasks: [{ title, ...more }],
  })
  return results[0]?.task ?? { id: '', ref: '' }
}

describe('over HTTP a reference is taken', () => {
  test.each([
    ['as it is shown', (ref: string) => ref],
    ['in lower case', (ref: string) => ref.toLowerCase()],
    ['without its hyphen', (ref: string) => ref.replace('-', '')],
    ['as a bare number', (ref: string) => ref.slice(2)],
  ])('%s: in a path, a query and a body', async (_, spell) => {
    const { project } = await ok<{ project: Named }>('POST', '/v1/projects', { name: 'Kitchen' })
    expect(project.ref).toMatch(/^P-\d+$/)
    const parent = await addTask('Fit the worktop', { projectId: spell(project.ref) })
    const child = await addTask('Measure', { parentId: spell(parent.ref), dependsOn: [spell(parent.ref)] })
    expect(await ok('GET', `/v1/tasks/${spell(child.ref)}`)).toMatchObject({
      task: { id: child.id, ref: child.ref, parentId: parent.id, dependsOn: [parent.id] },
    })
    expect(await ok('GET', `/v1/tasks?projectId=${spell(project.ref)}`)).toMatchObject({
      items: [{ id: parent.id, projectId: project.id }],
    })
    const taskIds = [spell(parent.ref), child.id]
    expect(await ok('POST', '/v1/tasks/complete', { taskIds })).toMatchObject({
      results: [{ task: { id: parent.id } }, { task: { id: child.id } }],
    })
  })
})

describe('a number of nothing', () => {
  test('is answered like an id of nothing, with what was typed', async () => {
    const response = await front.send('GET', '/v1/tasks/t-4711')
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({
      code: 'not_found',
      detail: 'There is no task t-4711.',
    })
  })

  test('fails alone in a batch', async () => {
    const { id, ref } = await addTask('Dig')
    const answer = await ok('POST', '/v1/tasks/complete', { taskIds: ['T-4711', ref] })
    expect(answer).toMatchObject({
      results: [
        { ok: false, error: { code: 'not_found', message: 'There is no task T-4711.' } },
        { ok: true, task: { id } },
      ],
    })
  })

  test('is what a task in the trash has, where its id has none', async () => {
    const { id, ref } = await addTask('Dig')
    await ok('POST', '/v1/tasks/delete', { taskIds: [ref] })
    const [byRef, byId] = await Promise.all(
      [ref, id].map((taskId) => ok<object>('POST', '/v1/tasks/complete', { taskIds: [taskId] })),
    )
    expect(byRef).toEqual(byId)
    expect(byRef).toMatchObject({ results: [{ ok: false, error: { code: 'not_found' } }] })
    expect(await ok('POST', '/v1/tasks/restore', { taskIds: [ref] })).toMatchObject({
      results: [{ ok: true }],
    })
  })
})

test.each(['T-', 'T-0', 'T-1.5', 'X-12', 'P-3', 'T-99999999999999999999'])(
  'where a task is meant, %s is refused as a field of the input',
  async (typed) => {
    const response = await front.send('POST', '/v1/tasks/complete', { taskIds: [typed] })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      code: 'invalid_input',
      issues: [
        { path: 'taskIds.0', message: expect.stringMatching(/^must be a reference such as T-12, or an id/) },
      ],
    })
  },
)

describe('a retry by reference', () => {
  test('gets the first answer also when the thing has gone since', async () => {
    const start = { agent: 'assistant', goal: 'Tidy up.', when: 'every day at 9' }
    const { schedule } = await ok<{ schedule: Named }>('POST', '/v1/schedules', start)
    expect(schedule.ref).toMatch(/^S-\d+$/)
    const path = `/v1/schedules/${schedule.ref}?confirm=true`
    const headers = { 'idempotency-key': 'remove-it' }
    const first = await ok('DELETE', path, undefined, headers)
    expect(first).toEqual({ id: schedule.id })
    expect(await ok('DELETE', path, undefined, headers)).toEqual(first)
    expect((await front.send('DELETE', path)).status).toBe(404)
  })
})

test('runs have numbers, which a start, a list and a next call name first', async () => {
  const { run } = await ok<{ run: Named }>('POST', '/v1/runs', { agent: 'assistant', goal: 'Help.' })
  expect(run.ref).toMatch(/^R-\d+$/)
  expect(await ok('GET', `/v1/runs/${run.ref}`)).toMatchObject({ run: { id: run.id, ref: run.ref } })
  const type = createTyping(front.gateway)
  const listed = await type(['runs', 'list'])
  expect(listed.out).toMatch(new RegExp(`^${run.ref} `, 'm'))
  const cancelled = await type(['runs', 'cancel', run.ref.toLowerCase()])
  expect(cancelled).toMatchObject({ exitCode: 0, out: expect.stringContaining(`${run.ref} assistant`) })
})

test('an agent names its person’s things by number, and nobody else’s', async () => {
  const { id, ref } = await addTask('Rake the leaves')
  const complete = (personId: string) =>
    front.gateway.invoke(
      completeTasks,
      { taskIds: [ref] },
      { actor: { kind: 'agent', id: newId('run'), personId, scopes: ['tasks:write'] }, door: 'worker' },
    )
  expect(await complete('somebody')).toMatchObject({
    output: { results: [{ ok: false, error: { message: `There is no task ${ref}.` } }] },
  })
  expect(await complete('local')).toMatchObject({ output: { results: [{ ok: true, task: { id } }] } })
})

test('a person types numbers, and is shown them first', async () => {
  const { ref } = await addTask('Water the roses')
  const type = createTyping(front.gateway)
  const listed = await type(['tasks', 'list', '--text', 'roses'])
  expect(listed.out).toMatch(new RegExp(`^${ref} +\\[ \\] +Water the roses`, 'm'))
  const done = await type(['tasks', 'complete', ref.slice(2)])
  expect(done).toMatchObject({
    exitCode: 0,
    out: expect.stringContaining(`Done: ${ref} [x] Water the roses`),
  })
  const wrong = await type(['tasks', 'complete', 'P-1'])
  expect(wrong).toMatchObject({ exitCode: 2, err: expect.stringContaining('a reference such as T-12') })
})

test.each([
  ['of today', connectModern],
  ['of 2025', connectOld],
])('an MCP client %s calls tools with references, and reads them in what it is told', async (_, connect) => {
  const { id, ref } = await addTask('Prune')
  const client = await connect(`${front.url}/mcp`)
  onTestFinished(() => client.close())
  const done = await client.callTool({ name: 'tasks_complete', arguments: { taskIds: [ref] } })
  expect(done.structuredContent).toMatchObject({ results: [{ ok: true, task: { id, ref } }] })
  expect(done.content).toMatchObject([{ text: expect.stringContaining(`Done: ${ref} [x] Prune`) }])
  const search = { name: 'tasks.get', input: { taskId: ref } }
  const got = await client.callTool({ name: 'call_operation', arguments: search })
  expect(JSON.stringify(got.structuredContent)).toContain(id)
  const read = await client.readResource({ uri: `task://${id}` })
  expect(JSON.stringify(read.contents)).toContain('Prune')
  const byNumber = await client.readResource({ uri: `task://${ref}` })
  expect(JSON.stringify(byNumber.contents)).toContain('Prune')
})
