/** What programs beside Todoist are known to get wrong, where no other test has it already. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { updateProjects } from '../../../src/tools/todoist/projects/update-projects.ts'
import { resync } from '../../../src/tools/todoist/sync/resync.ts'
import { showStatus } from '../../../src/tools/todoist/sync/show-status.ts'
import { completeTasks } from '../../../src/tools/todoist/tasks/complete-tasks.ts'
import { createTasks } from '../../../src/tools/todoist/tasks/create-tasks.ts'
import { listTasks } from '../../../src/tools/todoist/tasks/list-tasks.ts'
import { rescheduleTasks } from '../../../src/tools/todoist/tasks/reschedule-tasks.ts'
import { updateTasks } from '../../../src/tools/todoist/tasks/update-tasks.ts'
import { type OpenTodoist, openTodoist } from './open-todoist.ts'

let open: OpenTodoist

beforeEach(async () => {
  open = await openTodoist()
  await open.connect()
})

afterEach(() => open?.close())

const MINUTE_MS = 60_000

const listed = async () => (await open.call(listTasks, {})).items

test.each(['moves-on', 'read-again'] as const)(
  'a task that repeats from a start moves on when it is completed, where Todoist %s',
  async (startingString) => {
    open.todoist.switches.startingString = startingString
    await open.call(createTasks, { tasks: [{ content: 'Water', due: 'every 2 days starting 2026-03-06' }] })
    const { id, due } = open.ada.find('Water')
    expect(due).toMatchObject({ date: '2026-03-06', is_recurring: true })
    await open.call(completeTasks, { taskIds: [id] })
    expect(open.ada.task(id)).toMatchObject({ checked: false, due: { date: '2026-03-08' } })
  },
)

test('a new task that a stale answer does not name yet is neither deleted nor lost', async () => {
  await open.call(resync, {})
  open.todoist.syncs.holdFullSync()
  await open.call(createTasks, { tasks: [{ content: 'new' }] })
  await open.call(resync, { full: true })
  open.todoist.syncs.releaseFullSync()
  await open.call(resync, {})
  expect(open.ada.tasks().map(({ content }) => content)).toEqual(['new'])
  expect(await listed()).toMatchObject([{ content: 'new' }])
})

test('a date stays as it is over updates and synchronizing, however far the zone of the user is from here', async () => {
  open.ada.timezone = 'Pacific/Auckland'
  const day = open.ada.add('Day', { due: { date: '2026-03-05' } })
  const fixed = open.ada.add('Fixed', {
    due: { date: '2026-03-05T11:30:00Z', timezone: 'Pacific/Auckland' },
  })
  const before = structuredClone([day.due, fixed.due])
  await open.call(resync, {})
  for (const description of ['one', 'two']) {
    await open.call(updateTasks, { tasks: [day, fixed].map(({ id }) => ({ taskId: id, description })) })
    await open.call(resync, { full: true })
  }
  expect([open.ada.task(day.id).due, open.ada.task(fixed.id).due]).toEqual(before)
  expect((await listed()).map(({ due }) => [due?.date, due?.time])).toEqual([
    ['2026-03-05', null],
    ['2026-03-06', '00:30'],
  ])
})

test('while Todoist refuses every request, tasks are still listed, with how old they are', async () => {
  open.ada.add('one')
  await open.call(resync, {})
  const readAt = open.gateway.clock.now().toISOString()
  open.todoist.faults.storm('*', { kind: 'limited', retryAfterSeconds: 60 })
  open.advance(MINUTE_MS)
  await open.call(resync, {})
  const { items, syncedAt } = await open.call(listTasks, {})
  expect(items).toMatchObject([{ content: 'one' }])
  expect(syncedAt).toBe(readAt)
})

test('a project that is deleted at Todoist leaves the lists with its tasks, but not with one that was moved out before', async () => {
  const home = open.ada.addProject('Home')
  const moved = open.ada.add('moved', { project_id: home.id })
  open.ada.add('gone', { project_id: home.id })
  await open.call(resync, {})
  open.ada.move(moved.id, { project_id: open.ada.inbox.id })
  open.ada.does('project_delete', { id: home.id })
  await open.call(resync, {})
  expect(await listed()).toMatchObject([{ id: moved.id, project: { name: 'Inbox' } }])
})

test('subtasks of a repeating task are open again when it is completed', async () => {
  const { id } = open.ada.add('Clean', { due: { string: 'every week' } })
  const step = open.ada.add('Kitchen', { parent_id: id })
  await open.call(resync, {})
  await open.call(completeTasks, { taskIds: [step.id] })
  await open.call(completeTasks, { taskIds: [id] })
  expect(open.ada.task(step.id).checked).toBe(false)
  expect((await listed()).map(({ content }) => content).sort()).toEqual(['Clean', 'Kitchen'])
})

test('another due date takes neither labels, shared ones included, nor the assignee of a task', async () => {
  const bob = open.todoist.world.person('bob')
  const home = open.ada.addProject('Home')
  open.ada.share(home, bob)
  open.ada.does('label_add', { name: 'own' })
  const { id } = open.ada.add('Report', {
    ...{ project_id: home.id, labels: ['own', 'shared'], responsible_uid: bob.id },
    due: { date: '2026-03-05' },
  })
  await open.call(resync, {})
  await open.call(rescheduleTasks, { taskIds: [id], due: '2026-03-06' })
  await open.call(updateTasks, { tasks: [{ taskId: id, due: 'every friday' }] })
  expect(open.ada.task(id)).toMatchObject({
    ...{ labels: ['own', 'shared'], responsible_uid: bob.id },
    due: { string: 'every friday' },
  })
})

test('an operation that Todoist carries on by itself is no failure, and is done once it ends', async () => {
  const { id: workspaceId } = open.ada.addWorkspace('Team')
  const { id } = open.ada.addProject('Home')
  await open.call(resync, {})
  open.todoist.faults.leavePending()
  const { results } = await open.call(updateProjects, { projects: [{ project: 'Home', workspaceId }] })
  expect(results).toMatchObject([{ ok: true, state: 'queued' }])
  open.todoist.world.finishOperations()
  open.advance(MINUTE_MS)
  await open.work()
  expect(open.todoist.world.projects.get(id)).toMatchObject({ workspace_id: workspaceId })
  const { accounts } = await open.call(showStatus, {})
  expect(accounts).toMatchObject([{ waitingCount: 0, refused: [] }])
})
