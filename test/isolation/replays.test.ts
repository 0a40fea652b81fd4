/**
 * A retry under an idempotency key shows its caller nothing that they have lost sight of: its answer is given again only
 * while they see the things that they saw when it was given.
 */
import { randomUUID } from 'node:crypto'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import type { Operation } from '../../src/core/operation/operation.ts'
import { createKey } from '../../src/tools/access/create-key.ts'
import { createProject } from '../../src/tools/projects/create-project.ts'
import { getProject } from '../../src/tools/projects/get-project.ts'
import { moveProject } from '../../src/tools/projects/move-project.ts'
import { shareProject } from '../../src/tools/projects/share-project.ts'
import { unshareProject } from '../../src/tools/projects/unshare-project.ts'
import { areas } from '../../src/tools/registry.ts'
import { completeTasks } from '../../src/tools/tasks/complete-tasks.ts'
import { createTasks } from '../../src/tools/tasks/create-tasks.ts'
import { deleteTasks } from '../../src/tools/tasks/delete-tasks.ts'
import { emptyTrash } from '../../src/tools/tasks/empty-trash.ts'
import { getTask } from '../../src/tools/tasks/get-task.ts'
import { updateTask } from '../../src/tools/tasks/update-task.ts'
import { addMember } from '../../src/tools/teams/add-member.ts'
import { createTeam } from '../../src/tools/teams/create-team.ts'
import { removeMember } from '../../src/tools/teams/remove-member.ts'
import { cases } from '../support/form.ts'
import { openFront, type TestFront } from '../support/front.ts'
import { addPeople } from '../support/world/add-people.ts'

let front: TestFront
let teamId: string
beforeAll(async () => {
  front = await openFront()
  await addPeople(front.gateway.db, ['ada', 'bob', 'cleo'])
  teamId = (await run('ada', createTeam, { name: 'Builders' })).team.id
  await run('ada', addMember, { teamId, personId: 'bob' })
})
afterAll(() => front?.close())

const actorOf = (personId: string) => front.gateway.as({ id: personId, personId })

async function run<Input extends z.ZodObject, Output extends z.ZodObject>(
  personId: string,
  operation: Operation<Input, Output>,
  input: z.input<Input>,
): Promise<z.output<Output>> {
  return (await front.gateway.invoke(operation, input, actorOf(personId))).output
}

interface Keyed {
  readonly output: object
  /** The same call again. */
  again(): Promise<{ readonly output: object; readonly replayed: boolean }>
}

/** Makes a call under a key of its own. */
async function keyed<Input extends z.ZodObject, Output extends z.ZodObject>(
  personId: string,
  operation: Operation<Input, Output>,
  input: z.input<Input>,
): Promise<Keyed & { readonly output: z.output<Output> }> {
  const call = { ...actorOf(personId), idempotencyKey: randomUUID() }
  const again = () => front.gateway.invoke(operation, input, call)
  const { output } = await again()
  return { output, again }
}

const newProject = async (more: object = {}) =>
  (await run('ada', createProject, { name: 'Kitchen', ...more })).project.id

async function newTask(personId: string, more: object = {}) {
  const [made] = (await run(personId, createTasks, { tasks: [{ title: 'Measure', ...more }] })).results
  if (made === undefined || !('task' in made)) throw new Error(JSON.stringify(made))
  return made.task
}

async function sharedProject() {
  const projectId = await newProject()
  await run('ada', shareProject, { projectId, personId: 'bob' })
  return projectId
}

const NOT_FOUND = { code: 'not_found' }

async function expectGiven({ output, again }: Keyed) {
  expect(await again()).toEqual({ output, replayed: true })
}

describe('a retry of a call about a thing that its caller has lost sight of is not_found', () => {
  it('once the project is no longer shared with them, and answered again while it is', async () => {
    const projectId = await sharedProject()
    const made = await keyed('bob', createTasks, { tasks: [{ title: 'Paint', projectId }] })
    await expectGiven(made)
    await run('ada', unshareProject, { projectId, personId: 'bob' })
    await expect(made.again()).rejects.toMatchObject(NOT_FOUND)
    await run('ada', shareProject, { projectId, personId: 'bob', role: 'viewer' })
    await expectGiven(made)
  })

  it('once the project is restricted within their team', async () => {
    const projectId = await newProject({ teamId })
    const { ref } = await newTask('ada', { projectId })
    const changed = await keyed('bob', updateTask, { taskId: ref, title: 'Measure twice' })
    await run('ada', moveProject, { projectId, restricted: true })
    await expect(changed.again()).rejects.toMatchObject(NOT_FOUND)
  })

  it('once they have left the team, also where the answer names only people', async () => {
    const projectId = await newProject({ teamId })
    await run('ada', addMember, { teamId, personId: 'cleo', role: 'admin' })
    const moved = await keyed('cleo', updateTask, {
      taskId: (await newTask('ada', { projectId })).id,
      title: 'Sand',
    })
    const shared = await keyed('cleo', shareProject, { projectId, personId: 'bob' })
    await run('ada', removeMember, { teamId, personId: 'cleo' })
    await expect(moved.again()).rejects.toMatchObject(NOT_FOUND)
    await expect(shared.again()).rejects.toMatchObject(NOT_FOUND)
  })

  it('once the project is moved to another owner', async () => {
    const projectId = await newProject({ teamId })
    const made = await keyed('bob', createTasks, { tasks: [{ title: 'Paint', projectId }] })
    await run('ada', moveProject, { projectId, teamId: null })
    await expect(made.again()).rejects.toMatchObject(NOT_FOUND)
  })

  it('once the task is no longer given to them', async () => {
    const { id: taskId } = await newTask('ada', { assignee: 'cleo' })
    const completed = await keyed('cleo', completeTasks, { taskIds: [taskId] })
    await expectGiven(completed)
    await run('ada', updateTask, { taskId, assignee: null })
    await expect(completed.again()).rejects.toMatchObject(NOT_FOUND)
  })

  it('for a service of a team, once its team has lost the project', async () => {
    const projectId = await newProject({ teamId })
    const service = front.gateway.as({
      ...{ id: 'key_of_builders', kind: 'service', personId: teamId, within: teamId },
    })
    const call = { ...service, idempotencyKey: randomUUID() }
    const again = () => front.gateway.invoke(createTasks, { tasks: [{ title: 'Paint', projectId }] }, call)
    const { output } = await again()
    expect(await again()).toEqual({ output, replayed: true })
    await run('ada', moveProject, { projectId, teamId: null })
    await expect(again()).rejects.toMatchObject(NOT_FOUND)
  })

  it('also where one of many things is out of sight', async () => {
    const projectId = await sharedProject()
    const made = await keyed('bob', createTasks, {
      tasks: [{ title: 'Mine' }, { title: 'Paint', projectId }],
    })
    await run('ada', unshareProject, { projectId, personId: 'bob' })
    await expect(made.again()).rejects.toMatchObject(NOT_FOUND)
  })
})

describe('a retry gets the first answer again', () => {
  it('of a deletion, and of what was deleted since, also from the trash', async () => {
    const projectId = await sharedProject()
    const made = await keyed('bob', createTasks, { tasks: [{ title: 'Paint', projectId }] })
    const own = await keyed('bob', createTasks, { tasks: [{ title: 'Mine' }] })
    const taskIds = [made, own].flatMap(({ output }) =>
      output.results.flatMap((each) => ('task' in each ? [each.task.id] : [])),
    )
    const deleted = await keyed('bob', deleteTasks, { taskIds })
    for (const each of [made, own, deleted]) await expectGiven(each)
    for (const person of ['bob', 'ada'])
      await front.gateway.invoke(emptyTrash, { confirm: true }, actorOf(person))
    await expect(run('ada', getTask, { taskId: taskIds[0] ?? '' })).rejects.toMatchObject(NOT_FOUND)
    for (const each of [made, own, deleted]) await expectGiven(each)
  })

  it('of a call that itself took the thing out of its caller’s sight', async () => {
    await run('ada', addMember, { teamId, personId: 'cleo', role: 'admin' })
    const projectId = await newProject({ teamId })
    await run('cleo', moveProject, { projectId, restricted: true })
    const left = await keyed('cleo', removeMember, { teamId, personId: 'cleo' })
    await expect(run('cleo', getProject, { projectId })).rejects.toMatchObject(NOT_FOUND)
    await expectGiven(left)
  })
})

describe('through a door', () => {
  it('HTTP and MCP answer such a retry as they answer a call about nothing', async () => {
    const projectId = await sharedProject()
    const { secret } = await run('bob', createKey, { label: 'laptop', scopes: ['tasks:write'] })
    const authorization = `Bearer ${secret}`
    const body = { tasks: [{ title: 'Oil', projectId }] }
    const overHttp = async () => {
      const response = await front.send('POST', '/v1/tasks', body, {
        authorization,
        'idempotency-key': 'h-1',
      })
      return { status: response.status, said: await response.text() }
    }
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } })
    const url = new URL(`${front.url}/mcp`)
    await client.connect(
      new StreamableHTTPClientTransport(url, { requestInit: { headers: { authorization } } }),
    )
    const overMcp = async () => {
      const _meta = { 'switchboard/idempotencyKey': 'm-1' }
      const answer = await client.callTool({ name: 'tasks_create', arguments: body, _meta })
      return { isError: answer.isError ?? false, said: JSON.stringify(answer) }
    }
    expect([(await overHttp()).status, (await overMcp()).isError]).toEqual([200, false])
    expect([(await overHttp()).said, (await overMcp()).said]).toEqual([
      expect.stringContaining('Oil'),
      expect.stringContaining('Oil'),
    ])
    await run('ada', unshareProject, { projectId, personId: 'bob' })
    const [http, mcp] = [await overHttp(), await overMcp()]
    await client.close()
    expect([http.status, mcp.isError]).toEqual([404, true])
    expect(mcp.said).toContain('not_found')
    expect(http.said + mcp.said).not.toContain('Oil')
  })
})

/** What is a person's own whatever they share, or shows nothing beside the thing that it hangs on. */
const NOT_SHARED = [
  'key',
  'audit',
  'req',
  'consent',
  'notification',
  'invitation',
  'step',
  'action',
  'command',
  'event',
  'link',
  'conflict',
]

it('every kind of id says who sees its things, but for those that people do not share', () => {
  const others = areas.flatMap(({ ids }) => ids.filter((id) => typeof id === 'string'))
  expect(others.toSorted()).toEqual(NOT_SHARED.toSorted())
})

/** Changes of who sees the project, by its owner, who keeps sight of it. */
const CHANGES = {
  share: (projectId: string) => run('ada', shareProject, { projectId, personId: 'bob' }),
  unshare: (projectId: string) => run('ada', unshareProject, { projectId, personId: 'bob' }),
  restrict: (projectId: string) => run('ada', moveProject, { projectId, teamId, restricted: true }),
  open: (projectId: string) => run('ada', moveProject, { projectId, teamId, restricted: false }),
  take: (projectId: string) => run('ada', moveProject, { projectId, teamId: null }),
  leave: () => run('ada', removeMember, { teamId, personId: 'bob' }),
  join: () => run('ada', addMember, { teamId, personId: 'bob' }),
  give: async (_projectId: string, taskId: string) => run('ada', updateTask, { taskId, assignee: 'bob' }),
  ungive: async (_projectId: string, taskId: string) => run('ada', updateTask, { taskId, assignee: null }),
} as const

/** What Bob sees of a project and a task, as his own reads say. */
async function seenByBob(projectId: string, taskId: string): Promise<readonly string[]> {
  const reads = [
    [projectId, run('bob', getProject, { projectId })],
    [taskId, run('bob', getTask, { taskId })],
  ] as const
  const seen = await Promise.all(reads.map(([id, read]) => read.then(() => [id]).catch(() => [])))
  return seen.flat()
}

it('a retry is answered exactly while its caller sees what they saw, however sight comes and goes', async () => {
  const change = fc.constantFrom(...(Object.keys(CHANGES) as (keyof typeof CHANGES)[]))
  const property = fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
    const projectId = await newProject({ teamId })
    const { id: taskId } = await newTask('ada', { projectId })
    const made: { readonly call: Keyed; readonly saw: readonly string[] }[] = []
    for (const name of changes) {
      const saw = await seenByBob(projectId, taskId)
      if (saw.includes(taskId)) {
        const call = await keyed('bob', completeTasks, { taskIds: [taskId] }).catch(() => undefined)
        if (call !== undefined) made.push({ call, saw })
      }
      // A change that does not apply just now is left out.
      await CHANGES[name](projectId, taskId).catch(() => undefined)
      const sees = await seenByBob(projectId, taskId)
      for (const { call, saw: before } of made) {
        const isLost = before.some((id) => !sees.includes(id) && JSON.stringify(call.output).includes(id))
        const outcome = await call.again().then(
          ({ output }) => output,
          ({ code }) => code,
        )
        expect(outcome).toEqual(isLost ? 'not_found' : call.output)
      }
    }
    await run('ada', addMember, { teamId, personId: 'bob' })
  })
  await fc.assert(property, { numRuns: cases(6, 60), endOnFailure: true })
}, 240_000)
