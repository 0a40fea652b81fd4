/** What keeps parents and dependencies free of cycles, whoever else is changing them at the time. */
import { sql } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import { idList, type Scoped } from './store.ts'

/** The one advisory lock under which edges between tasks change: two edges that race could close a cycle together. */
const GRAPH_LOCK = 7_410_001

/** Edges are changed by one transaction at a time, until it ends. */
export async function lockGraph({ db }: Pick<Scoped, 'db'>): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(${GRAPH_LOCK}::bigint)`)
}

/** @throws AppError `conflict` when `taskId` is reached from what it is to wait for. Under `lockGraph`. */
export async function refuseDependencyCycle(
  ctx: Scoped,
  taskId: string,
  dependsOn: readonly string[],
): Promise<void> {
  if (dependsOn.length === 0) return
  const [closing] = await ctx.db.execute<{ id: string }>(sql`
    with recursive ahead as (
      select id from tasks where id in (${idList(dependsOn)})
      union select d.depends_on_id from task_dependencies d join ahead on d.task_id = ahead.id
    ) select id from ahead where id = ${taskId}`)
  if (!closing) return
  throw new AppError(
    'conflict',
    `Task ${taskId} would wait for itself: one of its dependencies waits for it.`,
    {
      fix: 'Leave out the dependency that waits for this task.',
    },
  )
}

/** @throws AppError `conflict` when `parentId` is `taskId` or lies below it. Under `lockGraph`. */
export async function refuseParentCycle(ctx: Scoped, taskId: string, parentId: string): Promise<void> {
  const [closing] = await ctx.db.execute<{ id: string }>(sql`
    with recursive above as (
      select id, parent_id from tasks where id = ${parentId}
      union select t.id, t.parent_id from tasks t join above on t.id = above.parent_id
    ) select id from above where id = ${taskId}`)
  if (!closing) return
  throw new AppError('conflict', `Task ${taskId} cannot stand below itself.`, {
    fix: 'Choose a parent that is not a subtask of this task.',
  })
}
