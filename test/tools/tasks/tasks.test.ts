/** Tasks through `invoke` on a real database. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import type { Operation } from '../../../src/core/operation/operation.ts'
import type { Task } from '../../../src/domain/tasks/task.ts'
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
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

let gateway: TestGateway
let person = 0

beforeAll(async () => {
  gateway = await openTestGateway({ timeZone: 'Europe/Paris' })
})
afterAll(() => gateway.close())
// A person of its own for each test keeps them apart on one database.
beforeEach(async () => {
  person += 1
  await addPeople(gateway.db, ['bob', `bob-${person}`])
})

const call = (of = 'ana') => gateway.as({ id: `${of}-${person}`, personId: `${of}-${person}` })

async function invoke<Input extends z.ZodObject, Output extends z.ZodObject>(
  operation: Operation<Input, Output>,
  input: z.input<Input>,
  of?: string,
): Promise<z.output<Output>> {
  return (await gateway.invoke(operation, input, call(of))).output
}

async function create(...tasks: z.input<typeof createTasks.input>['tasks']): Promise<Task[]> {
  const { results } = await invoke(createTasks, { tasks })
  return results.map((result) => {
    if (!result.ok) throw new Error(result.error.message)
    return result.task
  })
}

async function createOne(task: z.input<typeof createTasks.input>['tasks'][number]): Promise<Task> {
  const [created] = await create(task)
  if (!created) throw new Error('nothing was created')
  return created
}

const titles = async (filter: z.input<typeof listTasks.input>, of?: string) =>
  (await invoke(listTasks, filter, of)).items.map((task) => task.title)

describe('creating', () => {
  it('keeps every field that was given', async () => {
    const parent = await createOne({ title: 'Parent' })
    const task = await createOne({
      title: 'Call Ana',
      notes: 'about the contract',
      priority: 1,
      due: '2026-03-06T14:30',
      repeat: 'every weekday',
      minutes: 10,
      labels: ['@calls', 'client'],
      parentId: parent.id,
      dependsOn: [parent.id],
      assignee: 'bob',
    })
    expect(task).toMatchObject({
      notes: 'about the contract',
      status: 'open',
      priority: 1,
      due: { date: '2026-03-06', time: '14:30', timeZone: 'Europe/Paris', at: '2026-03-06T13:30:00.000Z' },
      repeat: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
      bucket: '10min',
      labels: ['calls', 'client'],
      parentId: parent.id,
      dependsOn: [parent.id],
      blocked: true,
      assignee: 'bob',
      source: 'process',
    })
    expect((await invoke(getTask, { taskId: task.id })).task).toEqual(task)
  })

  it('gives each item its own outcome: one that fails takes no other with it', async () => {
    const missing = 'task_01h455vb4pex5vsknk084sn02q'
    const { results } = await invoke(createTasks, {
      tasks: [
        { title: 'Fine' },
        { title: 'Lost', parentId: missing },
        { title: 'When?', due: 'the day of the cat' },
      ],
    })
    expect(results.map((result) => (result.ok ? 'ok' : result.error.code))).toEqual([
      'ok',
      'not_found',
      'invalid_input',
    ])
    expect(await titles({})).toEqual(['Fine'])
  })

  it('starts a repeating task without a due date at the next day of its rule', async () => {
    const task = await createOne({ title: 'Standup', repeat: 'every friday' })
    expect(task.due?.date).toBe('2026-03-06')
  })
})

describe('listing', () => {
  it('pages through every task exactly once, in each order', async () => {
    await create(
      ...Array.from({ length: 23 }, (_, index) => ({
        title: `Task ${index}`,
        priority: (index % 4) + 1,
        ...(index % 3 === 0 ? {} : { due: `2026-04-${String((index % 9) + 10)}` }),
      })),
    )
    for (const sort of ['created', 'due', 'priority'] as const) {
      const seen: Task[] = []
      let cursor: string | undefined
      do {
        const page = await invoke(listTasks, { sort, limit: 5, ...(cursor ? { cursor } : {}) })
        seen.push(...page.items)
        cursor = page.nextCursor ?? undefined
      } while (cursor)
      expect(new Set(seen.map((task) => task.id)).size).toBe(23)
      if (sort === 'priority') {
        expect(seen.map((task) => task.priority)).toEqual(seen.map((task) => task.priority).sort())
      }
      if (sort === 'due') {
        const days = seen.map((task) => task.due?.date ?? '9999')
        expect(days).toEqual([...days].sort())
      }
    }
  })

  it('combines filters', async () => {
    const [first] = await create(
      { title: 'Write the report', labels: ['deep'], due: '2026-03-03', priority: 1 },
      { title: 'Send the report', labels: ['deep', 'mail'], due: '2026-03-04', priority: 2 },
      { title: 'Buy 50% more milk', notes: 'semi_skimmed' },
    )
    await create({ title: 'Publish', dependsOn: [first?.id ?? ''] })
    expect(await titles({ text: 'REPORT', sort: 'due' })).toEqual(['Write the report', 'Send the report'])
    expect(await titles({ text: '50%' })).toEqual(['Buy 50% more milk'])
    expect(await titles({ text: 'semi_' })).toEqual(['Buy 50% more milk'])
    expect(await titles({ text: 'i_s' })).toEqual(['Buy 50% more milk'])
    expect(await titles({ text: 's_m' })).toEqual([])
    expect(await titles({ labels: ['deep', 'mail'] })).toEqual(['Send the report'])
    expect(await titles({ overdue: true })).toEqual(['Write the report'])
    expect(await titles({ dueFrom: 'today', dueTo: 'tomorrow' })).toEqual(['Send the report'])
    expect(await titles({ dueFrom: 'this week', dueTo: 'this week', sort: 'due' })).toEqual([
      'Write the report',
      'Send the report',
    ])
    expect(await titles({ blocked: true })).toEqual(['Publish'])
    await invoke(completeTasks, { taskIds: [first?.id ?? ''] })
    expect(await titles({ doneFrom: 'today', doneTo: 'today' })).toEqual(['Write the report'])
    expect(await titles({ doneTo: 'yesterday' })).toEqual([])
    await invoke(reopenTasks, { taskIds: [first?.id ?? ''] })
    expect(await titles({ priority: [1, 2], sort: 'priority' })).toEqual([
      'Write the report',
      'Send the report',
    ])
  })

  it.each(['dueFrom', 'dueTo', 'doneFrom', 'doneTo'] as const)(
    'takes any written day for %s, and names it in a refusal',
    async (field) => {
      expect(await titles({ [field]: '2020-01-31' })).toEqual([])
      expect(await titles({ [field]: 'yesterday' })).toEqual([])
      await expect(invoke(listTasks, { [field]: 'soon' })).rejects.toMatchObject({
        fix: expect.stringContaining('past or to come'),
        issues: [{ path: field }],
      })
    },
  )

  it('refuses a cursor of another order, and says how to go on', async () => {
    await create({ title: 'a' }, { title: 'b' })
    const { nextCursor } = await invoke(listTasks, { limit: 1 })
    await expect(
      invoke(listTasks, { limit: 1, sort: 'due', cursor: nextCursor ?? '' }),
    ).rejects.toMatchObject({
      code: 'invalid_input',
      fix: expect.stringContaining('nextCursor'),
    })
  })

  it('shows a person what is theirs and what was given to them, and nothing else', async () => {
    await create({ title: 'Mine' }, { title: 'For Bob', assignee: `bob-${person}` })
    expect(await titles({}, 'bob')).toEqual(['For Bob'])
    const [mine] = (await invoke(listTasks, { text: 'Mine' })).items
    await expect(invoke(getTask, { taskId: mine?.id ?? '' }, 'bob')).rejects.toMatchObject({
      code: 'not_found',
    })
    const { results } = await invoke(completeTasks, { taskIds: [mine?.id ?? ''] }, 'bob')
    expect(results[0]).toMatchObject({ ok: false, error: { code: 'not_found' } })
  })
})

describe('updating', () => {
  it('changes what is given, clears what is null and leaves the rest', async () => {
    const task = await createOne({
      title: 'Plan',
      notes: 'long',
      due: '2026-03-09',
      labels: ['a', 'b'],
      minutes: 20,
    })
    const { task: after } = await invoke(updateTask, {
      taskId: task.id,
      notes: null,
      addLabels: ['c'],
      removeLabels: ['a'],
      status: 'in_progress',
    })
    expect(after).toMatchObject({
      title: 'Plan',
      notes: null,
      labels: ['b', 'c'],
      minutes: 20,
      status: 'in_progress',
    })
    expect(after.due?.date).toBe('2026-03-09')
  })

  it('refuses dependencies and parents that would close a cycle', async () => {
    const [a, b, c] = await create({ title: 'a' }, { title: 'b' }, { title: 'c' })
    await invoke(updateTask, { taskId: b?.id ?? '', dependsOn: [a?.id ?? ''], parentId: a?.id ?? '' })
    await invoke(updateTask, { taskId: c?.id ?? '', dependsOn: [b?.id ?? ''], parentId: b?.id ?? '' })
    for (const change of [
      { dependsOn: [c?.id ?? ''] },
      { parentId: c?.id ?? '' },
      { parentId: a?.id ?? '' },
    ]) {
      await expect(invoke(updateTask, { taskId: a?.id ?? '', ...change })).rejects.toMatchObject({
        code: 'conflict',
      })
    }
  })

  it('lets two edges that race close no cycle together', async () => {
    const [a, b] = await create({ title: 'a' }, { title: 'b' })
    const outcomes = await Promise.allSettled([
      invoke(updateTask, { taskId: a?.id ?? '', dependsOn: [b?.id ?? ''] }),
      invoke(updateTask, { taskId: b?.id ?? '', dependsOn: [a?.id ?? ''] }),
    ])
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  it('has no way round completing and reopening', async () => {
    const task = await createOne({ title: 'Done' })
    await invoke(completeTasks, { taskIds: [task.id] })
    await expect(invoke(updateTask, { taskId: task.id, status: 'open' })).rejects.toMatchObject({
      code: 'conflict',
    })
  })
})

describe('completing', () => {
  it('happens once, however often it is asked for', async () => {
    const task = await createOne({ title: 'Water the plants', repeat: 'every day', due: '2026-03-04T08:00' })
    const calls = await Promise.all(
      Array.from({ length: 4 }, () => invoke(completeTasks, { taskIds: [task.id, task.id] })),
    )
    const results = calls.flatMap((answer) => answer.results)
    expect(results.filter((result) => result.ok && result.changed)).toHaveLength(1)
    expect(results.filter((result) => result.ok && result.next)).toHaveLength(1)
    const open = await invoke(listTasks, { status: ['open'] })
    expect(open.items).toMatchObject([
      { title: 'Water the plants', due: { date: '2026-03-05', time: '08:00' } },
    ])
  })

  it('waits for dependencies, unless they are completed in the same call', async () => {
    const first = await createOne({ title: 'Draft' })
    const second = await createOne({ title: 'Publish', dependsOn: [first.id] })
    const alone = await invoke(completeTasks, { taskIds: [second.id] })
    expect(alone.results[0]).toMatchObject({ ok: false, error: { code: 'conflict' } })
    const together = await invoke(completeTasks, { taskIds: [second.id, first.id] })
    expect(together.results.map((result) => result.ok)).toEqual([true, true])
  })

  it('is undone by reopening', async () => {
    const task = await createOne({ title: 'Too early' })
    await invoke(completeTasks, { taskIds: [task.id] })
    const { results } = await invoke(reopenTasks, { taskIds: [task.id] })
    expect(results[0]).toMatchObject({ ok: true, changed: true, task: { status: 'open', completedAt: null } })
  })
})

describe('rescheduling', () => {
  it('moves the day and leaves the hour', async () => {
    const task = await createOne({ title: 'Call', due: '2026-03-04T16:00' })
    const { results } = await invoke(rescheduleTasks, { taskIds: [task.id], due: 'tomorrow' })
    expect(results[0]).toMatchObject({ ok: true, task: { due: { date: '2026-03-05', time: '16:00' } } })
  })
})

describe('the trash', () => {
  it('takes subtasks along and gives them back', async () => {
    const parent = await createOne({ title: 'Parent' })
    await createOne({ title: 'Child', parentId: parent.id })
    await invoke(deleteTasks, { taskIds: [parent.id] })
    expect(await titles({})).toEqual([])
    expect((await titles({ trashed: true })).sort()).toEqual(['Child', 'Parent'])
    const { results } = await invoke(restoreTasks, { taskIds: [parent.id] })
    expect(results[0]).toMatchObject({ ok: true, changed: true, subtasks: 1 })
    expect((await titles({})).sort()).toEqual(['Child', 'Parent'])
  })

  it('is emptied only when confirmed, and then for good', async () => {
    const task = await createOne({ title: 'Rubbish' })
    await invoke(deleteTasks, { taskIds: [task.id] })
    await expect(invoke(emptyTrash, {})).rejects.toMatchObject({ code: 'confirmation_required' })
    const confirmed = await gateway.invoke(emptyTrash, { confirm: true }, call())
    expect(confirmed.output.deleted).toBe(1)
    await expect(invoke(getTask, { taskId: task.id })).rejects.toMatchObject({ code: 'not_found' })
  })
})
