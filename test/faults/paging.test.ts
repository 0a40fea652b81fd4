/** Pages over a list that changes meanwhile: what was there throughout is neither lost nor doubled. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Call } from '../../src/core/call/call.ts'
import { TASK_SORTS } from '../../src/domain/tasks/list-tasks.ts'
import { completeTasks } from '../../src/tools/tasks/complete-tasks.ts'
import { createTasks } from '../../src/tools/tasks/create-tasks.ts'
import { deleteTasks } from '../../src/tools/tasks/delete-tasks.ts'
import { listTasks } from '../../src/tools/tasks/list-tasks.ts'
import { rescheduleTasks } from '../../src/tools/tasks/reschedule-tasks.ts'
import { cases } from '../support/form.ts'
import { openTestGateway, type TestGateway } from '../support/world/database.ts'

const NUM_RUNS = cases(8, 60)
const TASKS = 12

let gateway: TestGateway

beforeAll(async () => {
  gateway = await openTestGateway()
})
afterAll(() => gateway.close())

const DUE = ['2026-03-01', '2026-03-05', '2026-03-05T09:00', null]

const draft = fc.record({ due: fc.constantFrom(...DUE), priority: fc.integer({ min: 1, max: 4 }) })

/** What happens between two pages: to a task by its place among the first ones, or a new one comes. */
const change = fc.oneof(
  fc.record({ what: fc.constant('create' as const), draft }),
  fc.record({
    what: fc.constantFrom('delete' as const, 'complete' as const, 'reschedule' as const),
    index: fc.nat(TASKS - 1),
    due: fc.constantFrom('2026-02-01', '2026-03-05', '2026-12-31'),
  }),
)

const script = fc.record({
  sort: fc.constantFrom(...TASK_SORTS),
  limit: fc.integer({ min: 1, max: 5 }),
  drafts: fc.array(draft, { minLength: TASKS, maxLength: TASKS }),
  changes: fc.array(fc.array(change, { maxLength: 2 }), { maxLength: 6 }),
})

let person = 0

it('shows every task that was not touched exactly once, in each order', async () => {
  await fc.assert(
    fc.asyncProperty(script, async ({ sort, limit, drafts, changes }) => {
      person += 1
      const caller = gateway.as({ id: `person-${person}`, personId: `person-${person}` })
      const ids = await createAll(caller, drafts)
      const touched = new Set<string>()
      const shown: string[] = []

      let cursor: string | undefined
      let page = 0
      do {
        const { items, nextCursor } = await pageOf(caller, { sort, limit, cursor })
        shown.push(...items)
        for (const each of changes[page] ?? []) await apply(caller, each, ids, touched)
        cursor = nextCursor
        page += 1
      } while (cursor !== undefined)

      const untouched = ids.filter((id) => !touched.has(id))
      expect(shown.filter((id) => untouched.includes(id)).sort()).toEqual(untouched.toSorted())
    }),
    { numRuns: NUM_RUNS },
  )
})

interface Page {
  readonly items: string[]
  readonly nextCursor: string | undefined
}

async function pageOf(caller: Call, page: object): Promise<Page> {
  const { output } = await gateway.invoke(listTasks, { ...page, status: ['open'] }, caller)
  return { items: output.items.map(({ id }) => id), nextCursor: output.nextCursor ?? undefined }
}

type Draft = { readonly due: string | null; readonly priority: number }
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never

async function createAll(caller: Call, drafts: readonly Draft[]): Promise<string[]> {
  const tasks = drafts.map((each, index) => ({ title: `task ${index}`, ...each }))
  const { output } = await gateway.invoke(createTasks, { tasks }, caller)
  return output.results.map((result) => {
    if (!result.ok) throw new Error(result.error.message)
    return result.task.id
  })
}

async function apply(
  caller: Call,
  each: Change,
  ids: readonly string[],
  touched: Set<string>,
): Promise<void> {
  if (each.what === 'create') {
    await createAll(caller, [each.draft])
    return
  }
  const id = ids[each.index] ?? ''
  touched.add(id)
  // Of a task that is done or gone already this may be refused, each for itself: it stays touched.
  const taskIds = [id]
  if (each.what === 'delete') await gateway.invoke(deleteTasks, { taskIds }, caller)
  else if (each.what === 'complete') await gateway.invoke(completeTasks, { taskIds }, caller)
  else await gateway.invoke(rescheduleTasks, { taskIds, due: each.due }, caller)
}
