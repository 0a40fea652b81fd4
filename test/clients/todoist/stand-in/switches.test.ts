/** Each point on which the documents disagree, in both settings. */
import { expect, test } from 'vitest'
import { start, todoist } from './start.ts'

test('closeAnswer: closing answers 200 with null, or 204 with nothing', async () => {
  const { ada, client } = await start()
  expect(await client.post(`/tasks/${ada.add('One').id}/close`)).toEqual({ status: 200, body: null })
  todoist.switches.closeAnswer = 'empty'
  expect(await client.post(`/tasks/${ada.add('Two').id}/close`)).toEqual({ status: 204, body: '' })
})

test('completedUntil: the end of the range is left out, or is in it', async () => {
  const { ada, client } = await start()
  ada.complete(ada.add('Done').id)
  const query = { since: '2026-11-30T00:00:00Z', until: '2026-11-30T09:00:00Z' }
  const count = async () => (await client.get('/tasks/completed/by_completion_date', query)).body.items.length
  expect(await count()).toBe(0)
  todoist.switches.completedUntil = 'inclusive'
  expect(await count()).toBe(1)
})

test('completedTask: a completed task is not found, or is', async () => {
  const { ada, client } = await start()
  const task = ada.add('Done')
  ada.complete(task.id)
  expect((await client.get(`/tasks/${task.id}`)).status).toBe(404)
  todoist.switches.completedTask = 'found'
  expect((await client.get(`/tasks/${task.id}`)).body).toMatchObject({ checked: true })
})

test('dueDatetime: a due date has no datetime, or has one', async () => {
  const { ada, client } = await start()
  const task = ada.add('Task', { due: { string: 'tomorrow 9am' } })
  expect((await client.get(`/tasks/${task.id}`)).body.due).not.toHaveProperty('datetime')
  todoist.switches.dueDatetime = 'present'
  expect((await client.get(`/tasks/${task.id}`)).body.due.datetime).toBe('2026-12-01T09:00:00')
})

test('requestId: the same X-Request-Id is done twice, or once', async () => {
  const { ada, client } = await start()
  const add = () => client.post('/tasks', { content: 'Task' }, { 'x-request-id': 'one' })
  await add()
  await add()
  expect(ada.tasks()).toHaveLength(2)
  todoist.switches.requestId = 'honoured'
  const [first, second] = [await add(), await add()]
  expect(second).toEqual(first)
  expect(ada.tasks()).toHaveLength(3)
})

test('completeRepeatingSubtasks: item_complete finishes repeating subtasks, or keeps them', async () => {
  const { ada, client } = await start()
  const finish = async (name: string) => {
    const parent = ada.add(name)
    const child = ada.add(`${name} again`, { parent_id: parent.id, due: { string: 'every day' } })
    await client.run(name, { type: 'item_complete', args: { id: parent.id } })
    return child.checked
  }
  expect(await finish('One')).toBe(true)
  todoist.switches.completeRepeatingSubtasks = 'kept'
  expect(await finish('Two')).toBe(false)
})

test('seenCommandIds: a uuid seen before repeats its id, or only its status', async () => {
  const { client } = await start()
  const add = () => client.run('one', { type: 'item_add', temp_id: 't', args: { content: 'Task' } })
  const first = await add()
  expect((await add()).body.temp_id_mapping).toEqual(first.body.temp_id_mapping)
  todoist.switches.seenCommandIds = 'left-out'
  expect((await add()).body).toMatchObject({ temp_id_mapping: {}, sync_status: { 'one-0': 'ok' } })
})

test('syncLabelOrder: a label has its order as item_order, or as order', async () => {
  const { client } = await start()
  await client.post('/labels', { name: 'one' })
  expect((await client.read()).body.labels).toMatchObject([{ item_order: 1 }])
  todoist.switches.syncLabelOrder = 'order'
  expect((await client.read()).body.labels).toMatchObject([{ order: 1 }])
})

test('planActivityLog: a plan has its activity log as a flag, or as days', async () => {
  const { client } = await start()
  expect((await client.read()).body.user_plan_limits.current.activity_log).toBe(true)
  todoist.switches.planActivityLog = 'days'
  expect((await client.read()).body.user_plan_limits.current.activity_log).toBe(-1)
})
