/** Projects, sections, labels and filters of Todoist through the gateway: changed by name, once, and seen at once. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFilters } from '../../../src/tools/todoist/filters/create-filters.ts'
import { deleteFilters } from '../../../src/tools/todoist/filters/delete-filters.ts'
import { listFilters } from '../../../src/tools/todoist/filters/list-filters.ts'
import { updateFilters } from '../../../src/tools/todoist/filters/update-filters.ts'
import { createLabels } from '../../../src/tools/todoist/labels/create-labels.ts'
import { deleteLabels } from '../../../src/tools/todoist/labels/delete-labels.ts'
import { listLabels } from '../../../src/tools/todoist/labels/list-labels.ts'
import { updateLabels } from '../../../src/tools/todoist/labels/update-labels.ts'
import { createProjects } from '../../../src/tools/todoist/projects/create-projects.ts'
import { deleteProjects } from '../../../src/tools/todoist/projects/delete-projects.ts'
import { listProjects } from '../../../src/tools/todoist/projects/list-projects.ts'
import { updateProjects } from '../../../src/tools/todoist/projects/update-projects.ts'
import { createSections } from '../../../src/tools/todoist/sections/create-sections.ts'
import { deleteSections } from '../../../src/tools/todoist/sections/delete-sections.ts'
import { listSections } from '../../../src/tools/todoist/sections/list-sections.ts'
import { updateSections } from '../../../src/tools/todoist/sections/update-sections.ts'
import { resync } from '../../../src/tools/todoist/sync/resync.ts'
import { undo } from '../../../src/tools/todoist/sync/undo.ts'
import { createTasks } from '../../../src/tools/todoist/tasks/create-tasks.ts'
import { listTasks } from '../../../src/tools/todoist/tasks/list-tasks.ts'
import { updateTasks } from '../../../src/tools/todoist/tasks/update-tasks.ts'
import { type OpenTodoist, openTodoist } from './open-todoist.ts'

let open: OpenTodoist

beforeAll(async () => {
  open = await openTodoist()
  await open.connect()
  await open.call(resync, {})
})

afterAll(() => open?.close())

const MINUTE_MS = 60_000

const project = (name: string) => {
  const [found] = open.todoist.world.projects.where((each) => each.name === name && !each.is_deleted)
  if (found === undefined) throw new Error(`there is no project ${name}`)
  return found
}

test('a project is made, changed, moved, reordered and archived by its name, and comes back', async () => {
  await open.call(createProjects, { projects: [{ name: 'Home', color: 'teal' }, { name: 'Old' }] })
  await open.call(createProjects, { projects: [{ name: 'Garden', parent: 'home', view: 'board' }] })
  expect(project('Garden')).toMatchObject({ parent_id: project('Home').id, view_style: 'board' })
  const projects = [
    { project: 'Garden', name: 'Yard', parent: null, position: 1 },
    { project: 'Old', archived: true },
  ]
  const { results } = await open.call(updateProjects, { projects })
  expect(results).toMatchObject([
    { ok: true, state: 'done', name: 'Garden' },
    { ok: true, state: 'done' },
  ])
  expect(project('Yard')).toMatchObject({ parent_id: null, child_order: 1 })
  expect(project('Old').is_archived).toBe(true)
  const names = async (archived: boolean) =>
    (await open.call(listProjects, { archived })).items.map(({ name }) => name)
  expect((await names(false)).sort()).toEqual(['Home', 'Inbox', 'Yard'])
  expect(await names(true)).toEqual(['Old'])
  await open.call(updateProjects, { projects: [{ project: 'old', archived: false }] })
  expect(project('Old').is_archived).toBe(false)
})

test('what is made offline can be used by its name at once, and is made once', async () => {
  open.todoist.faults.storm('POST /sync', { kind: 'lost', isDone: true })
  await open.call(createProjects, { projects: [{ name: 'Trip' }] })
  await open.call(createSections, { sections: [{ name: 'Packing', project: 'Trip' }] })
  await open.call(createTasks, { tasks: [{ content: 'Passport', project: 'Trip', section: 'Packing' }] })
  const waiting = await open.call(listTasks, { project: 'Trip' })
  expect(waiting.items).toMatchObject([
    { content: 'Passport', isWaiting: true, project: { name: 'Trip' }, section: { name: 'Packing' } },
  ])
  expect((await open.call(listTasks, { labels: ['none'] })).items).toEqual([])
  const { items } = await open.call(listProjects, { text: 'trip' })
  expect(items).toMatchObject([{ name: 'Trip', isWaiting: true }])
  open.todoist.faults.calm('POST /sync')
  open.advance(10 * MINUTE_MS)
  await open.work()
  expect((await open.call(listProjects, { text: 'trip' })).items).toMatchObject([
    { id: project('Trip').id, isWaiting: false, openTasks: 1 },
  ])
  const sections = await open.call(listSections, { project: 'Trip' })
  expect(sections.items).toMatchObject([{ name: 'Packing', openTasks: 1 }])
  expect(open.ada.find('Passport').section_id).toBe(sections.items[0]?.id)
})

test('a project that is deleted is gone for its people, and stays where they undo it', async () => {
  const answer = await open.call(deleteProjects, { projects: ['Old', 'inbox', 'Olt'] })
  expect(answer.results).toMatchObject([
    { ok: true, state: 'queued' },
    { ok: false, error: { code: 'invalid_input' } },
    { ok: false, error: { code: 'not_found', fix: 'Did you mean Old?' } },
  ])
  expect(deleteProjects.tell(answer)).toContain('Deleted at Todoist in 10 minutes')
  expect((await open.call(listProjects, { text: 'Old' })).items).toEqual([])
  const [next] = deleteProjects.next?.(answer, { projects: [] }) ?? []
  await open.call(undo, next?.input as { commandIds: string[] })
  open.advance(11 * MINUTE_MS)
  await open.work()
  expect(project('Old').is_deleted).toBe(false)
  await open.call(deleteProjects, { projects: ['Old'] })
  open.advance(11 * MINUTE_MS)
  await open.work()
  expect(open.todoist.world.projects.where((each) => each.name === 'Old' && !each.is_deleted)).toEqual([])
})

test('a section is renamed, moved with its tasks, archived and deleted; one of two is chosen by its project', async () => {
  const names = [
    { name: 'Later', project: 'Home' },
    { name: 'Later', project: 'Yard' },
  ]
  await open.call(createSections, { sections: names })
  const ambiguous = await open.call(updateSections, { sections: [{ section: 'Later', name: 'Soon' }] })
  expect(ambiguous.results).toMatchObject([{ ok: false, error: { code: 'invalid_input' } }])
  const sections = [{ section: 'Later', project: 'Yard', name: 'Soon', toProject: 'Home', position: 7 }]
  await open.call(updateSections, { sections })
  const [soon] = open.todoist.world.sections.where(({ name }) => name === 'Soon')
  expect(soon).toMatchObject({ project_id: project('Home').id, section_order: 7 })
  await open.call(updateSections, { sections: [{ section: 'Soon', archived: true }] })
  expect((await open.call(listSections, { archived: true })).items).toMatchObject([{ name: 'Soon' }])
  await open.call(updateSections, { sections: [{ section: 'Soon', archived: false }] })
  await open.call(deleteSections, { sections: [{ section: 'Soon' }] })
  open.advance(11 * MINUTE_MS)
  await open.work()
  expect(soon?.is_deleted).toBe(true)
})

test('labels: a rename comes onto the tasks, and a deletion takes them off or leaves them as shared', async () => {
  await open.call(createLabels, { labels: [{ name: 'money' }, { name: '@errand', color: 'red' }] })
  const bank = await open.call(createTasks, {
    tasks: [{ content: 'Bank', labels: ['Money', 'errand', 'errnad'] }],
  })
  expect(createTasks.tell(bank)).toContain('New label: @errnad.')
  const [taskId] = bank.results.flatMap((result) => (result.ok ? (result.taskId ?? []) : []))
  const tasks = [{ taskId: taskId ?? '', removeLabels: ['errnad'] }]
  expect(updateTasks.tell(await open.call(updateTasks, { tasks }))).not.toContain('New label')
  const again = await open.call(createLabels, { labels: [{ name: 'MONEY' }] })
  expect(again.results).toMatchObject([{ ok: false, error: { code: 'conflict' } }])
  await open.call(updateLabels, { labels: [{ label: 'money', name: 'cash' }] })
  expect(open.ada.find('Bank').labels).toEqual(['cash', 'errand'])
  await open.call(deleteLabels, { labels: ['cash'], onTasks: 'keep' })
  await open.call(deleteLabels, { labels: ['errand'], onTasks: 'remove' })
  open.advance(11 * MINUTE_MS)
  await open.work()
  expect(open.ada.find('Bank').labels).toEqual(['cash'])
  expect((await open.call(listLabels, {})).items).toMatchObject([
    { name: 'cash', isShared: true, openTasks: 1 },
  ])
  await open.call(updateLabels, { labels: [{ label: 'cash', name: 'coins' }] })
  expect(open.ada.find('Bank').labels).toEqual(['coins'])
  const kept = await open.call(deleteLabels, { labels: ['coins'], onTasks: 'keep' })
  expect(kept.results).toMatchObject([{ ok: false, error: { code: 'invalid_input' } }])
  await open.call(deleteLabels, { labels: ['coins'], onTasks: 'remove' })
  expect(open.ada.find('Bank').labels).toEqual([])
})

test('a saved filter is made, changed and used by its name; deleting it leaves the tasks', async () => {
  await open.call(createFilters, { filters: [{ name: 'Money', query: 'search: bank' }] })
  expect((await open.call(listTasks, { filter: 'money' })).items).toMatchObject([{ content: 'Bank' }])
  await open.call(updateFilters, { filters: [{ filter: 'Money', query: 'p1', isFavorite: true }] })
  expect((await open.call(listFilters, {})).items).toMatchObject([{ query: 'p1', isFavorite: true }])
  const dry = await open.call(deleteFilters, { filters: ['Money'], dryRun: true })
  expect(dry.results).toMatchObject([{ state: 'dry_run', sends: [{ type: 'filter_delete' }] }])
  await open.call(deleteFilters, { filters: ['Money'] })
  expect((await open.call(listFilters, {})).items).toEqual([])
  expect(open.ada.find('Bank').is_deleted).toBe(false)
})

test('a thing is changed in the one account that has it, and the answer names the accounts where several do', async () => {
  const bob = open.todoist.world.person('bob')
  bob.addProject('Band')
  bob.addProject('Home')
  await open.connect(bob.token)
  await open.call(resync, {})
  const { results } = await open.call(updateProjects, {
    projects: [
      { project: 'Band', isFavorite: true },
      { project: 'Home', isFavorite: true },
    ],
  })
  expect(results).toMatchObject([
    { ok: true, state: 'done' },
    { ok: false, error: { code: 'invalid_input' } },
  ])
  expect(project('Band').is_favorite).toBe(true)
})
