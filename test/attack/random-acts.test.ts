/**
 * Whatever two people do in whatever order: nobody changes a row of the other's but the work on what they were given, and
 * nobody is shown a row, or the effect of one, that they may not see.
 */
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { AppError, errorBody } from '../../src/core/errors.ts'
import { newId } from '../../src/core/ids.ts'
import { operations } from '../../src/tools/registry.ts'
import { listTasks } from '../../src/tools/tasks/list-tasks.ts'
import { openTestGateway, type TestGateway } from '../support/database.ts'
import { cases } from '../support/form.ts'

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
  readonly status: string
  readonly title: string
  readonly trashed_at: string | null
  readonly depends_on: readonly string[]
  readonly [column: string]: unknown
}

type Rows = ReadonlyMap<string, Row>

async function rowsOf(people: readonly string[]): Promise<Rows> {
  const [first, second] = people
  const rows = await gateway.db.execute<{ row: Row }>(sql`
    select to_jsonb(t) || jsonb_build_object('depends_on', array(
      select depends_on_id from task_dependencies d where d.task_id = t.id order by 1)) as row
    from tasks t where person_id in (${first}, ${second}) order by id`)
  return new Map(rows.map(({ row }) => [row.id, row]))
}

const sees = (person: string, row: Row | undefined) =>
  row !== undefined && (row.person_id === person || row.assignee_id === person)

/** What an act picks is a number, so that a sequence can be made smaller: of tasks in the order of their ids. */
const Act = fc.record({
  who: fc.nat(1),
  does: fc.constantFrom('create', 'link', 'place', 'give', 'rename', 'batch', 'batch', 'empty', 'look'),
  one: fc.nat(6),
  two: fc.nat(6),
  how: fc.nat(9),
})
type Act = typeof Act extends fc.Arbitrary<infer Value> ? Value : never

interface Turn {
  readonly me: string
  readonly you: string
  /** Stands nowhere else, nor within another such word. */
  readonly word: string
  readonly ids: readonly string[]
}

function callOf({ does, one, two, how }: Act, { me, you, word, ids }: Turn): [name: string, input: object] {
  const pick = (index: number) => ids[index % Math.max(ids.length, 1)] ?? newId('task')
  const taskId = pick(one)
  const update = (change: object): [string, object] => ['tasks.update', { taskId, ...change }]
  switch (does) {
    case 'create': {
      const links = [{}, { parentId: pick(one) }, { dependsOn: [pick(two)] }][how % 3]
      const repeat = how % 4 === 0 ? { repeat: 'every day', due: 'today' } : {}
      const given = how % 2 === 0 ? { assignee: you } : {}
      return ['tasks.create', { tasks: [{ title: word, ...links, ...repeat, ...given }] }]
    }
    case 'link':
      return update({ dependsOn: how % 3 === 0 ? [] : [pick(two)] })
    case 'place':
      return update({ parentId: how % 3 === 0 ? null : pick(two) })
    case 'give':
      return update({ assignee: [me, you, you, null, 'somebody-else'][how % 5] })
    case 'rename':
      return update({ title: word, status: how % 2 === 0 ? 'in_progress' : 'cancelled' })
    case 'batch': {
      const verb = ['complete', 'complete', 'reopen', 'delete', 'restore'][how % 5]
      return [`tasks.${verb}`, { taskIds: [taskId, pick(two)] }]
    }
    case 'empty':
      return ['tasks.empty_trash', { confirm: true }]
    default:
      return how % 2 === 0 ? ['tasks.plan', {}] : ['tasks.list', { trashed: how % 3 === 0 }]
  }
}

async function answerTo(person: string, [name, input]: [string, object]): Promise<unknown> {
  const operation = operations.find((each) => each.name === name)
  if (!operation) throw new Error(`there is no operation ${name}`)
  try {
    const { output } = await gateway.invoke(operation, input, gateway.as({ id: person, personId: person }))
    return { output, told: operation.tell(output) }
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code === 'internal') throw thrown
    return errorBody(thrown)
  }
}

/** What whoever was given a task changes by their work. */
const WORK = [
  'assignee_id',
  ...['title', 'status', 'due_date', 'due_sort', 'updated_at', 'started_at', 'completed_at'],
]

function expectKept(before: Rows, after: Rows, { me, you }: Turn): void {
  for (const row of before.values()) {
    if (row.person_id !== you) continue
    // What pointed to a task that its owner deleted for good points to nothing.
    const kept = {
      ...row,
      parent_id: row.parent_id !== null && after.has(row.parent_id) ? row.parent_id : null,
      depends_on: row.depends_on.filter((id) => after.has(id)),
    }
    const now = after.get(row.id)
    const work = sees(me, row) ? Object.fromEntries(WORK.map((column) => [column, now?.[column]])) : {}
    expect(now).toEqual({ ...kept, ...work })
    expect([row.assignee_id, null, you]).toContain(now?.assignee_id)
  }
  for (const row of after.values()) {
    if (row.person_id === you && !before.has(row.id)) expect(row.assignee_id).toBe(me)
  }
}

function expectNothingHidden(answer: unknown, input: object, states: readonly Rows[], me: string): void {
  const [text, named] = [JSON.stringify(answer), JSON.stringify(input)]
  for (const { id } of states.flatMap((rows) => [...rows.values()])) {
    if (states.some((rows) => sees(me, rows.get(id)))) continue
    for (const rows of states) expect(text).not.toContain(rows.get(id)?.title ?? id)
    if (!named.includes(id)) expect(text).not.toContain(id)
  }
}

/** Links and flags are what they would be if what the person cannot see were not there. */
async function expectOwnView(rows: Rows, me: string): Promise<void> {
  const { output } = await gateway.invoke(listTasks, { limit: 100 }, gateway.as({ id: me, personId: me }))
  const seen = [...rows.values()].filter((row) => sees(me, row) && row.trashed_at === null)
  expect(output.items.map(({ id }) => id).sort()).toEqual(seen.map(({ id }) => id).sort())
  for (const { id, parentId, dependsOn, blocked } of output.items) {
    const row = rows.get(id)
    const ahead = (row?.depends_on ?? []).filter((next) => sees(me, rows.get(next)))
    const parent = row?.parent_id ?? null
    const isOpen = (next: string) =>
      ['open', 'in_progress'].includes(rows.get(next)?.status ?? '') && rows.get(next)?.trashed_at === null
    expect({ parentId, dependsOn, blocked }).toEqual({
      parentId: parent !== null && sees(me, rows.get(parent)) ? parent : null,
      dependsOn: ahead,
      blocked: ahead.some(isOpen),
    })
  }
}

/** A task of each that waits for another of theirs, and was given away. */
async function begin(people: readonly [string, string]): Promise<void> {
  for (const [me, you] of [people, [people[1], people[0]]] as const) {
    await answerTo(me, ['tasks.create', { tasks: [{ title: `first of ${me}.` }] }])
    const [{ id = '' } = {}] = [...(await rowsOf([me, me])).values()]
    const given = { title: `given by ${me}.`, assignee: you, dependsOn: [id] }
    await answerTo(me, ['tasks.create', { tasks: [given] }])
  }
}

let round = 0

it('no row of another is changed but by work on what was given, and nothing hidden shows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(Act, { minLength: 5, maxLength: 25 }), async (acts) => {
      round += 1
      const people = [`ana-${round}`, `bob-${round}`] as const
      await begin(people)
      let before = await rowsOf(people)
      for (const [index, act] of acts.entries()) {
        gateway.clock.advance(1000)
        const [me, you] = act.who === 0 ? people : ([people[1], people[0]] as const)
        const turn = { me, you, word: `word-${round}-${index}.`, ids: [...before.keys()] }
        const call = callOf(act, turn)
        const answer = await answerTo(me, call)
        const after = await rowsOf(people)
        expectKept(before, after, turn)
        expectNothingHidden(answer, call[1], [before, after], me)
        before = after
      }
      for (const person of people) await expectOwnView(before, person)
    }),
    { numRuns: cases(7, 200) },
  )
})
