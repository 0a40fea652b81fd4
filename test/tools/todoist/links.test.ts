/** A project here and one of Todoist, kept in step: each kind of change, each way, once. */
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { tasks } from '../../../src/domain/tasks/tables.ts'
import { todoistConflicts, todoistPairs } from '../../../src/domain/todoist/links/tables.ts'
import { todoistCommands } from '../../../src/domain/todoist/tables.ts'
import { createProject } from '../../../src/tools/projects/create-project.ts'
import { showBrief } from '../../../src/tools/rituals/show-brief.ts'
import { completeTasks } from '../../../src/tools/tasks/complete-tasks.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { deleteTasks } from '../../../src/tools/tasks/delete-tasks.ts'
import { getTask as getTaskHere } from '../../../src/tools/tasks/get-task.ts'
import { reopenTasks } from '../../../src/tools/tasks/reopen-tasks.ts'
import { restoreTasks } from '../../../src/tools/tasks/restore-tasks.ts'
import { updateTask } from '../../../src/tools/tasks/update-task.ts'
import { addMember } from '../../../src/tools/teams/add-member.ts'
import { createTeam } from '../../../src/tools/teams/create-team.ts'
import { linkProject } from '../../../src/tools/todoist/links/link-project.ts'
import { listLinks } from '../../../src/tools/todoist/links/list-links.ts'
import { unlinkProject } from '../../../src/tools/todoist/links/unlink-project.ts'
import { resync } from '../../../src/tools/todoist/sync/resync.ts'
import { settleConflict } from '../../../src/tools/todoist/sync/settle-conflict.ts'
import { showStatus } from '../../../src/tools/todoist/sync/show-status.ts'
import { completeTasks as completeThere } from '../../../src/tools/todoist/tasks/complete-tasks.ts'
import { getTask } from '../../../src/tools/todoist/tasks/get-task.ts'
import { addPeople } from '../../support/world/add-people.ts'
import { type OpenTodoist, openTodoist } from './open-todoist.ts'

let open: OpenTodoist
let count = 0
let place: { readonly projectId: string; readonly outsideId: string; readonly linkId: string }

const MINUTE_MS = 60_000

beforeAll(async () => {
  open = await openTodoist()
  await open.connect()
  await open.call(resync, {})
})
afterAll(() => open?.close())

/** A new pair of linked projects for each test. */
beforeEach(async () => {
  count += 1
  const outside = open.ada.addProject(`Linked ${count}`)
  await open.call(resync, {})
  const { link } = await open.call(linkProject, { todoistProject: outside.name })
  place = { projectId: link?.project.id ?? '', outsideId: outside.id, linkId: link?.id ?? '' }
})

/** Lets time pass, and everything arrive. */
async function settle(): Promise<void> {
  open.advance(MINUTE_MS)
  await open.call(resync, {})
  await open.work()
}

const here = async () =>
  await open.gateway.db.select().from(tasks).where(eq(tasks.projectId, place.projectId)).orderBy(tasks.id)

const openHere = async () =>
  (await here()).filter(({ status, trashedAt }) => status === 'open' && trashedAt === null)

const there = () => open.ada.tasks().filter(({ project_id }) => project_id === place.outsideId)

async function addHere(title: string, fields: object = {}) {
  const { results } = await open.call(createTasks, {
    tasks: [{ title, projectId: place.projectId, ...fields }],
  })
  const [result] = results
  if (result?.ok !== true) throw new Error('the task was not created')
  return result.task
}

const addThere = (content: string, fields: Record<string, unknown> = {}) =>
  open.ada.add(content, { project_id: place.outsideId, ...fields })

test('a task that is added on one side is there on the other, with its fields, its subtasks and no doubles', async () => {
  const parent = addThere('Paint the hall', {
    description: 'white',
    priority: 4,
    labels: ['home'],
    due: { string: 'every monday at 9am', date: '2026-03-09T09:00:00' },
    duration: { amount: 30, unit: 'minute' },
  })
  open.ada.add('Buy paint', { parent_id: parent.id })
  const mine = await addHere('Call Ana', {
    notes: 'about it',
    priority: 2,
    due: '2026-03-10',
    labels: ['calls'],
  })
  await addHere('Find her number', { parentId: mine.id })
  await settle()
  const ours = await openHere()
  expect(ours.map(({ title }) => title).sort()).toEqual([
    'Buy paint',
    'Call Ana',
    'Find her number',
    'Paint the hall',
  ])
  const [paint, buy] = ['Paint the hall', 'Buy paint'].map((title) =>
    ours.find((task) => task.title === title),
  )
  expect(paint).toMatchObject({
    ...{ notes: 'white', priority: 1, labels: ['home'], minutes: 30, source: 'todoist' },
    ...{ dueDate: '2026-03-09', dueTime: '09:00', dueTimeZone: 'Europe/Berlin' },
    repeat: 'FREQ=WEEKLY;BYDAY=MO',
  })
  expect(buy?.parentId).toBe(paint?.id)
  const theirs = there()
  expect(theirs).toHaveLength(4)
  const call = theirs.find(({ content }) => content === 'Call Ana')
  expect(call).toMatchObject({ description: 'about it', priority: 3, labels: ['calls'] })
  expect(call?.due).toMatchObject({ date: '2026-03-10', is_recurring: false })
  expect(theirs.find(({ content }) => content === 'Find her number')?.parent_id).toBe(call?.id)
})

test('a change of one field goes over, and the words of the due date stay as they are', async () => {
  const item = addThere('Water', {
    due: { string: 'every 3rd workday', date: '2026-03-06' },
    description: 'a',
  })
  const { due } = open.ada.task(item.id)
  await settle()
  const [task] = await openHere()
  await open.call(updateTask, { taskId: task?.id ?? '', title: 'Water them', addLabels: ['garden'] })
  open.ada.edit(item.id, { description: 'b', labels: ['home'] })
  await settle()
  expect(open.ada.task(item.id)).toMatchObject({ content: 'Water them', description: 'b', due })
  expect([...open.ada.task(item.id).labels].sort()).toEqual(['garden', 'home'])
  expect((await openHere())[0]).toMatchObject({ title: 'Water them', notes: 'b', dueDate: '2026-03-06' })
  const sent = await open.gateway.db
    .select()
    .from(todoistCommands)
    .where(eq(todoistCommands.subjectId, item.id))
  expect(sent.flatMap(({ args }) => Object.keys(args)).sort()).toEqual(['content', 'id', 'labels'])
})

test('a linked task is named at Todoist as it is here', async () => {
  const item = addThere('Paint the fence')
  await settle()
  const [task] = await openHere()
  const { task: read } = await open.call(getTask, { taskId: `T-${task?.number}` })
  expect(read.id).toBe(item.id)
  const { results } = await open.call(completeThere, { taskIds: [task?.id ?? ''] })
  expect(results).toMatchObject([{ ok: true, taskId: item.id }])
})

test('a field that both sides changed ends as the later edit says, and the other value can be taken back', async () => {
  const item = addThere('Draft')
  await settle()
  const [task] = await openHere()
  await open.call(updateTask, { taskId: task?.id ?? '', title: 'Draft of ours' })
  open.advance(1_000)
  open.ada.edit(item.id, { content: 'Draft of theirs' })
  await settle()
  expect(open.ada.task(item.id).content).toBe('Draft of theirs')
  expect((await openHere())[0]?.title).toBe('Draft of theirs')
  const { accounts } = await open.call(showStatus, {})
  const [conflict] = accounts[0]?.conflicts ?? []
  expect(conflict).toMatchObject({
    field: 'content',
    here: 'Draft of ours',
    there: 'Draft of theirs',
    took: 'there',
  })
  const looked = await open.call(getTaskHere, { taskId: task?.id ?? '' })
  expect(looked.conflicts).toMatchObject([
    { field: 'title', here: 'Draft of ours', there: 'Draft of theirs', took: 'there', settledAt: null },
  ])
  expect(getTaskHere.tell(looked)).toContain(
    '"Draft of ours" here, "Draft of theirs" at Todoist, which stayed',
  )
  await open.call(settleConflict, { conflictId: conflict?.conflictId ?? '', take: 'both' })
  await settle()
  expect(open.ada.task(item.id).content).toBe('Draft of ours / Draft of theirs')
})

test('a deadline goes over from either side, also of tasks that were linked before deadlines were kept in step', async () => {
  const [theirs, old] = [
    addThere('theirs', { deadline: { date: '2026-04-01', lang: 'en' } }),
    addThere('old'),
  ]
  const ours = await addHere('ours', { deadline: '2026-04-02' })
  const mine = await addHere('mine')
  await settle()
  const deadlines = async () => {
    const here = Object.fromEntries((await openHere()).map(({ title, deadline }) => [title, deadline]))
    expect(Object.fromEntries(there().map((item) => [item.content, item.deadline?.date ?? null]))).toEqual(
      here,
    )
    return here
  }
  expect(await deadlines()).toEqual({ theirs: '2026-04-01', ours: '2026-04-02', old: null, mine: null })
  const forgotten = sql`base #- '{here,deadline}' #- '{there,deadline}'`
  await open.gateway.db
    .update(todoistPairs)
    .set({ base: forgotten })
    .where(eq(todoistPairs.linkId, place.linkId))
  open.ada.edit(old.id, { deadline: { date: '2026-04-03', lang: 'en' } })
  open.advance(1_000)
  const task = (await openHere()).find(({ title }) => title === 'old')
  await open.call(updateTask, { taskId: task?.id ?? '', notes: 'edited later' })
  await open.call(updateTask, { taskId: mine.id, deadline: '2026-04-04' })
  await settle()
  const all = { theirs: '2026-04-01', ours: '2026-04-02', old: '2026-04-03', mine: '2026-04-04' }
  expect(await deadlines()).toEqual(all)
  open.ada.edit(theirs.id, { deadline: null })
  await open.call(updateTask, { taskId: ours.id, deadline: null })
  await settle()
  expect(await deadlines()).toEqual({ ...all, theirs: null, ours: null })
})

test('tasks of the same text that become one keep what only one of them has', async () => {
  const outside = open.ada.addProject('Met before')
  const item = open.ada.add('Call Ana', {
    ...{ project_id: outside.id, description: 'about rent', priority: 3 },
    deadline: { date: '2026-04-01', lang: 'en' },
  })
  await open.call(resync, {})
  open.advance(MINUTE_MS)
  const { project } = await open.call(createProject, { name: 'Met before', outcome: 'met' })
  await open.call(createTasks, {
    tasks: [{ title: 'Call Ana', projectId: project.id, due: '2026-03-20', minutes: 15 }],
  })
  await open.call(linkProject, { project: project.id, todoistProject: 'Met before' })
  await settle()
  const [task, ...others] = await open.gateway.db.select().from(tasks).where(eq(tasks.projectId, project.id))
  expect(others).toEqual([])
  const kept = {
    notes: 'about rent',
    priority: 2,
    deadline: '2026-04-01',
    dueDate: '2026-03-20',
    minutes: 15,
  }
  expect(task).toMatchObject(kept)
  expect(open.ada.task(item.id)).toMatchObject({
    ...{
      description: 'about rent',
      priority: 3,
      deadline: { date: '2026-04-01' },
      due: { date: '2026-03-20' },
    },
    duration: { amount: 15 },
  })
})

test('a task that is completed or opened again on one side is so on the other', async () => {
  const [one, two] = [addThere('one'), addThere('two')]
  await settle()
  const ours = await openHere()
  const idOf = (title: string) => ours.find((task) => task.title === title)?.id ?? ''
  await open.call(completeTasks, { taskIds: [idOf('one')] })
  open.ada.complete(two.id)
  await settle()
  expect(open.ada.task(one.id).checked).toBe(true)
  expect((await here()).map(({ status }) => status)).toEqual(['done', 'done'])
  await open.call(reopenTasks, { taskIds: [idOf('two')] })
  open.ada.uncomplete(one.id)
  await settle()
  expect(
    there()
      .map(({ content }) => content)
      .sort(),
  ).toEqual(['one', 'two'])
  expect(await openHere()).toHaveLength(2)
})

test.each(['en', 'de'])(
  'each occurrence of a repeating task (%s) is completed once, whichever side does it',
  async (lang) => {
    const item = addThere('Stretch', { due: { string: 'every day', date: '2026-03-04', lang } })
    await settle()
    const first = open.ada.task(item.id).due
    const [task] = await openHere()
    await open.call(completeTasks, { taskIds: [task?.id ?? ''] })
    await settle()
    const second = open.ada.task(item.id).due
    expect(second).toMatchObject({ string: 'every day', lang, is_recurring: true })
    expect(second?.date).not.toBe(first?.date)
    expect((await openHere()).map(({ dueDate }) => dueDate)).toEqual([second?.date])
    open.advance(MINUTE_MS)
    open.ada.complete(item.id)
    await settle()
    const third = open.ada.task(item.id).due
    expect((await openHere()).map(({ dueDate }) => dueDate)).toEqual([third?.date])
    expect((await here()).filter(({ status }) => status === 'done')).toHaveLength(2)
    // Putting it off is no completion.
    open.ada.edit(item.id, { due: { ...third, date: '2026-03-20' } })
    await settle()
    expect((await openHere()).map(({ dueDate }) => dueDate)).toEqual(['2026-03-20'])
    expect((await here()).filter(({ status }) => status === 'done')).toHaveLength(2)
  },
)

test('a deletion here goes out after ten minutes, and a restored task is there again', async () => {
  const item = addThere('Old chair')
  await settle()
  const [task] = await openHere()
  const taskIds = [task?.id ?? '']
  await open.call(deleteTasks, { taskIds })
  await settle()
  expect(open.ada.task(item.id).is_deleted).toBe(false)
  await open.call(restoreTasks, { taskIds })
  open.advance(11 * MINUTE_MS)
  await settle()
  expect(there()).toHaveLength(1)
  await open.call(deleteTasks, { taskIds })
  await settle()
  open.advance(11 * MINUTE_MS)
  await settle()
  expect(open.ada.task(item.id).is_deleted).toBe(true)
  await open.call(restoreTasks, { taskIds })
  await settle()
  expect(there().map(({ content }) => content)).toEqual(['Old chair'])
  expect(await openHere()).toHaveLength(1)
})

test('a deletion at Todoist moves the task to the trash, and restoring it brings it back on both sides', async () => {
  const item = addThere('Old table')
  await settle()
  open.ada.remove(item.id)
  await settle()
  const [task] = await here()
  expect(task?.trashedAt).not.toBeNull()
  await open.call(restoreTasks, { taskIds: [task?.id ?? ''] })
  await settle()
  expect(there().map(({ content }) => content)).toEqual(['Old table'])
  expect(await openHere()).toHaveLength(1)
})

test('a task that Todoist no longer lists is gone only if Todoist says so', async () => {
  const [done, kept] = [addThere('done meanwhile'), addThere('kept')]
  await settle()
  open.ada.complete(done.id)
  open.todoist.syncs.expireTokens()
  open.todoist.faults.unavailable('GET /tasks/:id')
  await open.call(resync, { full: true })
  await open.work()
  expect((await here()).every(({ trashedAt }) => trashedAt === null)).toBe(true)
  await settle()
  expect((await here()).map(({ title, status }) => [title, status]).sort()).toEqual([
    ['done meanwhile', 'done'],
    ['kept', 'open'],
  ])
  open.ada.does('project_archive', { id: place.outsideId })
  await settle()
  await open.call(resync, { full: true })
  await settle()
  expect((await openHere()).map(({ title }) => title)).toEqual(['kept'])
  expect(
    (await open.call(listLinks, {})).links.find(({ id }) => id === place.linkId)?.pausedBecause,
  ).toContain('Todoist')
  open.ada.does('project_unarchive', { id: place.outsideId })
  open.ada.edit(kept.id, { content: 'kept, and back' })
  await settle()
  expect((await openHere()).map(({ title }) => title)).toEqual(['kept, and back'])
})

test('a task that moves to another linked project does so on both sides; one that leaves the links leaves them there too', async () => {
  const first = place
  const other = open.ada.addProject(`Other ${count}`)
  await open.call(resync, {})
  const { link } = await open.call(linkProject, { todoistProject: other.name })
  const [one, two, three] = ['one', 'two', 'three'].map((content) => addThere(content))
  await settle()
  const ours = await openHere()
  const idOf = (title: string) => ours.find((task) => task.title === title)?.id ?? ''
  await open.call(updateTask, { taskId: idOf('one'), projectId: link?.project.id ?? '' })
  open.ada.move(two?.id ?? '', { project_id: other.id })
  await open.call(updateTask, { taskId: idOf('three'), projectId: null })
  await settle()
  await settle()
  expect(open.ada.task(one?.id ?? '').project_id).toBe(other.id)
  expect(open.ada.task(three?.id ?? '').project_id).toBe(open.ada.inbox.id)
  expect(await openHere()).toEqual([])
  place = { ...first, projectId: link?.project.id ?? '', outsideId: other.id }
  expect((await openHere()).map(({ title }) => title).sort()).toEqual(['one', 'two'])
  expect(there()).toHaveLength(2)
})

test('changes made while Todoist cannot be reached go out in their order, once', async () => {
  open.todoist.faults.storm('POST /sync', { kind: 'lost', isDone: false })
  const task = await addHere('offline')
  await open.work()
  await open.call(updateTask, { taskId: task.id, title: 'offline, changed' })
  await open.work()
  await open.call(completeTasks, { taskIds: [task.id] })
  await open.work()
  open.todoist.faults.calm('POST /sync')
  for (let round = 0; round < 3; round += 1) {
    open.advance(10 * MINUTE_MS)
    await open.work()
  }
  const made = open.todoist.world.items.where(({ project_id }) => project_id === place.outsideId)
  expect(made).toMatchObject([{ content: 'offline, changed', checked: true }])
})

test('a local project is pushed to a new one; a dry run says what would be made; unlinking asks what stays', async () => {
  const { project } = await open.call(createProject, { name: `Mine ${count}` })
  await open.call(createTasks, { tasks: [{ title: 'one', projectId: project.id }] })
  const dry = await open.call(linkProject, { project: project.id, mode: 'push', dryRun: true })
  expect(dry).toMatchObject({ link: null, makesThere: ['one'], makesHere: [] })
  expect(open.todoist.world.projects.where(({ name }) => name === project.name)).toEqual([])
  const { link } = await open.call(linkProject, { project: project.id, mode: 'push' })
  await settle()
  const [outside] = open.todoist.world.projects.where(({ name }) => name === project.name)
  place = { projectId: project.id, outsideId: outside?.id ?? '', linkId: link?.id ?? '' }
  expect(there().map(({ content }) => content)).toEqual(['one'])
  open.ada.edit(there()[0]?.id ?? '', { content: 'theirs' })
  await settle()
  expect((await openHere()).map(({ title }) => title)).toEqual(['one'])
  await open.call(unlinkProject, { linkId: place.linkId, keep: 'here' })
  open.advance(11 * MINUTE_MS)
  await settle()
  expect(there()).toEqual([])
  expect(await openHere()).toHaveLength(1)
})

test('what is put below a task at Todoist while it is deleted here stays', async () => {
  const parent = addThere('parent')
  const child = addThere('child')
  await settle()
  const [task] = (await openHere()).filter(({ title }) => title === 'parent')
  open.ada.move(child.id, { parent_id: parent.id })
  await open.call(deleteTasks, { taskIds: [task?.id ?? ''] })
  await settle()
  open.advance(11 * MINUTE_MS)
  await settle()
  expect(there()).toMatchObject([{ content: 'child', parent_id: null }])
  expect(await openHere()).toMatchObject([{ title: 'child', parentId: null }])
})

test('what is put below a task here while it is deleted at Todoist stays', async () => {
  const parent = addThere('parent')
  addThere('child')
  await settle()
  const byTitle = async (title: string) => (await openHere()).find((task) => task.title === title)?.id ?? ''
  await open.call(updateTask, { taskId: await byTitle('child'), parentId: await byTitle('parent') })
  await open.call(createTasks, {
    tasks: [{ title: 'fresh child', projectId: place.projectId, parentId: await byTitle('parent') }],
  })
  open.ada.remove(parent.id)
  await settle()
  await settle()
  const kept = [
    { title: 'child', parentId: null },
    { title: 'fresh child', parentId: null },
  ]
  expect((await openHere()).sort((one, other) => (one.title < other.title ? -1 : 1))).toMatchObject(kept)
  expect(
    there()
      .map(({ content }) => content)
      .sort(),
  ).toEqual(['child', 'fresh child'])
})

test('an account with linked projects is not disconnected before each link says where its tasks stay', async () => {
  await open.call(linkProject, { todoistProject: `Linked ${count}`, mode: 'both' })
  const { links } = await open.call(listLinks, {})
  const [link] = links
  const ended = { accountId: link?.accountId ?? '', confirm: true }
  await expect(open.call(open.byName('todoist.accounts.disconnect'), ended)).rejects.toMatchObject({
    code: 'conflict',
    fix: expect.stringContaining(`todoist projects unlink ${link?.id} --keep both`),
  })
  await expect(open.call(open.byName('accounts.disconnect'), ended)).rejects.toMatchObject({
    code: 'conflict',
  })
})

test('a link that only pulls sends nothing: what changes here stays here until Todoist changes it', async () => {
  await open.call(linkProject, { todoistProject: `Linked ${count}`, mode: 'pull' })
  const item = addThere('theirs', { description: 'a' })
  await addHere('mine')
  await settle()
  const [task] = (await openHere()).filter(({ title }) => title === 'theirs')
  await open.call(updateTask, { taskId: task?.id ?? '', notes: 'b' })
  open.advance(MINUTE_MS)
  open.ada.edit(item.id, { content: 'theirs, changed' })
  await settle()
  expect(there()).toMatchObject([{ content: 'theirs, changed', description: 'a' }])
  expect(await openHere()).toMatchObject([{ title: 'mine' }, { title: 'theirs, changed', notes: 'b' }])
})

test("a member's change of a team's project goes out with the account that is linked, as the member's", async () => {
  await addPeople(open.gateway.db, ['ben'])
  const { team } = await open.call(createTeam, { name: 'Garden' })
  await open.call(addMember, { teamId: team.id, personId: 'ben' })
  const outside = open.ada.addProject('Garden')
  await open.call(resync, {})
  const { link } = await open.call(linkProject, { todoistProject: outside.name, teamId: team.id })
  place = { projectId: link?.project.id ?? '', outsideId: outside.id, linkId: link?.id ?? '' }
  const item = addThere('Dig')
  await settle()
  const [task] = await openHere()
  const ben = { actor: { kind: 'person', id: 'ben', personId: 'ben', scopes: ['tasks:write'] } } as const
  await open.call(updateTask, { taskId: task?.id ?? '', title: 'Dig deep' }, ben)
  await settle()
  expect(open.ada.task(item.id).content).toBe('Dig deep')
  const sent = await open.gateway.db
    .select()
    .from(todoistCommands)
    .where(eq(todoistCommands.subjectId, item.id))
  expect(sent).toMatchObject([{ type: 'item_update', personId: 'ben', state: 'done' }])
})

test('nothing that was left open: no link waits, and no conflict but those that were told', async () => {
  await settle()
  const { accounts } = await open.call(showStatus, {})
  expect(accounts).toMatchObject([{ waitingCount: 0, refused: [] }])
  // Of these, one is the parent at Todoist that was deleted here.
  expect(await open.gateway.db.select().from(todoistConflicts)).toHaveLength(2)
})

test('what is deleted of a repeating task after it was completed here is the next one, on either side', async () => {
  for (const title of ['Deleted there', 'Deleted here'])
    await addHere(title, { repeat: 'every day', due: '2026-03-04' })
  await settle()
  const [one, other] = await openHere()
  const gone = there().find(({ content }) => content === 'Deleted there')
  const { results } = await open.call(completeTasks, { taskIds: [one?.id ?? '', other?.id ?? ''] })
  expect(results).toMatchObject([{ ok: true }, { ok: true }])
  const next = (await openHere()).find(({ title }) => title === 'Deleted here')
  await open.call(deleteTasks, { taskIds: [next?.id ?? ''] })
  open.ada.remove(gone?.id ?? '')
  await settle()
  expect(await openHere()).toEqual([])
  open.advance(11 * MINUTE_MS)
  await settle()
  expect(there()).toEqual([])
})

test('a repeating task that was completed and moved between links before both are in step is moved once', async () => {
  const target = place
  const outside = open.ada.addProject(`Linked ${count} too`)
  await open.call(resync, {})
  const { link } = await open.call(linkProject, { todoistProject: outside.name })
  place = { projectId: link?.project.id ?? '', outsideId: outside.id, linkId: link?.id ?? '' }
  await addHere('Water the garden', { repeat: 'every day', due: '2026-03-04' })
  await settle()
  const [task] = await openHere()
  const [item] = there()
  await open.call(completeTasks, { taskIds: [task?.id ?? ''] })
  const [next] = await openHere()
  await open.call(updateTask, { taskId: next?.id ?? '', projectId: target.projectId })
  open.ada.move(item?.id ?? '', { project_id: target.outsideId })
  await settle()
  await settle()
  expect(there()).toEqual([])
  place = target
  expect(await openHere()).toMatchObject([{ title: 'Water the garden', id: next?.id }])
  expect(there()).toMatchObject([{ content: 'Water the garden', id: item?.id }])
})

test('a repeating task that was completed here moves where its item moved at Todoist meanwhile', async () => {
  const target = place
  const outside = open.ada.addProject(`Linked ${count} besides`)
  await open.call(resync, {})
  const { link } = await open.call(linkProject, { todoistProject: outside.name })
  place = { projectId: link?.project.id ?? '', outsideId: outside.id, linkId: link?.id ?? '' }
  await addHere('Feed the cat', { repeat: 'every day', due: '2026-03-04' })
  await settle()
  const [task] = await openHere()
  const [item] = there()
  await open.call(completeTasks, { taskIds: [task?.id ?? ''] })
  const [next] = await openHere()
  open.ada.move(item?.id ?? '', { project_id: target.outsideId })
  await settle()
  await settle()
  expect(await openHere()).toEqual([])
  place = target
  expect(await openHere()).toMatchObject([{ title: 'Feed the cat', id: next?.id }])
  expect(there()).toMatchObject([{ content: 'Feed the cat', id: item?.id, due: { date: '2026-03-05' } }])
})

test('a task on both sides counts once in the brief', async () => {
  const { today } = await open.call(showBrief, {})
  await addHere('Water the plants', { due: '2026-03-04' })
  await settle()
  expect(there()).toHaveLength(1)
  expect((await open.call(showBrief, {})).today).toBe(today + 1)
})
