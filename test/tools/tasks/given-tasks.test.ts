/** Tasks that were given to somebody: what each side may do, and what becomes of the tasks around them. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import type { Operation } from '../../../src/core/operation/operation.ts'
import type { Task } from '../../../src/domain/tasks/task.ts'
import { listAudit } from '../../../src/tools/access/list-audit.ts'
import { updateProfile } from '../../../src/tools/access/update-profile.ts'
import { createProject } from '../../../src/tools/projects/create-project.ts'
import { getProject } from '../../../src/tools/projects/get-project.ts'
import { completeTasks } from '../../../src/tools/tasks/complete-tasks.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { deleteTasks } from '../../../src/tools/tasks/delete-tasks.ts'
import { emptyTrash } from '../../../src/tools/tasks/empty-trash.ts'
import { getTask } from '../../../src/tools/tasks/get-task.ts'
import { listTasks } from '../../../src/tools/tasks/list-tasks.ts'
import { reopenTasks } from '../../../src/tools/tasks/reopen-tasks.ts'
import { rescheduleTasks } from '../../../src/tools/tasks/reschedule-tasks.ts'
import { restoreTasks } from '../../../src/tools/tasks/restore-tasks.ts'
import { updateTask } from '../../../src/tools/tasks/update-task.ts'
import { addPeople } from '../../support/world/add-people.ts'
import { openTestGateway, TEST_NOW, type TestGateway } from '../../support/world/database.ts'

let gateway: TestGateway
let round = 0
let ana: string
let bob: string
/** Ana's, given to Bob: in a project, below a parent, waiting for another, all of them Ana's alone. */
let given: Task
let around: { project: string; parent: Task; first: Task }

beforeAll(async () => {
  gateway = await openTestGateway()
})
afterAll(() => gateway.close())
beforeEach(async () => {
  round += 1
  ana = `ana-${round}`
  bob = `bob-${round}`
  gateway.clock.set(TEST_NOW)
  await addPeople(gateway.db, [ana, bob, 'carol'])
  const { project } = await run(ana, createProject, { name: 'Garden' })
  const parent = await create(ana, { title: 'Parent' })
  const first = await create(ana, { title: 'First' })
  around = { project: project.id, parent, first }
  given = await create(ana, {
    title: 'Dig',
    assignee: bob,
    projectId: project.id,
    parentId: parent.id,
    dependsOn: [first.id],
  })
})

const call = (person: string) => gateway.as({ id: person, personId: person })

async function run<Input extends z.ZodObject, Output extends z.ZodObject>(
  person: string,
  operation: Operation<Input, Output>,
  input: z.input<Input> & { confirm?: boolean },
): Promise<z.output<Output>> {
  return (await gateway.invoke(operation, input, call(person))).output
}

type Draft = z.input<typeof createTasks.input>['tasks'][number]

async function create(person: string, draft: Draft): Promise<Task> {
  const [result] = (await run(person, createTasks, { tasks: [draft] })).results
  if (!result?.ok) throw new Error(result?.error.message)
  return result.task
}

const read = async (person: string, { id }: Task) => (await run(person, getTask, { taskId: id })).task
type Change = Omit<z.input<typeof updateTask.input>, 'taskId'>
const update = async (person: string, change: Change): Promise<Task> =>
  (await run(person, updateTask, { taskId: given.id, ...change })).task

describe('the person that a task was given to', () => {
  it('sees the task, and of what stands around it nothing', async () => {
    expect(await read(bob, given)).toMatchObject({
      title: 'Dig',
      projectId: null,
      parentId: null,
      dependsOn: [],
      blocked: false,
    })
    expect(await read(ana, given)).toMatchObject({ parentId: around.parent.id, blocked: true })
    for (const filter of [{ projectId: around.project }, { parentId: around.parent.id }]) {
      expect((await run(bob, listTasks, filter)).items).toEqual([])
      expect((await run(ana, listTasks, filter)).items).toMatchObject([{ id: given.id }])
    }
  })

  it.each([
    [{ title: 'Dig deep' }],
    [{ notes: 'with the spade' }],
    [{ status: 'in_progress' as const }],
    [{ status: 'cancelled' as const }],
    [{ priority: 1 }],
    [{ due: '2026-05-01', repeat: 'every friday' }],
    [{ minutes: 20, labels: ['garden'] }],
  ])('may change %j', async (change) => {
    const task = await update(bob, change)
    expect(await read(bob, given)).toEqual(task)
    expect(await read(ana, given)).toMatchObject({ parentId: around.parent.id, dependsOn: [around.first.id] })
  })

  it.each<[string, () => Promise<Change>]>([
    ['a project', async () => ({ projectId: (await run(bob, createProject, { name: 'Mine' })).project.id })],
    ['a parent', async () => ({ parentId: (await create(bob, { title: 'Mine' })).id })],
    ['dependencies', async () => ({ dependsOn: [(await create(bob, { title: 'Mine' })).id] })],
    ['another person', async () => ({ assignee: 'carol' })],
  ])('may not give it %s: that is for its owner', async (_what, change) => {
    await expect(update(bob, await change())).rejects.toMatchObject({
      code: 'forbidden',
      fix: expect.stringContaining('hand it back'),
    })
  })

  it('may send it back as it was read, with one field changed', async () => {
    const { projectId, parentId, dependsOn, assignee } = await read(bob, given)
    await update(bob, { title: 'Dig on', projectId, parentId, dependsOn, assignee })
    expect(await read(ana, given)).toMatchObject({
      title: 'Dig on',
      projectId: around.project,
      parentId: around.parent.id,
      dependsOn: [around.first.id],
      assignee: bob,
    })
  })

  it.each(['to nobody', 'to its owner'])(
    'may hand it back %s, is told so, and sees it no more',
    async (whom) => {
      const assignee = whom === 'to nobody' ? null : ana
      expect(await update(bob, { assignee })).toMatchObject({
        id: given.id,
        assignee,
        parentId: null,
      })
      await expect(read(bob, given)).rejects.toMatchObject({ code: 'not_found' })
      expect(await read(ana, given)).toMatchObject({ assignee, parentId: around.parent.id })
    },
  )

  it('may complete it whatever it waits for out of sight, and open it again', async () => {
    const done = await run(bob, completeTasks, { taskIds: [given.id] })
    expect(done.results).toMatchObject([{ ok: true, task: { status: 'done' } }])
    const open = await run(bob, reopenTasks, { taskIds: [given.id] })
    expect(open.results).toMatchObject([{ ok: true, changed: true }])
    const moved = await run(bob, rescheduleTasks, { taskIds: [given.id], due: 'tomorrow' })
    expect(moved.results).toMatchObject([{ ok: true, task: { due: { date: '2026-03-05' } } }])
  })

  it('must wait for what the owner gave them as well', async () => {
    await run(ana, updateTask, { taskId: around.first.id, assignee: bob })
    const { results } = await run(bob, completeTasks, { taskIds: [given.id] })
    expect(results).toMatchObject([{ ok: false, error: { code: 'conflict' } }])
    expect(await read(bob, given)).toMatchObject({ blocked: true, dependsOn: [around.first.id] })
  })

  it('may neither delete it nor take it out of the trash', async () => {
    const deleted = await run(bob, deleteTasks, { taskIds: [given.id] })
    expect(deleted.results).toMatchObject([{ ok: false, error: { code: 'forbidden' } }])
    await run(ana, deleteTasks, { taskIds: [given.id] })
    const restored = await run(bob, restoreTasks, { taskIds: [given.id] })
    expect(restored.results).toMatchObject([{ ok: false, error: { code: 'forbidden' } }])
    expect((await run(bob, emptyTrash, { confirm: true })).deleted).toBe(0)
    expect(await read(ana, given)).toMatchObject({ trashedAt: TEST_NOW })
  })

  it('makes the next of a repeating one due by the calendar of its owner', async () => {
    // On the 4th for Ana, and still on the 3rd for Bob.
    gateway.clock.set('2026-03-04T03:00:00Z')
    await run(ana, updateProfile, { timeZone: 'Asia/Tokyo' })
    await run(bob, updateProfile, { timeZone: 'America/Los_Angeles' })
    await run(ana, updateTask, { taskId: given.id, repeat: 'every day', due: '2026-03-01', dependsOn: [] })
    const { results } = await run(bob, completeTasks, { taskIds: [given.id] })
    expect(results).toMatchObject([{ next: { due: { date: '2026-03-04', time: null } } }])
  })

  it('makes the next of a repeating one where the owner has it', async () => {
    await run(ana, updateTask, { taskId: given.id, repeat: 'every day', due: '2026-03-04', dependsOn: [] })
    const { results } = await run(bob, completeTasks, { taskIds: [given.id] })
    const [result] = results
    if (!result?.ok || !result.next) throw new Error('there is no next')
    expect(result.next).toMatchObject({ projectId: null, parentId: null, owner: ana, assignee: bob })
    expect(await read(bob, result.next)).toEqual(result.next)
    expect(await read(ana, result.next)).toMatchObject({
      projectId: around.project,
      parentId: around.parent.id,
    })
  })
})

describe('a task of one person below one of another', () => {
  let child: Task
  beforeEach(async () => {
    child = await create(bob, { title: 'Fetch the spade', parentId: given.id })
  })

  it('is not shown to the owner of its parent', async () => {
    expect((await run(ana, listTasks, { parentId: given.id })).items).toEqual([])
    await expect(read(ana, child)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('stays when its parent goes to the trash, comes back and goes for good', async () => {
    const deleted = await run(ana, deleteTasks, { taskIds: [around.parent.id] })
    expect(deleted.results).toMatchObject([{ ok: true, subtasks: 1 }])
    expect(await read(bob, child)).toEqual(child)
    const restored = await run(ana, restoreTasks, { taskIds: [around.parent.id] })
    expect(restored.results).toMatchObject([{ ok: true, subtasks: 1 }])
    await run(ana, deleteTasks, { taskIds: [given.id] })
    expect((await run(ana, emptyTrash, { confirm: true })).deleted).toBe(1)
    expect(await read(bob, child)).toEqual({ ...child, parentId: null })
  })

  it('stands alone for its owner once the parent was taken back', async () => {
    await run(ana, updateTask, { taskId: given.id, assignee: null })
    expect(await read(bob, child)).toEqual({ ...child, parentId: null })
  })

  it('takes nothing of the other owner along when it is deleted', async () => {
    // Ana puts one of hers below Bob's task, which he gave her to see.
    await run(bob, updateTask, { taskId: child.id, assignee: ana })
    const below = await create(ana, { title: 'Oil the spade', parentId: child.id })
    const deleted = await run(bob, deleteTasks, { taskIds: [child.id] })
    expect(deleted.results).toMatchObject([{ ok: true, subtasks: 0 }])
    expect(await read(ana, below)).toEqual(below)
  })
})

describe('links out of sight', () => {
  it('close no cycle that anybody is told of', async () => {
    const mine = await create(bob, { title: 'Mine', dependsOn: [given.id] })
    await run(bob, updateTask, { taskId: mine.id, assignee: ana })
    const between = await create(bob, { title: 'Between', dependsOn: [given.id] })
    await run(bob, updateTask, { taskId: mine.id, dependsOn: [between.id] })
    // Ana sees no way from Bob's task to hers; Bob does.
    expect(await update(ana, { dependsOn: [mine.id] })).toMatchObject({ dependsOn: [mine.id] })
    await expect(run(bob, updateTask, { taskId: between.id, dependsOn: [mine.id] })).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  it('count in no project but as its owner sees them', async () => {
    const theirs = await create(bob, { title: 'Theirs', assignee: ana })
    await update(ana, { dependsOn: [theirs.id] })
    const blocked = async () => (await run(ana, getProject, { projectId: around.project })).progress.blocked
    expect(await blocked()).toBe(1)
    await run(bob, updateTask, { taskId: theirs.id, assignee: null })
    expect(await blocked()).toBe(0)
  })
})

describe('work on a given task', () => {
  it("raises the momentum of its owner's project, by the owner's calendar", async () => {
    await run(ana, updateProfile, { timeZone: 'America/Los_Angeles' })
    await run(bob, updateProfile, { timeZone: 'Asia/Tokyo' })
    gateway.clock.set('2026-03-09T16:00:00.000Z')
    const momentum = async () => (await run(ana, getProject, { projectId: around.project })).project.momentum
    const before = await momentum()
    await run(bob, completeTasks, { taskIds: [given.id] })
    expect(await momentum()).toBe(before + 5)
    // The tenth begins in Tokyo before it does in Los Angeles, where the eleventh is the first day that was idle.
    gateway.clock.set('2026-03-12T06:00:00.000Z')
    expect(await momentum()).toBe(before + 5 - 10)
  })

  it('is told to both, and of the project to its owner only', async () => {
    const told = gateway.changes.length
    await run(bob, completeTasks, { taskIds: [given.id] })
    expect(gateway.changes.slice(told)).toEqual([
      { spaceId: ana, uris: [`task://${given.id}`, `project://${around.project}`] },
      { spaceId: bob, uris: [`task://${given.id}`] },
    ])
  })

  it('is retried with the first answer until it is taken back, and changes nothing then', async () => {
    const keyed = { ...call(bob), idempotencyKey: 'once' }
    const input = { taskId: given.id, notes: 'dug' }
    const first = await gateway.invoke(updateTask, input, keyed)
    expect(await gateway.invoke(updateTask, input, keyed)).toEqual({ ...first, replayed: true })
    await run(ana, updateTask, { taskId: given.id, assignee: null, notes: 'for Ana alone' })
    for (const retry of [keyed, call(bob)])
      await expect(gateway.invoke(updateTask, input, retry)).rejects.toMatchObject({ code: 'not_found' })
    expect(await read(ana, given)).toMatchObject({ notes: 'for Ana alone' })
  })

  it('is told to the person it was taken from', async () => {
    const told = gateway.changes.length
    await run(ana, updateTask, { taskId: given.id, assignee: 'carol' })
    const ofTask = gateway.changes.slice(told).filter(({ uris }) => uris.includes(`task://${given.id}`))
    expect(ofTask.map(({ spaceId }) => spaceId)).toEqual([ana, 'carol', bob])
  })

  it("appears in its owner's audit, with nothing else of the call", async () => {
    const mine = await create(bob, { title: 'Mine' })
    const service = { kind: 'service', id: 'key_of_bob', personId: bob, keyId: 'key_of_bob' } as const
    await gateway.invoke(
      completeTasks,
      { taskIds: [mine.id, given.id] },
      { ...gateway.as(service), requestId: 'request-of-bob' },
    )
    await update(bob, { notes: 'done' })
    const { items } = await run(ana, listAudit, { actor: bob })
    expect(items).toMatchObject([
      { operation: 'tasks.update', input: { taskId: given.id, notes: 'done' } },
      {
        operation: 'tasks.complete',
        outcome: 'ok',
        actor: { kind: 'service', id: bob },
        person: bob,
        keyId: null,
        requestId: null,
        input: { taskIds: [given.id] },
        touched: [`task://${given.id}`],
      },
    ])
    const pages = [await run(ana, listAudit, { limit: 1 })]
    for (let next = pages[0]?.nextCursor; next; next = pages.at(-1)?.nextCursor) {
      pages.push(await run(ana, listAudit, { limit: 1, cursor: next }))
    }
    expect(pages.flatMap((page) => page.items)).toEqual((await run(ana, listAudit, {})).items)
    expect((await run(bob, listAudit, { operation: 'tasks.update' })).items).toMatchObject([{ touched: [] }])
  })
})

describe('completing several at once', () => {
  it('finishes none that waits for one of them which is refused', async () => {
    const far = await create(ana, { title: 'Far' })
    const near = await create(ana, { title: 'Near', dependsOn: [far.id] })
    const last = await create(ana, { title: 'Last', dependsOn: [near.id] })
    const { results } = await run(ana, completeTasks, { taskIds: [last.id, near.id] })
    expect(results.map((result) => (result.ok ? 'ok' : result.error.code))).toEqual(['conflict', 'conflict'])
    const all = await run(ana, completeTasks, { taskIds: [last.id, near.id, far.id] })
    expect(all.results.map((result) => result.ok)).toEqual([true, true, true])
  })
})
