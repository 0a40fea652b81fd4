/** Two stores that are kept in step: over crashes, several workers, reports, and random edits with random faults. */
import { createHmac } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { todoistAccounts, todoistCommands, todoistItems } from '../../../src/domain/todoist/tables.ts'
import { areas, operations } from '../../../src/tools/registry.ts'
import { todoist as todoistArea } from '../../../src/tools/todoist/area.ts'
import { todoistConnector } from '../../../src/tools/todoist/connector.ts'
import { resync } from '../../../src/tools/todoist/sync/resync.ts'
import { showStatus } from '../../../src/tools/todoist/sync/show-status.ts'
import { completeTasks } from '../../../src/tools/todoist/tasks/complete-tasks.ts'
import { createTasks } from '../../../src/tools/todoist/tasks/create-tasks.ts'
import { deleteTasks } from '../../../src/tools/todoist/tasks/delete-tasks.ts'
import { listTasks } from '../../../src/tools/todoist/tasks/list-tasks.ts'
import { rescheduleTasks } from '../../../src/tools/todoist/tasks/reschedule-tasks.ts'
import { updateTasks } from '../../../src/tools/todoist/tasks/update-tasks.ts'
import { sweep } from '../../../src/workers/jobs/sweeper.ts'
import { cases, isLong } from '../../support/form.ts'
import { openFront, openFrontOf } from '../../support/front.ts'
import { connectModern, openMcp } from '../../support/mcp-clients.ts'
import { ApiError } from '../../support/todoist/api-error.ts'
import { startTodoist } from '../../support/todoist/start-todoist.ts'
import type { Person } from '../../support/todoist/world/person.ts'
import { openTestGateway } from '../../support/world/database.ts'
import { type OpenTodoist, openTodoist } from './open-todoist.ts'

let open: OpenTodoist

beforeEach(async () => {
  open = await openTodoist()
  await open.connect()
})

afterEach(() => open?.close())

const MINUTE_MS = 60_000

const contents = () => open.ada.tasks().map(({ content }) => content)

test.runIf(isLong)(
  'a worker that is lost between sending and storing doubles nothing: the next one repeats its commands',
  async () => {
    await open.call(resync, {})
    open.todoist.faults.hang('POST /sync', true)
    const { results } = await open.call(createTasks, { tasks: [{ content: 'one' }] })
    expect(results).toMatchObject([{ state: 'queued' }])
    // Its lease ends, and nothing that it does afterwards is stored.
    await open.gateway.db
      .update(todoistAccounts)
      .set({ leaseId: 'of another worker', leaseUntil: sql`clock_timestamp() - interval '1 second'` })
    // Where the connection broke off instead, the account pauses for less than this.
    open.advance(10 * MINUTE_MS)
    await open.work()
    expect(contents()).toEqual(['one'])
    const [command] = await open.gateway.db.select().from(todoistCommands)
    expect(command).toMatchObject({ state: 'done', attempts: 2, madeId: open.ada.find('one').id })
  },
  20_000,
)

test('two workers never send the commands of one account at once', async () => {
  await open.call(resync, {})
  open.todoist.faults.storm('POST /sync', { kind: 'lost', isDone: false })
  for (const content of ['one', 'two', 'three']) await open.call(createTasks, { tasks: [{ content }] })
  open.todoist.faults.calm('POST /sync')
  open.advance(10 * MINUTE_MS)
  const before = open.todoist.calls.length
  await Promise.all([open.work(), open.work(), open.work()])
  expect(contents()).toEqual(['one', 'two', 'three'])
  expect(open.todoist.calls.length - before).toBe(1)
})

test('a later change of a task waits behind one that Todoist could not carry out yet', async () => {
  const { id } = open.ada.add('zero')
  await open.call(resync, {})
  open.todoist.faults.failCommand('item_update')
  await open.call(updateTasks, { tasks: [{ taskId: id, content: 'first' }] })
  const { results } = await open.call(updateTasks, { tasks: [{ taskId: id, content: 'second' }] })
  expect(results).toMatchObject([{ state: 'queued' }])
  expect(open.ada.task(id).content).toBe('zero')
  open.advance(MINUTE_MS)
  await open.work()
  expect(open.ada.task(id).content).toBe('second')
})

test('what is about a task that Todoist refuses to make is refused as well, and says so', async () => {
  const project = open.ada.addProject('Full')
  for (let count = 0; count < 300; count += 1) open.ada.add(`${count}`, { project_id: project.id })
  await open.call(resync, {})
  open.todoist.faults.storm('POST /sync', { kind: 'lost', isDone: false })
  const made = await open.call(createTasks, { tasks: [{ content: 'one more', project: 'Full' }] })
  const [result] = made.results
  const commandId = result?.ok === true ? (result.commandIds[0] ?? '') : ''
  await open.call(completeTasks, { taskIds: [commandId] })
  open.todoist.faults.calm('POST /sync')
  open.advance(10 * MINUTE_MS)
  await open.work()
  const { accounts } = await open.call(showStatus, {})
  expect(accounts).toMatchObject([
    { waitingCount: 0, refused: [{ type: 'item_close' }, { type: 'item_add' }] },
  ])
})

test.each(['full-sync', 'refused'] as const)(
  'a sync token that is forgotten (%s) has everything read again',
  async (answer) => {
    open.todoist.switches.unknownSyncToken = answer
    await open.call(resync, {})
    open.ada.add('new')
    open.todoist.syncs.expireTokens()
    const { accounts } = await open.call(resync, {})
    expect(accounts).toMatchObject([{ state: 'done' }])
    expect((await open.call(listTasks, {})).items).toMatchObject([{ content: 'new' }])
  },
)

test('a task that a full answer no longer names is not listed, and not deleted', async () => {
  const { id } = open.ada.add('done on the phone')
  await open.call(resync, {})
  open.ada.complete(id)
  open.todoist.syncs.expireTokens()
  await open.call(resync, {})
  expect((await open.call(listTasks, {})).items).toEqual([])
  const [row] = await open.gateway.db.select().from(todoistItems).where(eq(todoistItems.id, id))
  expect(row?.absentSince).not.toBeNull()
})

test('an account that is left alone is read every quarter of an hour, and in full once a day', async () => {
  await open.work()
  const fulls = () => open.todoist.calls.length
  const first = fulls()
  await open.work()
  expect(fulls()).toBe(first)
  open.advance(16 * MINUTE_MS)
  open.ada.add('from the phone')
  await open.work()
  expect(fulls()).toBe(first + 1)
  expect((await open.call(listTasks, {})).items).toMatchObject([{ content: 'from the phone' }])
  open.advance(24 * 60 * MINUTE_MS)
  await open.work()
  const [mirror] = await open.gateway.db.select().from(todoistAccounts)
  expect(mirror?.fullAt).toEqual(open.gateway.clock.now())
})

test('the gateway stops before its part of the quota is used up, and says until when', async () => {
  open.todoist.faults.quotas = false
  await open.call(resync, {})
  const minute = Math.floor(open.gateway.clock.now().getTime() / MINUTE_MS)
  await open.gateway.db.update(todoistAccounts).set({ usage: { [minute]: { partial: 800, full: 1 } } })
  const { results } = await open.call(createTasks, { tasks: [{ content: 'one' }] })
  expect(results).toMatchObject([{ state: 'queued', waitsUntil: '2026-03-04T09:16:00.000Z' }])
  expect(contents()).toEqual([])
})

test.runIf(isLong)(
  'the token of the environment connects its account at the start, once, for the owner',
  async () => {
    const todoist = await startTodoist()
    const front = await openFront(
      {},
      {
        operations,
        connectors: [todoistConnector],
        environment: todoist.settingsFor(todoist.world.person('bob')),
      },
    )
    try {
      const mine = areas.flatMap((area) => area.sweeps).filter(({ name }) => name.startsWith('todoist'))
      await sweep(front.gateway.runtime, mine)
      await sweep(front.gateway.runtime, mine)
      const answer = await front.send('GET', '/v1/todoist/accounts', undefined, front.asOwner)
      expect(await answer.json()).toMatchObject({ items: [{ name: 'bob@example.com', owner: 'local' }] })
      expect(todoist.calls.filter(({ route }) => route === 'GET /user')).toHaveLength(1)
    } finally {
      await front.close()
      await todoist.close()
    }
  },
)

test('a report of Todoist has its account read at once; one with a wrong signature has no effect', async () => {
  const secret = 'the-secret-of-the-app'
  const todoist = await startTodoist()
  const bob = todoist.world.person('bob')
  const environment = {
    TODOIST_BASE_URL: todoist.url,
    TODOIST_CLIENT_ID: 'app',
    TODOIST_CLIENT_SECRET: secret,
  }
  const gateway = await openTestGateway({ operations, connectors: [todoistConnector], environment })
  const front = await openFrontOf(gateway, {}, [todoistArea])
  const report = async (version: string, signedWith: string, delivery: string) => {
    const body = JSON.stringify({ event_name: 'item:added', user_id: bob.id, event_data: {}, version })
    const signature = createHmac('sha256', signedWith).update(body).digest('base64')
    const headers = { 'x-todoist-hmac-sha256': signature, 'x-todoist-delivery-id': delivery }
    const answer = await front.send('POST', '/hooks/todoist', JSON.parse(body), headers)
    const inbox = areas.flatMap((area) => area.sweeps).filter(({ name }) => name === 'inbox')
    await sweep(front.gateway.runtime, inbox)
    return answer.status
  }
  const listed = async () => {
    const answer = await front.send('GET', '/v1/todoist/tasks', undefined, front.asOwner)
    return ((await answer.json()) as { items: { content: string }[] }).items.map(({ content }) => content)
  }
  try {
    await front.send('POST', '/v1/todoist/accounts', { token: bob.token }, front.asOwner)
    await front.send('POST', '/v1/todoist/sync/resync', {}, front.asOwner)
    bob.add('one')
    expect(await report('10', 'another secret', 'a')).toBe(401)
    expect(await listed()).toEqual([])
    expect(await report('10', secret, 'a')).toBe(200)
    expect(await listed()).toEqual(['one'])
    bob.add('two')
    expect(await report('1', secret, 'b')).toBe(200)
    expect((await listed()).sort()).toEqual(['one', 'two'])
  } finally {
    await front.close()
    await todoist.close()
  }
})

const Edit = fc.record({
  what: fc.constantFrom(
    ...(['add', 'add', 'addThere', 'addThere', 'edit', 'editThere', 'complete', 'completeThere'] as const),
    ...(['delete', 'deleteThere', 'reschedule', 'work', 'sync', 'fault', 'fault'] as const),
  ),
  which: fc.nat(100),
  fault: fc.nat(5),
})

type Edited = typeof Edit extends fc.Arbitrary<infer Value> ? Value : never

function strike(kind: number): void {
  const { faults } = open.todoist
  if (kind === 0) faults.loseAnswer('POST /sync', true)
  if (kind === 1) faults.loseAnswer('POST /sync', false)
  if (kind === 2) faults.unavailable('POST /sync', { isDone: true })
  if (kind === 3) faults.limit('POST /sync', 30)
  if (kind === 4) faults.failCommand('*', new ApiError(503, { message: 'Later', code: 0, tag: 'BUSY' }))
  if (kind === 5) faults.next('POST /sync', { kind: 'cut' })
}

interface Editing {
  readonly person: Person
  /** The texts of all tasks that were ever made. */
  readonly made: string[]
}

async function edit({ person, made }: Editing, edited: Edited): Promise<void> {
  const { what, which } = edited
  const due = which % 2 === 0 ? 'every day' : undefined
  const content = `${what} ${made.length}`
  if (what === 'add' || what === 'addThere') made.push(content)
  if (what === 'add') await open.call(createTasks, { tasks: [{ content, due }] })
  else if (what === 'addThere') person.add(content, due === undefined ? {} : { due: { string: due } })
  else if (what === 'fault') strike(edited.fault)
  else if (what === 'sync') await open.call(resync, { full: which % 5 === 0 })
  else if (what === 'work') {
    open.advance(which * 1_000)
    await open.work()
  } else if (what.endsWith('There')) editThere(person, edited)
  else await editHere(edited)
}

function editThere(person: Person, { what, which }: Edited): void {
  const tasks = person.tasks()
  const task = tasks[which % Math.max(tasks.length, 1)]
  if (task === undefined) return
  if (what === 'editThere') person.edit(task.id, { description: `there ${which}` })
  if (what === 'completeThere') person.complete(task.id)
  if (what === 'deleteThere') person.remove(task.id)
}

async function editHere({ what, which }: Edited): Promise<void> {
  const { items } = await open.call(listTasks, { limit: 100 })
  const task = items[which % Math.max(items.length, 1)]
  if (task === undefined) return
  const taskIds = [task.id]
  if (what === 'edit')
    await open.call(updateTasks, { tasks: [{ taskId: task.id, labels: [`l${which % 4}`] }] })
  if (what === 'complete') await open.call(completeTasks, { taskIds })
  if (what === 'delete') await open.call(deleteTasks, { taskIds })
  if (what === 'reschedule') await open.call(rescheduleTasks, { taskIds, due: '2026-04-01' })
}

test('random edits on both sides with random faults end in the same tasks, none doubled and no rule lost', async () => {
  const { items: accounts } = (await open.call(open.byName('todoist.accounts.list'), {})) as {
    items: { id: string }[]
  }
  for (const { id } of accounts)
    await open.call(open.byName('todoist.accounts.disconnect'), { accountId: id, confirm: true })
  let people = 0
  await fc.assert(
    fc.asyncProperty(fc.array(Edit, { minLength: 5, maxLength: 14 }), async (edits) => {
      people += 1
      const person = open.todoist.world.person(`person${people}`)
      const { account } = (await open.connect(person.token)) as { account: { id: string } }
      try {
        const made: string[] = []
        for (const each of edits) await edit({ person, made }, each)
        for (let round = 0; round < 6; round += 1) {
          open.advance(20 * MINUTE_MS)
          await open.work()
        }
        const { items } = await open.call(listTasks, { limit: 100 })
        const isTheirs = ({ user_id }: { user_id: string }) => user_id === person.id
        const form = (tasks: readonly { id: string; content: string; labels: readonly string[] }[]) =>
          tasks.map(({ id, content, labels }) => `${id} ${content} ${labels.join()}`).sort()
        expect(form(items)).toEqual(form(person.tasks()))
        const { accounts } = await open.call(showStatus, {})
        expect(accounts[0]?.waitingCount).toBe(0)
        // Whatever was completed or deleted since: no task was ever made twice.
        const all = [...open.todoist.world.items.where(isTheirs)].map(({ content }) => content)
        expect(all.sort()).toEqual([...made].sort())
        const repeating = open.todoist.world.items.where(
          (item) => isTheirs(item) && item.due?.string === 'every day',
        )
        expect(repeating.every(({ due }) => due?.is_recurring === true)).toBe(true)
        for (const { wire, id } of await open.gateway.db.select().from(todoistItems))
          if (!person.task(id).is_deleted && !person.task(id).checked)
            expect(wire.due).toEqual(person.task(id).due)
      } finally {
        // A failing case leaves nothing to the next.
        const gone = { accountId: account.id, confirm: true }
        await open.call(open.byName('todoist.accounts.disconnect'), gone)
      }
    }),
    { numRuns: cases(5, 200) },
  )
}, 3_600_000)

test('the official MCP client lists Todoist tasks and completes one', async () => {
  const { id } = open.ada.add('Pay the rent', { due: { string: 'every month' } })
  const before = open.ada.task(id).due?.date
  await open.call(resync, {})
  const mcp = await openMcp(open.gateway)
  const client = await connectModern(mcp.url)
  try {
    const listed = await client.callTool({ name: 'todoist_tasks_list', arguments: {} })
    expect(listed.structuredContent).toMatchObject({ items: [{ id, content: 'Pay the rent' }] })
    const done = await client.callTool({ name: 'todoist_tasks_complete', arguments: { taskIds: [id] } })
    expect(done.structuredContent).toMatchObject({ results: [{ ok: true, state: 'done' }] })
    expect(open.ada.task(id).due?.date).not.toBe(before)
  } finally {
    await client.close()
    await mcp.close()
  }
})
