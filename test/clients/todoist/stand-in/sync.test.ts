/** The stand-in's sync: what it does is what our code may count on. */
import { describe, expect, test } from 'vitest'
import { clientOf, start, todoist } from './start.ts'

describe('reading', () => {
  test('a full sync tells of everything active, a partial one of what changed since, also of what is gone', async () => {
    const { ada, client } = await start()
    const [done, kept, dropped] = [ada.add('Done'), ada.add('Kept'), ada.add('Dropped')]
    ada.complete(done.id)
    const full = await client.read()
    expect(full.body).toMatchObject({ full_sync: true, full_sync_date_utc: '2026-11-30T09:00:00.000000Z' })
    expect(full.body.items.map((item: { content: string }) => item.content)).toEqual(['Kept', 'Dropped'])
    expect(full.body.projects).toMatchObject([{ name: 'Inbox', inbox_project: true }])
    expect(full.body.user).toMatchObject({
      inbox_project_id: ada.inbox.id,
      tz_info: { timezone: 'Europe/Berlin' },
    })
    expect(full.body.user_plan_limits.current).toMatchObject({ max_tasks: 300 })

    ada.remove(dropped.id)
    ada.complete(kept.id)
    const partial = await client.read(full.body.sync_token)
    expect(partial.body).toMatchObject({ full_sync: false, projects: [] })
    expect(partial.body.items).toMatchObject([
      { id: kept.id, checked: true },
      { id: dropped.id, is_deleted: true },
    ])
    expect((await client.read(partial.body.sync_token)).body.items).toEqual([])
  })

  test('takes forms as well as JSON, and leaves out the types with a minus', async () => {
    const { ada, client } = await start()
    ada.add('Kept')
    const response = await fetch(`${todoist.url}/api/v1/sync`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ada.token}` },
      body: new URLSearchParams({
        sync_token: '*',
        resource_types: '["items"]',
        commands: JSON.stringify([{ type: 'item_add', uuid: 'u1', temp_id: 't1', args: { content: 'New' } }]),
      }),
    })
    const body = (await response.json()) as { items: unknown[]; temp_id_mapping: object; projects?: unknown }
    expect(body).toMatchObject({
      items: [{ content: 'Kept' }, { content: 'New' }],
      sync_status: { u1: 'ok' },
    })
    expect(body.temp_id_mapping).toEqual({ t1: ada.find('New').id })
    expect(body).not.toHaveProperty('projects')
    const rest = (await client.read('*', ['all', '-items'])).body
    expect(rest).toHaveProperty('projects')
    expect(rest).not.toHaveProperty('items')
  })

  test('refuses what it does not know, in the form of the wire', async () => {
    const { client } = await start()
    expect(await clientOf('other').read()).toMatchObject({ status: 401, body: { http_code: 401 } })
    expect(await client.post('/sync', {})).toMatchObject({
      status: 400,
      body: { error_tag: 'ARGUMENT_MISSING' },
    })
    expect(await client.get('/nothing')).toMatchObject({ status: 404, body: { error_code: 478 } })
    expect((await fetch(`${todoist.url}/rest/v2/tasks`)).status).toBe(410)
    const many = Array.from({ length: 101 }, () => ({ type: 'item_add', args: { content: 'One' } }))
    expect(await client.run('many', ...many)).toMatchObject({ status: 400 })
  })
})

describe('commands', () => {
  test('run in order and independently, once for each uuid, with temporary ids over the batch', async () => {
    const { ada, client } = await start()
    const commands = [
      { type: 'project_add', temp_id: 'p', args: { name: 'Home' } },
      { type: 'item_add', temp_id: 'parent', args: { content: 'Parent', project_id: 'p' } },
      { type: 'item_update', args: { id: 'missing', content: 'Other' } },
      { type: 'item_add', temp_id: 'child', args: { content: 'Child', parent_id: 'parent' } },
    ]
    const first = await client.run('batch', ...commands)
    expect(first.body.sync_status).toMatchObject({
      'batch-0': 'ok',
      'batch-2': { http_code: 404, error_tag: 'NOT_FOUND' },
      'batch-3': 'ok',
    })
    const { project_id, parent_id } = ada.find('Child')
    expect(first.body.temp_id_mapping).toMatchObject({ p: project_id, parent: parent_id })
    const again = await client.run('batch', ...commands)
    expect(again.body.temp_id_mapping).toEqual(first.body.temp_id_mapping)
    expect(ada.tasks()).toHaveLength(2)
  })

  test('move takes exactly one target, and item_update cannot move', async () => {
    const { ada, client } = await start()
    const home = ada.addProject('Home')
    const task = ada.add('Task')
    await client.run('update', {
      type: 'item_update',
      args: { id: task.id, project_id: home.id, content: 'New' },
    })
    expect(task).toMatchObject({ content: 'New', project_id: ada.inbox.id })
    const both = { id: task.id, project_id: home.id, parent_id: 'x' }
    const refused = await client.run('both', { type: 'item_move', args: both })
    expect(refused.body.sync_status['both-0']).toMatchObject({ error_code: 20 })
    await client.run('one', { type: 'item_move', args: { id: task.id, project_id: home.id } })
    expect(task.project_id).toBe(home.id)
  })

  test('deleting takes the subtasks, completing too, and uncompleting revives the parents', async () => {
    const { ada, client } = await start()
    const parent = ada.add('Parent')
    const child = ada.add('Child', { parent_id: parent.id })
    await client.run('complete', { type: 'item_complete', args: { id: parent.id } })
    expect(child).toMatchObject({ checked: true, completed_by_uid: ada.id })
    await client.run('uncomplete', { type: 'item_uncomplete', args: { id: child.id } })
    expect(parent.checked).toBe(false)
    await client.run('delete', { type: 'item_delete', args: { id: parent.id } })
    expect(child.is_deleted).toBe(true)
  })
})
