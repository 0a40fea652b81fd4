/** The stand-in through Todoist's own SDK, which checks every answer by its schemas. */
import {
  parseWebhookPayload,
  SYNC_RESOURCE_TYPES,
  type Task,
  TodoistApi,
  verifyWebhookSignature,
} from '@doist/todoist-sdk'
import { afterEach, expect, test } from 'vitest'
import { type HttpApp, listenHttp } from '../../../support/slack/listen.ts'
import { start, todoist } from './start.ts'

let receiver: HttpApp | undefined
afterEach(async () => {
  await receiver?.close()
  receiver = undefined
})

async function startWithSdk() {
  const world = await start()
  return { ...world, api: new TodoistApi(world.ada.token, { baseUrl: todoist.url }) }
}

test('the SDK creates, reads, changes, moves and completes tasks', async () => {
  const { ada, api } = await startWithSdk()
  const home = await api.addProject({ name: 'Home' })
  const bills = await api.addSection({ name: 'Bills', projectId: home.id })
  const task = await api.addTask({
    content: 'Rent',
    dueString: 'every month',
    priority: 4,
    labels: ['money'],
  })
  expect(task).toMatchObject({ content: 'Rent', priority: 4, due: { isRecurring: true, date: '2026-11-30' } })
  await api.updateTask(task.id, { description: 'For the flat' })
  expect(await api.moveTask(task.id, { sectionId: bills.id })).toMatchObject({ projectId: home.id })
  expect((await api.getTasks({ sectionId: bills.id })).results).toMatchObject([
    { description: 'For the flat' },
  ])
  expect((await api.getTasksByFilter({ query: '#Home & @money' })).results).toHaveLength(1)
  expect(await api.closeTask(task.id)).toBe(true)
  expect((await api.getTask(task.id)).due?.date).toBe('2026-12-30')
  const once = await api.quickAddTask({ text: 'Call the bank tomorrow 9am p1' })
  expect(once).toMatchObject({ content: 'Call the bank', priority: 4, due: { date: '2026-12-01T09:00:00' } })
  await api.closeTask(once.id)
  const [since, until] = ['2026-11-30T00:00:00Z', '2026-12-01T00:00:00Z']
  expect((await api.getCompletedTasksByCompletionDate({ since, until })).items).toMatchObject([
    { id: once.id },
  ])
  await api.reopenTask(once.id)
  await api.deleteTask(once.id)
  expect(ada.tasks()).toHaveLength(1)
})

test('the SDK reads everything else by its schemas', async () => {
  const { ada, api } = await startWithSdk()
  const task = ada.add('Task', { due: { string: 'tomorrow 9am' } })
  const bob = todoist.world.person('bob')
  const home = ada.addProject('Home')
  ada.share(home, bob)
  expect(await api.getUser()).toMatchObject({ id: ada.id, inboxProjectId: ada.inbox.id })
  expect((await api.getProjects()).results).toHaveLength(2)
  expect(await api.getLabels()).toMatchObject({ results: [] })
  expect(await api.addLabel({ name: 'own' })).toMatchObject({ order: 1 })
  const comment = await api.addComment({ taskId: task.id, content: 'Look', uidsToNotify: [bob.id] })
  expect((await api.getComments({ taskId: task.id })).results).toMatchObject([
    { id: comment.id, taskId: task.id },
  ])
  expect(
    await api.addReminder({ taskId: task.id, reminderType: 'relative', minuteOffset: 30 }),
  ).toMatchObject({
    type: 'relative',
  })
  expect((await api.getProjectCollaborators(home.id)).results).toHaveLength(2)
  expect(await api.getFullProject(home.id)).toMatchObject({ commentsCount: 0, tasks: [] })
  ada.complete(task.id)
  expect((await api.getActivityLogs({ objectEventTypes: 'task:completed' })).results).toMatchObject([
    { objectType: 'task', objectId: task.id },
  ])
  expect(await api.getProductivityStats()).toMatchObject({ completedCount: 1 })
  const team = ada.addWorkspace('Team', bob)
  expect(await api.getWorkspaces()).toMatchObject([{ name: 'Team' }])
  expect(await api.getProjectHealth(home.id)).toMatchObject({ status: 'ON_TRACK' })
  expect(await api.getProjectHealthContext(home.id)).toMatchObject({ projectName: 'Home' })
  expect(await api.getProjectProgress(ada.inbox.id)).toMatchObject({
    completedCount: 1,
    progressPercent: 100,
  })
  expect((await api.getProjectActivityStats(ada.inbox.id)).dayItems[0]).toMatchObject({ totalCount: 1 })
  await api.moveProjectToWorkspace({ projectId: home.id, workspaceId: team.id })
  expect((await api.getWorkspaceInsights(team.id)).projectInsights).toMatchObject([{ projectId: home.id }])
  expect(await api.getBackups()).toHaveLength(1)
})

test('the SDK reads a full sync of every type by its schemas', async () => {
  const { ada, api } = await startWithSdk()
  Object.assign(todoist.switches, { syncLabelOrder: 'order', planActivityLog: 'days' })
  const task = ada.add('Task', { due: { string: 'every day' }, labels: ['own'] })
  ada.does('label_add', { name: 'own' })
  ada.does('filter_add', { name: 'Soon', query: '7 days' })
  ada.does('note_add', { item_id: task.id, content: 'Look' })
  ada.does('reminder_add', { item_id: task.id, type: 'absolute', due: { date: '2026-12-01T09:00:00' } })
  ada.addSection('Bills', ada.inbox)
  ada.share(ada.addProject('Home'), todoist.world.person('bob'))
  const answer = await api.sync({ resourceTypes: [...SYNC_RESOURCE_TYPES], syncToken: '*' })
  expect(answer).toMatchObject({
    fullSync: true,
    items: [{ content: 'Task' }],
    labels: [{ name: 'own' }],
    filters: [{ query: '7 days' }],
    sections: [{ name: 'Bills' }],
    collaborators: [{ fullName: 'Ada' }, { fullName: 'Bob' }],
    user: { email: 'ada@example.com' },
  })
})

test('a webhook passes the check of the SDK, and its reader where the version is the one it knows', async () => {
  receiver = await listenHttp()
  const { ada } = await start({
    app: { webhookUrl: receiver.urls.events },
    switches: { webhookVersion: '1' },
  })
  todoist.oauth.grant(ada, 'data:read_write')
  const task = ada.add('Task')
  ada.edit(task.id, { content: 'New' })
  ada.complete(task.id)
  ada.does('note_add', { item_id: task.id, content: 'Look' })
  ada.does('note_add', { project_id: ada.inbox.id, content: 'Look' })
  ada.does('label_add', { name: 'own' })
  ada.does('filter_add', { name: 'Soon', query: '7 days' })
  ada.addSection('Bills', ada.addProject('Home'))
  ada.uncomplete(task.id)
  ada.fireReminder(ada.does('reminder_add', { item_id: task.id, type: 'relative', minute_offset: 5 }) ?? '')
  ada.remove(task.id)
  await todoist.webhooks.settled()
  expect(receiver.received).toHaveLength(12)
  for (const { body, headers } of receiver.received) {
    const signature = String(headers['x-todoist-hmac-sha256'])
    const { clientSecret } = todoist.app
    expect(await verifyWebhookSignature({ rawBody: body, signature, clientSecret })).toBe(true)
    expect(parseWebhookPayload(JSON.parse(body)).eventName).toBe(JSON.parse(body).event_name)
  }
})

test('a lost answer makes the SDK send again by itself: a doubled task without a request id that is honoured', async () => {
  const { ada, api } = await startWithSdk()
  const add = async (requestId?: string): Promise<Task> => await api.addTask({ content: 'Task' }, requestId)
  todoist.faults.loseAnswer('POST /tasks')
  await add()
  expect(ada.tasks()).toHaveLength(2)
  todoist.switches.requestId = 'honoured'
  todoist.faults.loseAnswer('POST /tasks')
  await add('one')
  expect(ada.tasks()).toHaveLength(3)
})
