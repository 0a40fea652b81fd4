/** Comments, reminders, completed tasks, views and templates of Todoist through the gateway. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createComments } from '../../../src/tools/todoist/comments/create-comments.ts'
import { deleteComments } from '../../../src/tools/todoist/comments/delete-comments.ts'
import { listComments } from '../../../src/tools/todoist/comments/list-comments.ts'
import { readAttachment } from '../../../src/tools/todoist/comments/read-attachment.ts'
import { updateComments } from '../../../src/tools/todoist/comments/update-comments.ts'
import { exportProject } from '../../../src/tools/todoist/projects/export-project.ts'
import { importProject } from '../../../src/tools/todoist/projects/import-project.ts'
import { showHealth } from '../../../src/tools/todoist/projects/show-health.ts'
import { createReminders } from '../../../src/tools/todoist/reminders/create-reminders.ts'
import { deleteReminders } from '../../../src/tools/todoist/reminders/delete-reminders.ts'
import { listReminders } from '../../../src/tools/todoist/reminders/list-reminders.ts'
import { updateReminders } from '../../../src/tools/todoist/reminders/update-reminders.ts'
import { resync } from '../../../src/tools/todoist/sync/resync.ts'
import { completeTasks } from '../../../src/tools/todoist/tasks/complete-tasks.ts'
import { duplicateTasks } from '../../../src/tools/todoist/tasks/duplicate-tasks.ts'
import { listCompleted } from '../../../src/tools/todoist/tasks/list-completed.ts'
import { reorderTasks } from '../../../src/tools/todoist/tasks/reorder-tasks.ts'
import { listActivity } from '../../../src/tools/todoist/views/list-activity.ts'
import { listBackups } from '../../../src/tools/todoist/views/list-backups.ts'
import { listCollaborators } from '../../../src/tools/todoist/views/list-collaborators.ts'
import { showOverview } from '../../../src/tools/todoist/views/show-overview.ts'
import { showProductivity } from '../../../src/tools/todoist/views/show-productivity.ts'
import { listWorkspaces } from '../../../src/tools/todoist/workspaces/list-workspaces.ts'
import { showWorkspaceHealth } from '../../../src/tools/todoist/workspaces/show-workspace-health.ts'
import { type OpenTodoist, openTodoist } from './open-todoist.ts'

let open: OpenTodoist

beforeAll(async () => {
  open = await openTodoist()
  const bob = open.todoist.world.person('bob')
  const home = open.ada.addProject('Home')
  open.ada.share(home, bob)
  open.ada.addSection('Bills', home)
  for (const content of ['one', 'two', 'three']) open.ada.add(content, { project_id: home.id })
  open.ada.add('part of one', { project_id: home.id, parent_id: open.ada.find('one').id, labels: ['x'] })
  await open.connect()
  await open.call(resync, {})
})

afterAll(() => open?.close())

const idOf = (content: string) => open.ada.find(content).id
const MINUTE_MS = 60_000

test('a comment with a file is on its task once, can be read, changed and deleted; one is on a project', async () => {
  const file = { name: 'note.txt', type: 'text/plain', base64: Buffer.from('Grüße').toString('base64') }
  const taskId = idOf('one')
  const comments = [
    { text: 'Look', taskId, file },
    { text: 'Hello', project: 'home', notify: ['Bob'] },
    { text: 'Nowhere' },
  ]
  const { results } = await open.call(createComments, { comments })
  expect(results).toMatchObject([
    { ok: true, state: 'done' },
    { ok: true, state: 'done' },
    { ok: false, error: { code: 'invalid_input' } },
  ])
  const { items } = await open.call(listComments, { taskId })
  expect(items).toMatchObject([{ text: 'Look', postedBy: 'Ada', attachment: { name: 'note.txt' } }])
  const commentId = items[0]?.id ?? ''
  expect(await open.call(readAttachment, { commentId })).toMatchObject({ encoding: 'text', content: 'Grüße' })
  await open.call(updateComments, { comments: [{ commentId, text: 'Look again' }] })
  expect((await open.call(listComments, { taskId })).items).toMatchObject([{ text: 'Look again' }])
  await open.call(deleteComments, { commentIds: [commentId] })
  expect((await open.call(listComments, { taskId })).items).toEqual([])
  expect((await open.call(listComments, { project: 'Home' })).items).toMatchObject([{ text: 'Hello' }])
})

test('no token goes to an address that is not at Todoist', async () => {
  const attachment = { file_name: 'x', file_url: 'https://files.example.com/x', file_type: 'text/plain' }
  open.ada.does('note_add', { item_id: idOf('two'), content: 'elsewhere', file_attachment: attachment })
  await open.call(resync, {})
  const { items } = await open.call(listComments, { taskId: idOf('two') })
  await expect(open.call(readAttachment, { commentId: items[0]?.id ?? '' })).rejects.toMatchObject({
    code: 'forbidden',
    message: expect.stringContaining('https://files.example.com/x'),
  })
})

test('reminders come before a task is due, at a time, or at a place; each is changed and deleted', async () => {
  const taskId = idOf('two')
  const place = { name: 'Home', latitude: 52.5, longitude: 13.4, on: 'leaving' as const }
  const reminders = [
    { taskId, minutesBefore: 30 },
    { taskId, at: '2026-03-05T09:00' },
    { taskId, place },
    { taskId, minutesBefore: 5, at: '2026-03-05' },
  ]
  const { results } = await open.call(createReminders, { reminders })
  expect(results.map(({ ok }) => ok)).toEqual([true, true, true, false])
  const list = async () => (await open.call(listReminders, { taskId })).items
  const items = await list()
  expect(items).toHaveLength(3)
  expect(items).toContainEqual(expect.objectContaining({ place: 'Home' }))
  expect(items).toContainEqual(expect.objectContaining({ at: '2026-03-05T09:00:00' }))
  const relative = items.find(({ minutesBefore }) => minutesBefore === 30)?.id ?? ''
  await open.call(updateReminders, { reminders: [{ reminderId: relative, minutesBefore: 15 }] })
  expect(await list()).toContainEqual(expect.objectContaining({ id: relative, minutesBefore: 15 }))
  await open.call(deleteReminders, { reminderIds: items.map(({ id }) => id) })
  expect(await list()).toEqual([])
})

test('completed tasks are listed with each time of a repeating one, and finished ones once', async () => {
  const daily = open.ada.add('Water', { due: { string: 'every day' } })
  open.ada.add('Call')
  await open.call(resync, {})
  const answer = await open.call(completeTasks, { taskIds: [daily.id, idOf('Call')] })
  expect(completeTasks.tell(answer)).toContain('Done, and comes again on 2026-03-05: Water')
  open.advance(2 * MINUTE_MS)
  await open.call(completeTasks, { taskIds: [daily.id] })
  open.advance(2 * MINUTE_MS)
  const { items } = await open.call(listCompleted, {})
  expect(items.map(({ content, isRepeating }) => [content, isRepeating]).sort()).toEqual([
    ['Call', false],
    ['Water', true],
    ['Water', true],
  ])
  const paged = await open.call(listCompleted, { limit: 2 })
  const rest = await open.call(listCompleted, { limit: 2, cursor: paged.nextCursor ?? '' })
  expect([...paged.items, ...rest.items]).toEqual(items)
  const again = await open.call(completeTasks, { taskIds: [daily.id], forGood: true })
  expect(again.results).toMatchObject([{ ok: true, state: 'done' }])
  expect(open.ada.task(daily.id).checked).toBe(true)
})

test('tasks trade their places, and a copy has the subtasks of its original', async () => {
  const order = () =>
    open.ada
      .tasks()
      .filter(({ content, parent_id }) => ['one', 'two', 'three'].includes(content) && parent_id === null)
      .map(({ content }) => content)
  await open.call(reorderTasks, { taskIds: ['three', 'one'].map(idOf) })
  expect(order()).toEqual(['three', 'two', 'one'])
  const { results } = await open.call(duplicateTasks, { taskIds: [idOf('one')] })
  const [copy] = results
  const copyId = copy?.ok === true ? copy.taskId : null
  expect(copyId).not.toBeNull()
  const parts = open.ada.tasks().filter(({ content }) => content === 'part of one')
  expect(parts.map(({ parent_id }) => parent_id)).toContain(copyId)
  expect(parts.map(({ labels }) => labels)).toEqual([['x'], ['x']])
})

test('an account is shown at a glance, with who shares it, what happened, and its numbers', async () => {
  const { accounts } = await open.call(showOverview, {})
  expect(accounts).toMatchObject([
    {
      name: 'ada@example.com',
      user: { fullName: 'Ada', timeZone: 'Europe/Berlin' },
      projects: [{ name: 'Inbox' }, { name: 'Home', sections: [{ name: 'Bills' }] }],
    },
  ])
  const people = await open.call(listCollaborators, { project: 'Home', text: 'bob' })
  expect(people.items).toMatchObject([{ name: 'Bob', email: 'bob@example.com', projects: ['Home'] }])
  const log = await open.call(listActivity, { object: 'task', event: 'completed', limit: 1 })
  expect(log.items).toMatchObject([{ object: 'task', event: 'completed' }])
  const more = await open.call(listActivity, {
    ...{ object: 'task', event: 'completed', limit: 1 },
    cursor: log.nextCursor ?? '',
  })
  expect(more.items).not.toEqual(log.items)
  expect((await open.call(showProductivity, {})).completed).toBeGreaterThan(2)
  expect(await open.call(showHealth, { project: 'home', analyze: true })).toMatchObject({
    status: 'ON_TRACK',
  })
  expect((await open.call(listBackups, {})).items).toHaveLength(1)
})

test('the workspaces of a person are listed, and one shows how its projects do', async () => {
  const { id } = open.ada.addWorkspace('Team')
  const launch = open.ada.addProject('Launch')
  open.ada.add('Invite the press', { project_id: launch.id })
  open.ada.complete(open.ada.add('Choose a date', { project_id: launch.id }).id)
  await open.call(open.byName('todoist.sync.resync'), {})
  await open.call(open.byName('todoist.projects.update'), {
    projects: [{ project: 'Launch', workspaceId: id }],
  })
  expect((await open.call(listWorkspaces, {})).items).toMatchObject([{ id, name: 'Team', role: 'ADMIN' }])
  const { projects } = await open.call(showWorkspaceHealth, { workspace: 'team' })
  expect(projects).toMatchObject([{ name: 'Launch', status: 'ON_TRACK', completed: 1, open: 1, percent: 50 }])
})

test('a project goes out as a template and comes in as another project, once', async () => {
  const { csv } = await open.call(exportProject, { project: 'Home' })
  expect(csv.split('\r\n')[0]).toBe('TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,DATE,DATE_LANG')
  const imported = await open.call(importProject, { csv, name: 'Home again' })
  expect(imported.sections).toBe(1)
  const { accounts } = await open.call(showOverview, { project: 'Home again' })
  expect(accounts).toMatchObject([
    { projects: [{ openTasks: imported.tasks, sections: [{ name: 'Bills' }] }] },
  ])
  open.todoist.faults.loseAnswer('POST /templates/create_project_from_file', true)
  await expect(open.call(importProject, { csv, name: 'Lost' })).rejects.toMatchObject({
    code: 'outcome_unknown',
  })
  expect(open.todoist.world.projects.where(({ name }) => name === 'Lost')).toHaveLength(1)
})
