/** The stand-in over REST. The clock says Monday, 30 November 2026, 10:00 in Berlin. */
import { describe, expect, test } from 'vitest'
import { clientOf, start, todoist } from './start.ts'

const contents = ({ body }: { body: { results?: { content: string }[]; items?: { content: string }[] } }) =>
  (body.results ?? body.items ?? []).map(({ content }) => content)

describe('lists', () => {
  test('come in pages whose cursor holds for the same parameters only', async () => {
    const { ada, client } = await start()
    for (let count = 1; count <= 5; count += 1) ada.add(`Task ${count}`)
    const first = await client.get('/tasks', { limit: '2' })
    expect(contents(first)).toEqual(['Task 1', 'Task 2'])
    const cursor = first.body.next_cursor
    expect(contents(await client.get('/tasks', { limit: '2', cursor }))).toEqual(['Task 3', 'Task 4'])
    for (const query of [{ cursor, label: 'x' }, { cursor: 'bad' }, { limit: '201' }] as Record<
      string,
      string
    >[])
      expect(await client.get('/tasks', query)).toMatchObject({
        status: 400,
        body: { error_code: 20, error_extra: { argument: query.limit ? 'limit' : 'cursor' } },
      })
    todoist.faults.shortPages = true
    const short = await client.get('/tasks', { limit: '4' })
    expect([short.body.results.length, typeof short.body.next_cursor]).toEqual([2, 'string'])
  })

  test('take ids with commas and as JSON, and refuse the numbers of the old API', async () => {
    const { ada, client } = await start()
    const [one, two] = [ada.add('One'), ada.add('Two'), ada.add('Three')]
    expect(contents(await client.get('/tasks', { ids: `${one.id},${two.id}` }))).toEqual(['One', 'Two'])
    expect(contents(await client.get('/tasks', { ids: JSON.stringify([two.id]) }))).toEqual(['Two'])
    expect(await client.get('/tasks/12345')).toMatchObject({ body: { error_code: 557 } })
  })
})

describe('tasks', () => {
  test('are made from flat fields and answer with the fields of the wire', async () => {
    const { ada, client } = await start()
    const { body } = await client.post('/tasks', {
      content: 'Pay',
      due_string: 'tomorrow at 9am',
      priority: 4,
      labels: ['money'],
      deadline_date: '2026-12-24',
      duration: 30,
      duration_unit: 'minute',
    })
    expect(body).toMatchObject({
      project_id: ada.inbox.id,
      due: { date: '2026-12-01T09:00:00', timezone: null, is_recurring: false },
      priority: 4,
      deadline: { date: '2026-12-24', lang: 'en' },
      duration: { amount: 30, unit: 'minute' },
      note_count: 0,
      day_order: -1,
      completed_by_uid: null,
      goal_ids: [],
    })
    expect(body.due).not.toHaveProperty('datetime')
  })

  test('quick add reads one line, and tells what it read where asked', async () => {
    const { ada, client } = await start()
    const home = ada.addProject('Home Office')
    const bills = ada.addSection('Bills', home)
    const text = 'Pay rent every month #Home Office /Bills @money p1 {24 dec} // for the flat'
    const { body } = await client.post('/tasks/quick', { text, note: 'See the contract', meta: true })
    expect(body).toMatchObject({
      content: 'Pay rent',
      description: 'for the flat',
      project_id: home.id,
      section_id: bills.id,
      labels: ['money'],
      priority: 4,
      due: { string: 'every month', is_recurring: true },
      deadline: { date: '2026-12-24' },
      meta: { project: [home.id, 'Home Office'], section: [bills.id, 'Bills'] },
    })
    expect((await client.get('/comments', { task_id: body.id })).body.results).toMatchObject([
      { content: 'See the contract', item_id: body.id },
    ])
  })

  test.each([
    ['today', ['Today']],
    ['overdue', ['Overdue']],
    ['7 days', ['Today', 'Friday']],
    ['no date & !#Home', ['Plain']],
    ['p1 | @waiting', ['Today', 'Friday']],
    ['#Home & /Bills', ['Rent']],
    ['search: lai', ['Plain']],
    ['(today | overdue) & !p1', ['Overdue']],
    ['due before: friday', ['Today', 'Overdue']],
    ['@wait*', ['Friday']],
    ['recurring', ['Overdue']],
  ])('are found by the filter %s', async (query, found) => {
    const { ada, client } = await start()
    const home = ada.addProject('Home')
    const bills = ada.addSection('Bills', home)
    ada.add('Today', { due: { string: 'today' }, priority: 4 })
    ada.add('Overdue', { due: { date: '2026-11-20', string: 'every month' } })
    ada.add('Friday', { due: { string: 'fri' }, labels: ['waiting'] })
    ada.add('Plain')
    ada.add('Rent', { section_id: bills.id })
    expect(contents(await client.get('/tasks/filter', { query })).sort()).toEqual([...found].sort())
  })

  test('are not found by a filter with a comma, or one that cannot be read', async () => {
    const { client } = await start()
    for (const query of ['today, overdue', 'when pigs fly', '(today', 'today &', 'x'.repeat(1025)])
      expect((await client.get('/tasks/filter', { query })).status, query).toBe(400)
  })
})

describe('what was done', () => {
  test('is listed by completion and by due date; a repeating task that moved on is in the activities alone', async () => {
    const { ada, client, clock } = await start()
    const once = ada.add('Once', { due: { string: 'today' } })
    const again = ada.add('Again', { due: { string: 'every day' } })
    clock.advance(60_000)
    ada.complete(once.id)
    ada.complete(again.id)
    const query = { since: '2026-11-30T00:00:00Z', until: '2026-12-01T00:00:00Z' }
    expect(contents(await client.get('/tasks/completed/by_completion_date', query))).toEqual(['Once'])
    expect(contents(await client.get('/tasks/completed/by_due_date', query))).toEqual(['Once'])
    const { body } = await client.get('/activities', { object_event_types: '["item:completed"]' })
    expect(body.results).toMatchObject([
      { object_type: 'item', event_type: 'completed', object_id: again.id, extra_data: { content: 'Again' } },
      { object_id: once.id, parent_project_id: ada.inbox.id },
    ])
    expect((await client.get('/tasks/completed/stats')).body).toMatchObject({
      completed_count: 2,
      days_items: expect.arrayContaining([
        expect.objectContaining({ date: '2026-11-30', total_completed: 2 }),
      ]),
    })
    const long = { since: '2026-01-01T00:00:00Z', until: '2026-12-01T00:00:00Z' }
    expect((await client.get('/tasks/completed/by_completion_date', long)).status).toBe(400)
    expect((await client.get('/tasks/completed/by_completion_date')).status).toBe(400)
  })

  test('is forgotten after seven days of activity on a free plan', async () => {
    const { ada, client, clock } = await start()
    ada.plan = 'free'
    ada.complete(ada.add('Old').id)
    clock.advance(8 * 86_400_000)
    expect((await client.get('/activities')).body.results).toEqual([])
  })
})

describe('projects, sections and labels', () => {
  test('archive and come back: a project with its tasks as a root that is last', async () => {
    const { ada, client } = await start()
    const home = ada.addProject('Home')
    ada.addProject('Work')
    ada.add('Rent', { project_id: home.id })
    const { sync_token } = (await client.read()).body
    await client.post(`/projects/${home.id}/archive`)
    expect((await client.read()).body.items).toEqual([])
    const gone = (await client.read(sync_token)).body
    expect(gone.projects).toMatchObject([{ id: home.id, is_archived: true }])
    expect((await client.get('/projects/archived')).body.results).toMatchObject([{ id: home.id }])
    await client.post(`/projects/${home.id}/unarchive`)
    const back = (await client.read(gone.sync_token)).body
    expect(back.projects.at(-1)).toMatchObject({ id: home.id, is_archived: false, parent_id: null })
    expect(back.items).toMatchObject([{ content: 'Rent' }])
  })

  test('a deleted project takes its sections and tasks along', async () => {
    const { ada, client } = await start()
    const home = ada.addProject('Home')
    ada.addSection('Bills', home)
    ada.add('Rent', { project_id: home.id })
    const { sync_token } = (await client.read()).body
    await client.remove(`/projects/${home.id}`)
    const { projects, sections, items } = (await client.read(sync_token)).body
    for (const [gone] of [projects, sections, items]) expect(gone).toMatchObject({ is_deleted: true })
  })

  test('a search takes * as any text and \\* as the sign', async () => {
    const { ada, client } = await start()
    for (const name of ['Home', 'House', 'A*B']) ada.addProject(name)
    const found = async (query: string) =>
      (await client.get('/projects/search', { query })).body.results.map(({ name }: { name: string }) => name)
    expect(await found('ho*')).toEqual(['Home', 'House'])
    expect(await found('a\\*b')).toEqual(['A*B'])
  })

  test('labels: shared ones are only on tasks, renaming reaches the tasks, deleting may leave the names', async () => {
    const { ada, client } = await start()
    const task = ada.add('Task', { labels: ['own', 'other'] })
    const label = (await client.post('/labels', { name: 'own' })).body
    expect((await client.get('/labels/shared')).body.results).toEqual(['other'])
    await client.post(`/labels/${label.id}`, { name: 'mine' })
    await client.post('/labels/shared/rename', { name: 'other', new_name: 'theirs' })
    expect(task.labels).toEqual(['mine', 'theirs'])
    await client.post('/labels/shared/remove', { name: 'theirs' })
    await client.run('keep', { type: 'label_delete', args: { id: label.id, cascade: 'none' } })
    expect(task.labels).toEqual(['mine'])
    expect((await client.get('/labels/shared')).body.results).toEqual(['mine'])
    const again = (await client.post('/labels', { name: 'mine' })).body
    await client.run('all', { type: 'label_delete', args: { id: again.id } })
    expect(task.labels).toEqual([])
  })
})

describe('comments, files and reminders', () => {
  test('a file goes up as a form or bare, comes back with a token, and hangs on a comment', async () => {
    const { ada, client } = await start()
    const task = ada.add('Task')
    const upload = async (init: RequestInit) => {
      const headers = { authorization: `Bearer ${ada.token}`, ...(init.headers as Record<string, string>) }
      const response = await fetch(`${todoist.url}/api/v1/uploads`, { method: 'POST', ...init, headers })
      return (await response.json()) as { file_url: string; file_name: string }
    }
    const form = new FormData()
    form.append('file', new Blob(['Hello'], { type: 'text/plain' }), 'note.txt')
    const attachment = await upload({ body: form })
    const bare = await upload({ body: 'x', headers: { 'x-file-name': 'b.png', 'content-type': 'image/png' } })
    expect(bare).toMatchObject({ file_name: 'b.png', resource_type: 'image' })
    const comment = await client.post('/comments', { task_id: task.id, content: 'Look', attachment })
    expect(comment.body).toMatchObject({
      item_id: task.id,
      file_attachment: { file_name: 'note.txt', file_size: 5 },
    })
    expect(task.note_count).toBe(1)
    expect((await fetch(attachment.file_url)).status).toBe(401)
    const headers = { authorization: `Bearer ${ada.token}` }
    expect(await (await fetch(attachment.file_url, { headers })).text()).toBe('Hello')
    await client.remove(`/uploads?${new URLSearchParams({ file_url: attachment.file_url })}`)
    expect((await fetch(attachment.file_url, { headers })).status).toBe(404)
  })

  test('a comment is on a task or on a project, and sync tells them apart', async () => {
    const { ada, client } = await start()
    const task = ada.add('Task')
    await client.post('/comments', { task_id: task.id, content: 'One' })
    await client.post('/comments', { project_id: ada.inbox.id, content: 'Two' })
    expect((await client.post('/comments', { content: 'Neither' })).status).toBe(400)
    const { notes, project_notes } = (await client.read()).body
    expect([notes, project_notes]).toMatchObject([[{ content: 'One' }], [{ content: 'Two' }]])
  })

  test('reminders: relative, absolute and at a place; no reminders on a free plan', async () => {
    const { ada, client } = await start()
    const task = ada.add('Task', { due: { string: 'tomorrow 9am' } })
    const reminder = { task_id: task.id, reminder_type: 'relative', minute_offset: 30 }
    expect((await client.post('/reminders', reminder)).body).toMatchObject({
      type: 'relative',
      minute_offset: 30,
    })
    const absolute = { task_id: task.id, reminder_type: 'absolute', due: { date: '2026-12-01T08:00:00' } }
    expect((await client.post('/reminders', absolute)).body.due).toMatchObject({
      date: '2026-12-01T08:00:00',
    })
    const place = {
      task_id: task.id,
      name: 'Home',
      loc_lat: '52.5',
      loc_long: '13.4',
      loc_trigger: 'on_leave',
    }
    expect((await client.post('/location_reminders', place)).body).toMatchObject({
      type: 'location',
      radius: 100,
    })
    const { reminders, reminders_location } = (await client.read()).body
    expect([reminders.length, reminders_location.length]).toEqual([2, 1])
    ada.plan = 'free'
    expect((await client.post('/reminders', reminder)).status).toBe(403)
  })
})

describe('sharing', () => {
  test('shows the project to both, lets them assign, and takes it away again', async () => {
    const { ada, client } = await start()
    const bob = todoist.world.person('bob')
    const home = ada.addProject('Home')
    const task = ada.add('Rent', { project_id: home.id })
    expect(await client.post(`/tasks/${task.id}`, { assignee_id: bob.id })).toMatchObject({ status: 400 })
    ada.share(home, bob)
    await client.post(`/tasks/${task.id}`, { assignee_id: bob.id })
    expect(task).toMatchObject({ responsible_uid: bob.id, assigned_by_uid: ada.id })
    expect((await client.get(`/projects/${home.id}/collaborators`)).body.results).toHaveLength(2)
    const his = clientOf(bob.token)
    const { items, collaborators, sync_token } = (await his.read()).body
    expect([items, collaborators.length]).toMatchObject([[{ id: task.id }], 2])
    await client.run('out', { type: 'delete_collaborator', args: { project_id: home.id, email: bob.email } })
    const lost = (await his.read(sync_token)).body
    expect(lost.projects).toMatchObject([{ id: home.id, is_deleted: true }])
    expect(lost.items).toMatchObject([{ id: task.id, is_deleted: true }])
    expect(task).toMatchObject({ responsible_uid: null, is_deleted: false })
  })

  test('a move to a workspace may go on after the answer', async () => {
    const { ada, client } = await start()
    const team = ada.addWorkspace('Team')
    const home = ada.addProject('Home')
    todoist.faults.leavePending()
    const args = { project_id: home.id, workspace_id: team.id, use_lro: true }
    const { sync_token } = (await client.read()).body
    const { body } = await client.run('move', { type: 'project_move_to_workspace', args })
    expect(body.sync_status['move-0']).toMatchObject({ operation: { status: 'ONGOING' } })
    expect((await client.read(sync_token)).body.projects).toEqual([])
    todoist.world.finishOperations()
    expect((await client.read(sync_token)).body.projects).toMatchObject([
      { id: home.id, workspace_id: team.id },
    ])
  })
})

test('a project goes out as a template and comes in again', async () => {
  const { ada, client } = await start()
  const home = ada.addProject('Home')
  const bills = ada.addSection('Bills', home)
  const rent = ada.add('Rent, "cold"', { section_id: bills.id, priority: 4, due: { string: 'every month' } })
  ada.add('Call', { parent_id: rent.id })
  const csv = (await client.get('/templates/file', { project_id: home.id })).body
  const form = new FormData()
  form.append('name', 'Copy')
  form.append('file', new Blob([csv], { type: 'text/csv' }), 'template.csv')
  const headers = { authorization: `Bearer ${ada.token}` }
  const url = `${todoist.url}/api/v1/templates/create_project_from_file`
  const made = await (await fetch(url, { method: 'POST', body: form, headers })).json()
  expect(made).toMatchObject({
    sections: [{ name: 'Bills' }],
    tasks: [
      { content: 'Rent, "cold"', priority: 4, due: { string: 'every month' } },
      { content: 'Call', parent_id: expect.any(String) },
    ],
  })
})
