/** Many tasks in tables without statistics, as after an import: PostgreSQL then expects few rows everywhere. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { createProject } from '../../../src/tools/projects/create-project.ts'
import { getProject } from '../../../src/tools/projects/get-project.ts'
import { reviewProjects } from '../../../src/tools/projects/review-projects.ts'
import { completeTasks } from '../../../src/tools/tasks/complete-tasks.ts'
import { listTasks } from '../../../src/tools/tasks/list-tasks.ts'
import { planTasks } from '../../../src/tools/tasks/plan-tasks.ts'
import { suggestTasks } from '../../../src/tools/tasks/suggest-tasks.ts'
import { updateTask } from '../../../src/tools/tasks/update-task.ts'
import { cases } from '../../support/form.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

/** Each waits for the one before it and is below it: to look through all of them for each takes minutes. */
const TASKS = cases(4000, 24_000)
/** How many of them are in a project of their own. */
const PROJECTS = cases(400, 4000)

/** Reading a task once or twice takes a tenth of this on a busy machine. */
const TIMEOUT_MS = 20_000

let gateway: TestGateway
let projectId: string

async function run<Input extends z.ZodObject, Output extends z.ZodObject>(
  operation: Operation<Input, Output>,
  input: z.input<Input>,
): Promise<z.output<Output>> {
  return (await gateway.invoke(operation, input, gateway.as())).output
}

const taskId = (index: number) => `task_01h455vb4pex5vsk0000${String(index).padStart(6, '0')}`
const idSql = (index: string) => `'${taskId(0).slice(0, -6)}' || lpad((${index})::text, 6, '0')`

beforeAll(async () => {
  gateway = await openTestGateway()
  const { project } = await run(createProject, { name: 'Imported' })
  projectId = project.id
  for (const statement of [
    // A server would gather statistics on its own; the embedded store does so once a day.
    ...['tasks', 'task_dependencies', 'projects'].map(
      (name) => `alter table ${name} set (autovacuum_enabled = off)`,
    ),
    `insert into projects overriding system value select (p).* from (select jsonb_populate_record(projects, jsonb_build_object(
        'id', 'project_' || n, 'number', 1000 + n)) as p from projects, generate_series(1, ${PROJECTS}) n) as copies`,
    `insert into tasks (id, person_id, owner_id, space_id, project_id, parent_id, title, status, priority, due_sort, labels,
        source, created_at, updated_at)
      select ${idSql('n')}, 'local', 'local', 'local', case when n <= ${PROJECTS} then 'project_' || n else '${projectId}' end,
        case when n > 1 then ${idSql('n - 1')} end, 'Task', 'open', 4, '9999', '{}', 'test', now(), now()
      from generate_series(1, ${TASKS}) n`,
    `insert into task_dependencies select ${idSql('n')}, ${idSql('n - 1')} from generate_series(2, ${TASKS}) n`,
  ]) {
    await gateway.db.execute(sql.raw(statement))
  }
}, 60_000)
afterAll(() => gateway.close())

describe('without statistics, no call looks through all tasks for each of them:', {
  timeout: TIMEOUT_MS,
}, () => {
  it('counting those of a project', async () => {
    const { progress } = await run(getProject, { projectId })
    expect(progress).toMatchObject({ open: TASKS - PROJECTS, blocked: TASKS - PROJECTS })
  })

  it.each([true, false])('listing those whose `blocked` is %s', async (blocked) => {
    const { items } = await run(listTasks, { blocked, limit: 10 })
    expect(items).toHaveLength(blocked ? 10 : 1)
  })

  it('planning a day and suggesting what to do', async () => {
    await run(planTasks, {})
    const { suggestions } = await run(suggestTasks, {})
    expect(suggestions.map(({ task }) => task.id)).toEqual([taskId(1)])
  })

  it('reviewing many projects', async () => {
    const { counts } = await run(reviewProjects, {})
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(PROJECTS + 1)
  })

  it('following links to refuse a circle', async () => {
    const circle = { taskId: taskId(1), dependsOn: [taskId(900)], parentId: taskId(900) }
    await expect(run(updateTask, circle)).rejects.toMatchObject({ code: 'conflict' })
    await expect(run(updateTask, { ...circle, dependsOn: [] })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('completing many at once', async () => {
    const taskIds = Array.from({ length: 25 }, (_, index) => taskId(index + 1))
    const { results } = await run(completeTasks, { taskIds })
    expect(results.filter(({ ok }) => !ok)).toEqual([])
  })
})
