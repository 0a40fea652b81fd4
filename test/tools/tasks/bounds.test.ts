/** What one call may follow, move and delete is bounded, since the embedded store serves nobody else meanwhile. */

import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { SUBTREE_MAX_TASKS, WALK_MAX_TASKS } from '../../../src/domain/tasks/graph.ts'
import { EMPTIED_MAX_TASKS } from '../../../src/domain/tasks/trash.ts'
import { deleteTasks } from '../../../src/tools/tasks/delete-tasks.ts'
import { emptyTrash } from '../../../src/tools/tasks/empty-trash.ts'
import { restoreTasks } from '../../../src/tools/tasks/restore-tasks.ts'
import { updateTask } from '../../../src/tools/tasks/update-task.ts'
import { cpuMsOf } from '../../support/cpu-time.ts'
import { isLong } from '../../support/form.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

let gateway: TestGateway
let round = 0

beforeAll(async () => {
  gateway = await openTestGateway()
})
afterAll(() => gateway.close())
beforeEach(() => {
  round += 1
})

/** The id of one of this test's tasks, in the order in which they were made. */
const taskId = (index: number) =>
  `task_01h455vb4pex5vsk${String(round).padStart(4, '0')}${String(index).padStart(6, '0')}`

async function run<Input extends z.ZodObject, Output extends z.ZodObject>(
  operation: Operation<Input, Output>,
  input: z.input<Input> & { confirm?: boolean },
): Promise<z.output<Output>> {
  const me = `ana-${round}`
  return (await gateway.invoke(operation, input, gateway.as({ id: me, personId: me }))).output
}

/** Tasks from 0 on, each below another or below none: `parent` as SQL of `n`, the task's own number. */
async function make(count: number, parent = 'null::int'): Promise<void> {
  const id = (n: string) => `'${taskId(0).slice(0, -6)}' || lpad((${n})::text, 6, '0')`
  await gateway.db.execute(
    sql.raw(`insert into tasks (id, person_id, owner_id, space_id, title, status, priority, due_sort, labels, source, created_at, updated_at, parent_id)
      select ${id('n')}, 'ana-${round}', 'ana-${round}', 'ana-${round}', 'Task', 'open', 4, '9999', '{}', 'test', now(), now(),
        case when (${parent}) is null then null else ${id(parent)} end
      from generate_series(0, ${count - 1}) n`),
  )
}

const CHAIN = 'case when n = 0 then null else n - 1 end'
const WIDE = 'case when n = 0 then null else 0 end'

describe('a chain of tasks, one below the other,', () => {
  it.runIf(isLong)(
    'goes to the trash and comes back whole, in time that grows with it and no faster',
    async () => {
      const levels = 2000
      await make(levels, CHAIN)
      const cpuMs = await cpuMsOf(async () => {
        const deleted = await run(deleteTasks, { taskIds: [taskId(0)] })
        expect(deleted.results).toMatchObject([{ ok: true, subtasks: levels - 1 }])
        const restored = await run(restoreTasks, { taskIds: [taskId(0)] })
        expect(restored.results).toMatchObject([{ ok: true, subtasks: levels - 1 }])
      })
      // Looking through all tasks at each level takes more than twice as long.
      expect(cpuMs).toBeLessThan(3000)
    },
  )

  it('is followed up to a bound, whichever task is moved below it', async () => {
    await make(WALK_MAX_TASKS + 2, CHAIN)
    const below = (parentId: string) => run(updateTask, { taskId: taskId(0), parentId })
    await expect(below(taskId(WALK_MAX_TASKS + 1))).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('levels deep'),
    })
    await expect(below(taskId(WALK_MAX_TASKS))).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('a subtask of itself'),
    })
  })
})

it('what a task waits for, one behind the other, is followed up to a bound', async () => {
  await make(WALK_MAX_TASKS + 2)
  await gateway.db.execute(sql`
    insert into task_dependencies select id, lead(id) over (order by id) from tasks
    where person_id = ${`ana-${round}`} order by id limit ${WALK_MAX_TASKS + 1}`)
  const waitFor = (dependsOn: string) =>
    run(updateTask, { taskId: taskId(WALK_MAX_TASKS + 1), dependsOn: [dependsOn] })
  await expect(waitFor(taskId(0))).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('more than'),
  })
  await expect(waitFor(taskId(2))).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('wait for itself'),
  })
})

it.runIf(isLong)(
  'a task with more subtasks than one call moves is refused, and those that were named beside it go',
  async () => {
    await make(
      SUBTREE_MAX_TASKS + 2,
      `${WIDE.replace('else 0', `when n > ${SUBTREE_MAX_TASKS} then null else 0`)}`,
    )
    const { results } = await run(deleteTasks, { taskIds: [taskId(0), taskId(SUBTREE_MAX_TASKS + 1)] })
    expect(results).toMatchObject([
      { ok: false, error: { code: 'conflict', fix: expect.stringContaining('in parts') } },
      { ok: true, changed: true },
    ])
  },
)

it.runIf(isLong)('a full trash is emptied in parts, and each answer says whether more is left', async () => {
  await make(EMPTIED_MAX_TASKS + 1)
  await gateway.db.execute(
    sql`update tasks set trashed_at = '2020-01-01' where person_id = ${`ana-${round}`}`,
  )
  expect(await run(emptyTrash, { confirm: true })).toEqual({ deleted: EMPTIED_MAX_TASKS, more: true })
  expect(await run(emptyTrash, { confirm: true })).toEqual({ deleted: 1, more: false })
})
