/** Tasks at Todoist through the gateway, against a stand-in that keeps state: done once, in order, and seen at once. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { resync } from '../../../src/tools/todoist/sync/resync.ts'
import { showStatus } from '../../../src/tools/todoist/sync/show-status.ts'
import { completeTasks } from '../../../src/tools/todoist/tasks/complete-tasks.ts'
import { createTasks } from '../../../src/tools/todoist/tasks/create-tasks.ts'
import { getTask } from '../../../src/tools/todoist/tasks/get-task.ts'
import { listTasks } from '../../../src/tools/todoist/tasks/list-tasks.ts'
import { startTalking } from '../../chat/talking.ts'
import { type OpenTodoist, openTodoist } from './open-todoist.ts'

let open: OpenTodoist

beforeEach(async () => {
  open = await openTodoist()
  await open.connect()
})

afterEach(() => open?.close())

const contents = () => open.ada.tasks().map(({ content }) => content)

/** The first result of a batch, which must be a success. */
function first<Result extends { readonly ok: boolean }>(answer: { readonly results: readonly Result[] }) {
  const [result] = answer.results
  if (result?.ok !== true) throw new Error(`refused: ${JSON.stringify(result)}`)
  return result as Extract<Result, { readonly ok: true }>
}

test('a new task is at Todoist when the call ends, with the id that Todoist gave it', async () => {
  const answer = await open.call(createTasks, { tasks: [{ content: 'Pay the rent', priority: 1 }] })
  const { state, taskId, task } = first(answer)
  expect(state).toBe('done')
  expect(open.ada.find('Pay the rent')).toMatchObject({ id: taskId, priority: 4 })
  expect(task).toMatchObject({ content: 'Pay the rent', priority: 1, project: { name: 'Inbox' } })
})

test('a person connects, and lists what is there after it was read', async () => {
  open.ada.add('From the phone', { priority: 4, due: { date: '2026-03-04' } })
  await open.call(resync, {})
  const { items, syncedAt } = await open.call(listTasks, { filter: 'today & p1' })
  expect(items).toMatchObject([{ content: 'From the phone', due: { date: '2026-03-04', time: null } }])
  expect(syncedAt).toBe(open.gateway.clock.now().toISOString())
})

test('a repeating task that is completed moves on', async () => {
  const { id } = open.ada.add('Water the plants', { due: { string: 'every day' } })
  const before = open.ada.task(id).due?.date
  await open.call(resync, {})
  const { task, state } = first(await open.call(completeTasks, { taskIds: [id] }))
  expect(state).toBe('done')
  expect(open.ada.task(id)).toMatchObject({ checked: false })
  expect(open.ada.task(id).due?.date).not.toBe(before)
  expect(task?.due?.date).toBe(open.ada.task(id).due?.date)
})

test('an answer that is lost after the effect makes nothing twice', async () => {
  open.todoist.faults.loseAnswer('POST /sync', true)
  const key = { idempotencyKey: 'once' }
  const input = { tasks: [{ content: 'Pay the rent' }] }
  const queued = first(await open.call(createTasks, input, key))
  expect(queued).toMatchObject({ state: 'queued', taskId: null })
  expect(queued.waitsFor).toContain('could not be reached')
  open.advance(60_000)
  await open.work()
  expect(contents()).toEqual(['Pay the rent'])
  const again = first(await open.call(createTasks, input, key))
  expect(again).toMatchObject({ state: 'done', taskId: open.ada.find('Pay the rent').id })
  expect(contents()).toEqual(['Pay the rent'])
})

test('the id of a task whose first answer was lost is found where Todoist leaves it out', async () => {
  open.todoist.switches.seenCommandIds = 'left-out'
  await open.call(resync, {})
  open.todoist.faults.loseAnswer('POST /sync', true)
  const key = { idempotencyKey: 'once' }
  const input = { tasks: [{ content: 'Pay the rent' }] }
  await open.call(createTasks, input, key)
  open.advance(60_000)
  await open.work()
  const { taskId } = first(await open.call(createTasks, input, key))
  expect(taskId).toBe(open.ada.find('Pay the rent').id)
})

test('a 503 for one command of a batch neither doubles nor loses the others', async () => {
  open.todoist.faults.failCommand('item_add')
  const tasks = ['one', 'two', 'three'].map((content) => ({ content }))
  const { results } = await open.call(createTasks, { tasks })
  expect(results.map((result) => result.ok && result.state)).toEqual(['queued', 'done', 'done'])
  open.advance(60_000)
  await open.work()
  expect(contents().sort()).toEqual(['one', 'three', 'two'])
})

test('after a 429 nothing is sent before the time that Todoist names, by any caller', async () => {
  await open.call(resync, {})
  open.todoist.faults.limit('POST /sync', 120)
  const queued = first(await open.call(createTasks, { tasks: [{ content: 'one' }] }))
  expect(queued).toMatchObject({ state: 'queued', waitsUntil: '2026-03-04T09:02:00.000Z' })
  const calls = open.todoist.calls.length
  await open.call(createTasks, { tasks: [{ content: 'two' }] })
  await open.work()
  expect(open.todoist.calls).toHaveLength(calls)
  open.advance(121_000)
  await open.work()
  expect(contents()).toEqual(['one', 'two'])
})

test('what is done offline goes out once, in its order, when Todoist is back', async () => {
  const { id } = open.ada.add('Water the plants', { due: { string: 'every day' } })
  await open.call(resync, {})
  const due = open.ada.task(id).due?.date ?? ''
  open.todoist.faults.storm('POST /sync', { kind: 'lost', isDone: false })
  const made = first(await open.call(createTasks, { tasks: [{ content: 'Buy a can' }] }))
  await open.call(completeTasks, { taskIds: [id] })
  await open.call(completeTasks, { taskIds: [made.commandIds[0] ?? ''] })
  const { accounts } = await open.call(showStatus, {})
  expect(accounts[0]).toMatchObject({
    waitingCount: 3,
    waiting: [{ type: 'item_add' }, { type: 'item_close' }, {}],
  })
  open.todoist.faults.calm('POST /sync')
  open.advance(3_600_000)
  await open.work()
  await open.work()
  expect(open.ada.task(id).due?.date).toBe(nextDay(due))
  expect(contents()).toEqual(['Water the plants'])
  expect((await open.call(showStatus, {})).accounts[0]).toMatchObject({ waitingCount: 0, refused: [] })
})

function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00Z`) + 86_400_000).toISOString().slice(0, 10)
}

test('a day stays a day, and a time a time, over synchronizing again', async () => {
  open.ada.add('Day', { due: { date: '2026-03-05' } })
  open.ada.add('Time', { due: { date: '2026-03-05T00:30:00' } })
  await open.call(resync, {})
  await open.call(resync, { full: true })
  const { items } = await open.call(listTasks, {})
  expect(items.map(({ content, due }) => [content, due?.date, due?.time])).toEqual([
    ['Time', '2026-03-05', '00:30'],
    ['Day', '2026-03-05', null],
  ])
})

test('a full project says how many tasks fit, and in whose words', async () => {
  const project = open.ada.addProject('Full')
  for (let count = 0; count < 300; count += 1) open.ada.add(`${count}`, { project_id: project.id })
  await open.call(resync, {})
  const { results } = await open.call(createTasks, { tasks: [{ content: 'one more', project: 'full' }] })
  expect(results).toMatchObject([{ ok: false, error: { code: 'conflict' } }])
  expect(JSON.stringify(results)).toContain('At most 300 fit')
})

test('each command has an id of its own, which Todoist sees again only for the same command', async () => {
  await open.call(createTasks, { tasks: [{ content: 'one' }, { content: 'one' }] })
  expect(contents()).toEqual(['one', 'one'])
})

test('a name that several projects have is answered with the candidates', async () => {
  const [one, two] = [open.ada.addProject('Home'), open.ada.addProject('Home')]
  await open.call(resync, {})
  const { results } = await open.call(createTasks, { tasks: [{ content: 'Sweep', project: 'Home' }] })
  expect(results).toMatchObject([{ ok: false, error: { code: 'invalid_input' } }])
  for (const { id } of [one, two]) expect(JSON.stringify(results)).toContain(id)
  expect(contents()).toEqual([])
})

test('a task is named by its text; where several have it, the answer lists them', async () => {
  const home = open.ada.addProject('Home')
  open.ada.add('Water the plants', { project_id: home.id })
  const [one, other] = [open.ada.add('Call Ana'), open.ada.add('Call Ana', { project_id: home.id })]
  await open.call(resync, {})
  const { results } = await open.call(completeTasks, {
    taskIds: ['water THE plants', 'Call Ana', 'Call Eve'],
  })
  expect(results).toMatchObject([
    { ok: true, state: 'done' },
    { ok: false, error: { code: 'invalid_input' } },
    { ok: false, error: { code: 'not_found' } },
  ])
  expect(results[1]).toMatchObject({
    error: {
      message: '2 Todoist tasks are called Call Ana.',
      fix: `Use an id: ${one.id} (Inbox), ${other.id} (Home).`,
    },
  })
  const below = first(
    await open.call(createTasks, { tasks: [{ content: 'Buy a can', parentId: 'Water the plants' }] }),
  )
  // Only the completed one has that text, and it is meant.
  expect(below.task).toMatchObject({ content: 'Buy a can', project: { name: 'Home' } })
})

test('a dry run says what would be sent, and sends nothing', async () => {
  await open.call(resync, {})
  const answer = await open.call(createTasks, {
    tasks: [{ content: 'Sweep', labels: ['home'] }],
    dryRun: true,
  })
  expect(first(answer)).toMatchObject({
    state: 'dry_run',
    sends: [{ type: 'item_add', args: { content: 'Sweep', labels: ['home'] } }],
  })
  expect(contents()).toEqual([])
})

test('with several accounts a write names the field to choose by, and reading shows all', async () => {
  const bob = open.todoist.world.person('bob')
  bob.add('Of Bob')
  open.ada.add('Of Ada')
  await open.connect(bob.token)
  await open.call(resync, {})
  const { items } = await open.call(listTasks, {})
  expect(items.map(({ content }) => content).sort()).toEqual(['Of Ada', 'Of Bob'])
  await expect(open.call(createTasks, { tasks: [{ content: 'Whose?' }] })).rejects.toMatchObject({
    code: 'invalid_input',
    issues: [{ path: 'accountId' }],
  })
})

test('a token that Todoist refuses marks the account, and says how to connect it again', async () => {
  await open.call(resync, {})
  open.todoist.revoke(open.ada.token)
  const { state, waitsFor } = first(await open.call(createTasks, { tasks: [{ content: 'one' }] }))
  expect(state).toBe('queued')
  expect(waitsFor).toContain('accounts connect todoist')
  const { accounts } = await open.call(showStatus, {})
  expect(accounts).toMatchObject([{ state: 'broken', waitingCount: 1 }])
})

test('a task is read by the id of the call that made it', async () => {
  const { commandIds, taskId } = first(await open.call(createTasks, { tasks: [{ content: 'one' }] }))
  const { task } = await open.call(getTask, { taskId: commandIds[0] ?? '' })
  expect(task.id).toBe(taskId)
})

test('strangers see nothing of an account', async () => {
  open.ada.add('Secret')
  await open.call(resync, {})
  const stranger = { ...open.gateway.as({ id: 'eve', personId: 'eve', scopes: ['todoist:read'] }) }
  await expect(open.call(listTasks, {}, stranger)).rejects.toMatchObject({ code: 'not_configured' })
})

test('a person who speaks of Todoist in a conversation has it done there, and nothing here', async () => {
  const talking = startTalking(open.gateway)
  const as = open.gateway.as({ id: talking.personId, personId: talking.personId })
  await open.connect(open.ada.token, as)
  await open.call(resync, {}, as)
  await talking.say('add to todoist: buy milk')
  expect(contents()).toEqual(['buy milk'])
  expect(await talking.hear('todoist')).toContain('buy milk')
  await talking.say('complete milk in todoist')
  expect(open.ada.find('buy milk')).toMatchObject({ checked: true })
  expect(await talking.titles()).toEqual([])
})
