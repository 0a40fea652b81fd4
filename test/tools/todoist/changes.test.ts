/** Changes of Todoist tasks through the gateway: nothing that was not named is touched, and deletions can be undone. */

import { afterEach, beforeEach, expect, test } from 'vitest'
import { listProjects } from '../../../src/tools/todoist/projects/list-projects.ts'
import { resync } from '../../../src/tools/todoist/sync/resync.ts'
import { deleteTasks } from '../../../src/tools/todoist/tasks/delete-tasks.ts'
import { listTasks } from '../../../src/tools/todoist/tasks/list-tasks.ts'
import { moveTasks } from '../../../src/tools/todoist/tasks/move-tasks.ts'
import { quickAdd } from '../../../src/tools/todoist/tasks/quick-add.ts'
import { rescheduleTasks } from '../../../src/tools/todoist/tasks/reschedule-tasks.ts'
import { restoreTasks } from '../../../src/tools/todoist/tasks/restore-tasks.ts'
import { uncompleteTasks } from '../../../src/tools/todoist/tasks/uncomplete-tasks.ts'
import { updateTasks } from '../../../src/tools/todoist/tasks/update-tasks.ts'
import { isLong } from '../../support/form.ts'
import { type OpenTodoist, openTodoist } from './open-todoist.ts'

let open: OpenTodoist

beforeEach(async () => {
  open = await openTodoist()
  await open.connect()
})

afterEach(() => open?.close())

const MINUTE_MS = 60_000

async function read(): Promise<void> {
  await open.call(resync, {})
}

test('a repeating task that is rescheduled keeps its rule and its time', async () => {
  const daily = open.ada.add('Stand-up', { due: { string: 'every day at 9:15' } })
  const fixed = open.ada.add('Call', {
    due: { string: 'every week', date: '2026-03-27T08:00:00Z', timezone: 'Europe/Berlin' },
  })
  await read()
  const { results } = await open.call(rescheduleTasks, { taskIds: [daily.id, fixed.id], due: '2026-04-01' })
  expect(results.every(({ ok }) => ok)).toBe(true)
  expect(open.ada.task(daily.id).due).toMatchObject({
    ...{ date: '2026-04-01T09:15:00', string: 'every day at 9:15', is_recurring: true },
  })
  // Nine in Berlin, before and after its clocks change.
  expect(open.ada.task(fixed.id).due).toMatchObject({
    date: '2026-04-01T07:00:00Z',
    timezone: 'Europe/Berlin',
  })
})

test('an update sends only what was given, and merges labels', async () => {
  const due = { string: 'every friday 14:00' }
  const task = open.ada.add('Report', { due, labels: ['work'], priority: 3, description: 'long' })
  const before = open.ada.task(task.id)
  const { due: dueBefore } = structuredClone(before)
  await read()
  await open.call(updateTasks, { tasks: [{ taskId: task.id, content: 'The report', labels: ['home'] }] })
  expect(open.ada.task(task.id)).toMatchObject({
    ...{ content: 'The report', labels: ['work', 'home'], priority: 3, description: 'long', due: dueBefore },
  })
  const replacing = { taskId: task.id, labels: ['new'], labelsMode: 'replace' as const }
  await open.call(updateTasks, { tasks: [replacing] })
  expect(open.ada.task(task.id).labels).toEqual(['new'])
})

test.runIf(isLong)(
  'labels that are added one after the other while Todoist is away are all there afterwards',
  async () => {
    const { id } = open.ada.add('Report', { labels: ['work'] })
    await read()
    open.todoist.faults.storm('POST /sync', { kind: 'lost', isDone: false })
    await open.call(updateTasks, { tasks: [{ taskId: id, labels: ['a'] }] })
    await open.call(updateTasks, { tasks: [{ taskId: id, labels: ['b'] }] })
    open.todoist.faults.calm('POST /sync')
    open.advance(10 * MINUTE_MS)
    await open.work()
    expect(open.ada.task(id).labels).toEqual(['work', 'a', 'b'])
  },
)

test('a task moves to a project and a section by their names, and is not put last again where it is', async () => {
  const home = open.ada.addProject('Home')
  const bills = open.ada.addSection('Bills', home)
  const { id } = open.ada.add('Pay rent')
  await read()
  await open.call(moveTasks, { taskIds: [id], project: 'home', section: 'bills' })
  expect(open.ada.task(id)).toMatchObject({ project_id: home.id, section_id: bills.id })
  const { results } = await open.call(moveTasks, { taskIds: [id], section: 'bills' })
  expect(results).toMatchObject([{ state: 'unchanged' }])
  const { items } = await open.call(listTasks, { project: 'Home' })
  expect(items).toMatchObject([{ project: { name: 'Home' }, section: { name: 'Bills' } }])
})

test('a deletion waits ten minutes, hides the task meanwhile, holds nothing back and can be undone', async () => {
  const [gone, kept] = [open.ada.add('gone'), open.ada.add('kept')]
  await read()
  await open.call(deleteTasks, { taskIds: [gone.id, kept.id] })
  expect((await open.call(listTasks, {})).items).toEqual([])
  await open.call(updateTasks, { tasks: [{ taskId: gone.id, content: 'still changed' }] })
  expect(open.ada.task(gone.id)).toMatchObject({ content: 'still changed', is_deleted: false })
  const { results } = await open.call(restoreTasks, { taskIds: [kept.id] })
  expect(results).toMatchObject([{ ok: true }])
  open.advance(9 * MINUTE_MS)
  await open.work()
  expect(open.ada.task(gone.id).is_deleted).toBe(false)
  open.advance(2 * MINUTE_MS)
  await open.work()
  expect(open.ada.task(gone.id).is_deleted).toBe(true)
  expect((await open.call(listTasks, {})).items.map(({ content }) => content)).toEqual(['kept'])
  const late = await open.call(restoreTasks, { taskIds: [kept.id] })
  expect(late.results).toMatchObject([{ ok: false, error: { code: 'conflict' } }])
})

test('a completed task is opened again', async () => {
  const { id } = open.ada.add('Report')
  await read()
  open.ada.complete(id)
  await read()
  expect((await open.call(listTasks, {})).items).toEqual([])
  await open.call(uncompleteTasks, { taskIds: [id] })
  expect(open.ada.task(id).checked).toBe(false)
  expect((await open.call(listTasks, {})).items).toMatchObject([{ id }])
})

test('quick add is read by Todoist, and says what it understood', async () => {
  open.ada.addProject('Home')
  await read()
  const { task, meta } = await open.call(quickAdd, { text: 'Pay rent every month #Home @money p1' })
  expect(task).toMatchObject({
    content: 'Pay rent',
    priority: 1,
    labels: ['money'],
    due: { isRecurring: true },
  })
  expect(meta).toMatchObject({ text: 'Pay rent' })
})

test('a quick add whose answer is lost is never repeated, and says that its outcome is unknown', async () => {
  await read()
  open.todoist.faults.loseAnswer('POST /tasks/quick', true)
  const key = { idempotencyKey: 'once' }
  const adding = () => open.call(quickAdd, { text: 'Pay rent' }, key)
  await expect(adding()).rejects.toMatchObject({ code: 'outcome_unknown' })
  await expect(adding()).rejects.toMatchObject({ code: 'outcome_unknown' })
  expect(open.ada.tasks().map(({ content }) => content)).toEqual(['Pay rent'])
})

test('filters are evaluated as Todoist does, a saved one by its name, and others are refused clearly', async () => {
  const home = open.ada.addProject('Home')
  open.ada.add('today', { due: { date: '2026-03-04' } })
  open.ada.add('late', { due: { date: '2026-03-01' }, priority: 4 })
  open.ada.add('at home', { project_id: home.id, labels: ['garden', 'tools'] })
  open.ada.add('daily', { due: { string: 'every day' } })
  open.ada.does('filter_add', { name: 'Urgent', query: 'p1 | overdue' })
  await read()
  const found = async (filter: string) =>
    (await open.call(listTasks, { filter })).items.map(({ content }) => content).sort()
  expect(await found('today & !recurring')).toEqual(['today'])
  expect(await found('(overdue | #Home) & !@garden')).toEqual(['late'])
  expect(await found('no date')).toEqual(['at home'])
  expect(await found('@gar*')).toEqual(['at home'])
  expect(await found('urgent')).toEqual(['late'])
  expect(await found('search: HOME')).toEqual(['at home'])
  expect(await found('7 days')).toEqual(['daily', 'today'])
  await expect(found('shared & (today')).rejects.toMatchObject({ code: 'invalid_input' })
  await expect(found('created: 3 days ago')).rejects.toMatchObject({
    code: 'invalid_input',
    issues: [{ path: 'filter' }],
  })
})

test('lists come in pages, each task once', async () => {
  for (let count = 0; count < 25; count += 1) open.ada.add(`${count % 3}`, { due: { date: '2026-03-05' } })
  await read()
  const seen: string[] = []
  let cursor: string | null | undefined
  do {
    const page = await open.call(listTasks, { limit: 10, ...(cursor && { cursor }) })
    seen.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor
  } while (cursor !== null)
  expect(seen).toHaveLength(25)
  expect(new Set(seen).size).toBe(25)
})

test('projects are listed with their open tasks, and leave the list when they are archived', async () => {
  const home = open.ada.addProject('Home')
  open.ada.add('Sweep', { project_id: home.id })
  await read()
  const { items } = await open.call(listProjects, {})
  expect(items.map(({ name, openTasks }) => [name, openTasks])).toEqual([
    ['Inbox', 0],
    ['Home', 1],
  ])
  open.ada.does('project_archive', { id: home.id })
  await read()
  expect((await open.call(listProjects, {})).items.map(({ name }) => name)).toEqual(['Inbox'])
  expect((await open.call(listTasks, {})).items).toEqual([])
})
