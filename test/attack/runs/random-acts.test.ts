/**
 * Whatever three people do in whatever order: nobody changes a row of another's but the work on what they were given, and
 * nobody is shown or told a row, or the effect of one, that they may not see.
 */
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { AppError, errorBody } from '../../../src/core/errors.ts'
import { newId } from '../../../src/core/operation/ids.ts'
import { listAudit } from '../../../src/tools/access/list-audit.ts'
import { getProject } from '../../../src/tools/projects/get-project.ts'
import { operations } from '../../../src/tools/registry.ts'
import { listTasks } from '../../../src/tools/tasks/list-tasks.ts'
import { cases } from '../../support/form.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await openTestGateway({ operations })
})
afterAll(() => gateway.close())

interface Row {
  readonly id: string
  readonly person_id: string
  readonly assignee_id: string | null
  readonly parent_id: string | null
  readonly project_id: string | null
  readonly status: string
  readonly title: string
  readonly labels: readonly string[]
  readonly trashed_at: string | null
  readonly depends_on: readonly string[]
  readonly [column: string]: unknown
}

type Rows = ReadonlyMap<string, Row>
type People = readonly [string, string, string]

async function rowsOf(people: readonly string[]): Promise<Rows> {
  const rows = await gateway.db.execute<{ row: Row }>(sql`
    select to_jsonb(t) || jsonb_build_object('depends_on', array(
      select depends_on_id from task_dependencies d where d.task_id = t.id order by 1)) as row
    from tasks t where person_id in ${[...people]} order by id`)
  return new Map(rows.map(({ row }) => [row.id, row]))
}

const sees = (person: string, row: Row | undefined) =>
  row !== undefined && (row.person_id === person || row.assignee_id === person)

/** What an act picks is a number, so that a sequence can be made smaller: of tasks in the order of their ids. */
interface Picked extends Turn {
  readonly one: string
  readonly two: string
  readonly how: number
}

interface Turn {
  readonly me: string
  readonly you: string
  /** Stands nowhere else, nor within another such word. */
  readonly word: string
  readonly ids: readonly string[]
  /** Of each person, the same for all acts. */
  readonly projects: ReadonlyMap<string, string>
}

type Call = readonly [name: string, input: object]

const update = ({ one }: Picked, change: object): Call => ['tasks.update', { taskId: one, ...change }]
const both = ({ one, two }: Picked) => [...new Set([one, two])]

const ACTS = {
  create(picked: Picked): Call {
    const { me, you, word, one, two, how, projects } = picked
    const projectId = projects.get(how % 8 === 7 ? you : me)
    const link = [{}, { parentId: one }, { dependsOn: [two] }, { projectId }][how % 4]
    const repeat = how % 5 === 0 ? { repeat: 'every day', due: 'today' } : {}
    const given = how % 2 === 0 ? { assignee: you } : {}
    return ['tasks.create', { tasks: [{ title: word, labels: [word], ...link, ...repeat, ...given }] }]
  },
  link: (picked) => update(picked, { dependsOn: picked.how % 3 === 0 ? [] : [picked.two] }),
  place: (picked) => update(picked, { parentId: picked.how % 3 === 0 ? null : picked.two }),
  file: (picked) => update(picked, { projectId: picked.projects.get(picked.me) }),
  give: (picked) => {
    const { me, you, how } = picked
    return update(picked, { assignee: [me, you, you, null, 'somebody-else'][how % 5] })
  },
  rename: (picked) =>
    update(picked, { title: picked.word, status: picked.how % 2 === 0 ? 'in_progress' : 'cancelled' }),
  label: (picked) =>
    update(picked, picked.how % 2 === 0 ? { addLabels: [picked.word] } : { labels: [], notes: picked.word }),
  complete: (picked) => ['tasks.complete', { taskIds: both(picked) }],
  batch: (picked) => {
    const verb = ['reopen', 'delete', 'restore'][picked.how % 3]
    return [`tasks.${verb}`, { taskIds: both(picked) }]
  },
  reschedule: (picked) => ['tasks.reschedule', { taskIds: both(picked), due: 'tomorrow' }],
  empty: () => ['tasks.empty_trash', { confirm: true }],
  get: ({ one }) => ['tasks.get', { taskId: one }],
  plan: ({ how }) => [how % 2 === 0 ? 'tasks.plan' : 'tasks.suggest', {}],
  list({ one, you, word, how, projects }) {
    const filters = [
      { trashed: true },
      { text: 'word' },
      { labels: [word] },
      { assignee: you },
      { blocked: true },
      { overdue: true },
      { parentId: one },
      { projectId: projects.get(you) },
      { sort: 'due', limit: 1 },
    ]
    return ['tasks.list', { limit: 100, ...filters[how % filters.length] }]
  },
  project: ({ me, you, how, projects }) =>
    how % 2 === 0
      ? ['projects.get', { projectId: projects.get(how % 3 === 0 ? you : me) }]
      : ['projects.review', {}],
  audit: ({ you, how }) => ['access.list_audit', { limit: 100, ...(how % 2 === 0 && { actor: you }) }],
} satisfies Record<string, (picked: Picked) => Call>

const Act = fc.record({
  who: fc.nat(2),
  whom: fc.nat(1),
  does: fc.constantFrom(...(Object.keys(ACTS) as (keyof typeof ACTS)[])),
  one: fc.nat(9),
  two: fc.nat(9),
  how: fc.nat(11),
})
type Act = typeof Act extends fc.Arbitrary<infer Value> ? Value : never

function callOf({ does, one, two, how }: Act, turn: Turn): Call {
  const pick = (index: number) => turn.ids[index % Math.max(turn.ids.length, 1)] ?? newId('task')
  return ACTS[does]({ ...turn, one: pick(one), two: pick(two), how })
}

const callAs = (person: string) => gateway.as({ id: person, personId: person })

async function answerTo(person: string, [name, input]: Call): Promise<unknown> {
  const operation = operations.find((each) => each.name === name)
  if (!operation) throw new Error(`there is no operation ${name}`)
  try {
    const { output } = await gateway.invoke(operation, input, callAs(person))
    return { output, told: operation.tell(output) }
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code === 'internal') throw thrown
    return errorBody(thrown)
  }
}

/** What whoever was given a task changes by their work. */
const WORK = [
  ...['assignee_id', 'title', 'notes', 'labels', 'status', 'updated_at', 'started_at', 'completed_at'],
  ...['due_date', 'due_time', 'due_time_zone', 'due_at', 'due_sort'],
]

function expectKept(before: Rows, after: Rows, me: string): void {
  for (const row of before.values()) {
    if (row.person_id === me) continue
    // What pointed to a task that its owner deleted for good points to nothing.
    const kept = {
      ...row,
      parent_id: row.parent_id !== null && after.has(row.parent_id) ? row.parent_id : null,
      depends_on: row.depends_on.filter((id) => after.has(id)),
    }
    const now = after.get(row.id)
    const work = sees(me, row) ? Object.fromEntries(WORK.map((column) => [column, now?.[column]])) : {}
    expect(now).toEqual({ ...kept, ...work })
    expect([row.assignee_id, null, row.person_id]).toContain(now?.assignee_id)
  }
  for (const row of after.values()) {
    if (row.person_id !== me && !before.has(row.id)) expect(row.assignee_id).toBe(me)
  }
}

/** `states`: of all acts so far for what tells of the past, else before and after this one; `named`: what the person said. */
function expectNothingHidden(answer: unknown, named: string, states: readonly Rows[], me: string): void {
  const text = JSON.stringify(answer)
  for (const { id } of states.flatMap((rows) => [...rows.values()])) {
    if (states.some((rows) => sees(me, rows.get(id)))) continue
    for (const title of states.flatMap((rows) => rows.get(id)?.title ?? [])) expect(text).not.toContain(title)
    if (!named.includes(id)) expect(text).not.toContain(id)
  }
}

/** Links and flags are what they would be if what the person cannot see were not there. */
async function expectOwnView(rows: Rows, me: string, project: string): Promise<void> {
  const { output } = await gateway.invoke(listTasks, { limit: 100 }, callAs(me))
  const seen = [...rows.values()].filter((row) => sees(me, row) && row.trashed_at === null)
  expect(output.items.map(({ id }) => id).sort()).toEqual(seen.map(({ id }) => id).sort())
  const isOpen = (id: string) =>
    ['open', 'in_progress'].includes(rows.get(id)?.status ?? '') && rows.get(id)?.trashed_at === null
  for (const { id, parentId, projectId, dependsOn, blocked } of output.items) {
    const row = rows.get(id)
    const ahead = (row?.depends_on ?? []).filter((next) => sees(me, rows.get(next)))
    const parent = row?.parent_id ?? null
    expect({ parentId, projectId, dependsOn, blocked }).toEqual({
      parentId: parent !== null && sees(me, rows.get(parent)) ? parent : null,
      projectId: row?.person_id === me ? row.project_id : null,
      dependsOn: ahead,
      blocked: ahead.some(isOpen),
    })
  }
  const { output: shown } = await gateway.invoke(getProject, { projectId: project }, callAs(me))
  const inProject = seen.filter(({ project_id }) => project_id === project)
  const waits = (row: Row) => row.depends_on.some((id) => sees(me, rows.get(id)) && isOpen(id))
  expect(shown.progress).toMatchObject({
    total: inProject.length,
    done: inProject.filter(({ status }) => status === 'done').length,
    blocked: inProject.filter((row) => isOpen(row.id) && waits(row)).length,
  })
}

/** Word of a change reaches those who see the task, before or after it. */
function expectToldToSeers(from: number, states: readonly Rows[]): void {
  for (const { uris, spaceId } of gateway.changes.slice(from)) {
    for (const uri of uris) {
      if (!uri.startsWith('task://')) continue
      const rows = states.map((each) => each.get(uri.slice('task://'.length)))
      expect(rows.some((row) => sees(spaceId, row))).toBe(true)
    }
  }
}

const columnsOf = (row: Row | undefined) => JSON.stringify(row)

/** Each owner's audit shows this act as the last of another's, with just those of their tasks that it changed. */
async function expectAudited(before: Rows, after: Rows, { me, word }: Turn, people: People): Promise<void> {
  const changed = [...after.values()].filter((row) => columnsOf(row) !== columnsOf(before.get(row.id)))
  for (const owner of people) {
    if (owner === me) continue
    const theirs = changed.filter(
      ({ person_id, id }) => person_id === owner && !isUnlinked(before, after, id),
    )
    if (theirs.length === 0) continue
    const { output } = await gateway.invoke(listAudit, { limit: 1, actor: me }, callAs(owner))
    const [entry] = output.items
    expect(entry).toMatchObject({
      person: me,
      actor: { id: me },
      outcome: 'ok',
      keyId: null,
      requestId: null,
    })
    for (const { id } of theirs) expect(entry?.touched).toContain(`task://${id}`)
    for (const uri of entry?.touched ?? []) {
      expect(after.get(uri.slice('task://'.length))?.person_id).toBe(owner)
    }
    expectNothingHidden(entry, '', [before, after], owner)
    if (!theirs.some((row) => columnsOf(row)?.includes(word)))
      expect(JSON.stringify(entry)).not.toContain(word)
  }
}

/** Only what a task pointed to has gone. */
function isUnlinked(before: Rows, after: Rows, id: string): boolean {
  const [was, is] = [before.get(id), after.get(id)]
  if (was === undefined || is === undefined) return false
  return columnsOf({ ...was, parent_id: is.parent_id, depends_on: is.depends_on }) === columnsOf(is)
}

/** A project of each, and a task of each that waits for another of theirs, and was given away. */
async function begin(people: People): Promise<ReadonlyMap<string, string>> {
  const projects = new Map<string, string>()
  for (const [index, me] of people.entries()) {
    const you = people[(index + 1) % people.length]
    const made = await answerTo(me, ['projects.create', { name: `project of ${me}.` }])
    const projectId = (made as { output: { project: { id: string } } }).output.project.id
    projects.set(me, projectId)
    await answerTo(me, ['tasks.create', { tasks: [{ title: `first of ${me}.`, projectId }] }])
    const [{ id = '' } = {}] = [...(await rowsOf([me])).values()]
    const given = { title: `given by ${me}.`, assignee: you, dependsOn: [id], projectId }
    await answerTo(me, ['tasks.create', { tasks: [given] }])
  }
  return projects
}

let round = 0

it('no row of another is changed but by work on what was given, and nothing hidden shows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(Act, { minLength: 5, maxLength: 30 }), async (acts) => {
      round += 1
      const people = [`ana-${round}`, `bob-${round}`, `cid-${round}`] as const
      const projects = await begin(people)
      let before = await rowsOf(people)
      const past = [before]
      const said = new Map<string, string>()
      for (const [index, act] of acts.entries()) {
        gateway.clock.advance(1000)
        const me = people[act.who] ?? people[0]
        const you = people[(act.who + 1 + act.whom) % people.length] ?? people[1]
        const turn = { me, you, word: `word-${round}-${index}.`, ids: [...before.keys()], projects }
        const call = callOf(act, turn)
        const from = gateway.changes.length
        const answer = await answerTo(me, call)
        const after = await rowsOf(people)
        past.push(after)
        expectKept(before, after, me)
        said.set(me, `${said.get(me) ?? ''} ${JSON.stringify(call[1])}`)
        expectNothingHidden(answer, said.get(me) ?? '', act.does === 'audit' ? past : [before, after], me)
        expectToldToSeers(from, [before, after])
        await expectAudited(before, after, turn, people)
        before = after
      }
      for (const person of people) await expectOwnView(before, person, projects.get(person) ?? '')
    }),
    { numRuns: cases(7, 150) },
  )
})
