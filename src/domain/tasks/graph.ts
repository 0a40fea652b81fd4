/**
 * The links between tasks: parents and dependencies. Each link belongs to the task that it starts from, and is followed
 * only to tasks that the caller sees: where a link leads out of sight, it ends for answers and rules alike.
 */
import { eq, sql } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import { heldBy, visibleTo } from '../access/visible-to.ts'
import { isLinkedUnfinished, joinLinked, linked } from './linked-task.ts'
import type { Scoped } from './store.ts'
import { taskDependencies, tasks } from './tables.ts'

/**
 * The class of the advisory locks under which the links of an owner's tasks change: two racing changes could close a cycle together.
 */
const GRAPH_LOCK = 7_410_001

/** The most tasks that one search for a cycle follows. The search blocks the embedded store, so it must end soon. */
export const WALK_MAX_TASKS = 1000
/** The most tasks that one call puts in the trash or takes out, for the same reason. */
export const SUBTREE_MAX_TASKS = 5000

/** Until this transaction ends, no other transaction can change the links of the tasks of this task's owner. */
export async function lockGraph(ctx: Scoped, taskId: string): Promise<void> {
  await ctx.db.execute(sql`select pg_advisory_xact_lock(${GRAPH_LOCK}::int, hashtext(owner_id))
    from tasks where id = ${taskId} and ${visibleTo(ctx, tasks)}`)
}

/** @throws AppError `conflict` when a task that `taskId` should wait for already waits for it. Under `lockGraph`. */
export async function refuseDependencyCycle(
  ctx: Scoped,
  taskId: string,
  dependsOn: readonly string[],
): Promise<void> {
  if (dependsOn.length === 0) return
  // Each step looks up its links: the planner would read all links for each step, because it expects many of them.
  const reached = await ctx.db.execute<{ id: string }>(sql`
    with recursive ahead as (
      select id from tasks where id in (${idList(dependsOn)})
      union select linked.id from ahead
        cross join lateral (select depends_on_id from task_dependencies where task_id = ahead.id offset 0) d
        ${joinLinked(sql`d.depends_on_id`)} where ${visibleTo(ctx, linked)}
    ) select id from ahead limit ${WALK_MAX_TASKS + 1}`)
  if (reached.some(({ id }) => id === taskId)) {
    const words = `Task ${taskId} would wait for itself: one of its dependencies waits for it.`
    throw new AppError('conflict', words, { fix: 'Leave out the dependency that waits for this task.' })
  }
  if (reached.length > WALK_MAX_TASKS) {
    const words = `Task ${taskId} would wait for a chain of more than ${WALK_MAX_TASKS} tasks.`
    throw new AppError('conflict', words, { fix: 'Let it depend only on the last of them, or on fewer.' })
  }
}

/** @throws AppError `conflict` when `parentId` is `taskId` or one of its subtasks. Under `lockGraph`. */
export async function refuseParentCycle(ctx: Scoped, taskId: string, parentId: string): Promise<void> {
  const reached = await ctx.db.execute<{ id: string }>(sql`
    with recursive above as (
      select id, parent_id from tasks where id = ${parentId}
      union select linked.id, linked.parent_id from above ${joinLinked(sql`above.parent_id`)}
        where ${visibleTo(ctx, linked)}
    ) select id from above limit ${WALK_MAX_TASKS + 1}`)
  if (reached.some(({ id }) => id === taskId)) {
    throw new AppError('conflict', `Task ${taskId} cannot be a subtask of itself.`, {
      fix: 'Choose a parent that is not a subtask of this task.',
    })
  }
  if (reached.length > WALK_MAX_TASKS) {
    throw new AppError('conflict', `Task ${parentId} is more than ${WALK_MAX_TASKS} levels deep.`, {
      fix: 'Choose a parent further up.',
    })
  }
}

/** Replaces the dependencies of a task. */
export async function setDependencies(
  ctx: Scoped,
  taskId: string,
  dependsOn: readonly string[],
): Promise<void> {
  await ctx.db.delete(taskDependencies).where(eq(taskDependencies.taskId, taskId))
  await addDependencies(ctx, [{ taskId, dependsOn }])
}

export async function addDependencies(
  ctx: Scoped,
  of: readonly { readonly taskId: string; readonly dependsOn: readonly string[] }[],
): Promise<void> {
  const rows = of.flatMap(({ taskId, dependsOn }) =>
    [...new Set(dependsOn)].map((dependsOnId) => ({ taskId, dependsOnId })),
  )
  if (rows.length > 0) await ctx.db.insert(taskDependencies).values(rows)
}

export interface Waiting {
  readonly taskId: string
  /** The task that waits for it. */
  readonly forId: string
  readonly forNumber: number
  readonly forTitle: string
}

/** The unfinished dependencies of each of these tasks, as far as the caller sees them. */
export async function unfinishedDependencies(ctx: Scoped, ids: readonly string[]): Promise<Waiting[]> {
  if (ids.length === 0) return []
  return await ctx.db.execute<Waiting & Record<string, unknown>>(sql`
    select d.task_id as "taskId", linked.id as "forId", linked.number as "forNumber", linked.title as "forTitle"
    from task_dependencies d ${joinLinked(sql`d.depends_on_id`)}
    where d.task_id in (${idList(ids)}) and ${isLinkedUnfinished} and ${visibleTo(ctx, linked)}
    order by d.task_id, linked.id`)
}

/**
 * The ids of a task that the caller holds and of its subtasks in the same space or, while a large project moves between
 * two spaces, in the same project. Any other subtask stays out, with everything below it.
 * @throws AppError `conflict` when there are too many for one call.
 */
export async function findSubtree(ctx: Scoped, taskId: string): Promise<string[]> {
  // One look-up for each task. The planner would not choose it, because it overestimates each level.
  const rows = await ctx.db.execute<{ id: string }>(sql`
    with recursive subtree as (
      select id, space_id, project_id from tasks where id = ${taskId} and ${heldBy(ctx, tasks)}
      union select next.id, next.space_id, next.project_id from subtree cross join lateral (
        select id, space_id, project_id from tasks
        where parent_id = subtree.id
          and (tasks.space_id = subtree.space_id or tasks.project_id = subtree.project_id) offset 0) next
    ) select id from subtree limit ${SUBTREE_MAX_TASKS + 1}`)
  if (rows.length <= SUBTREE_MAX_TASKS) return rows.map(({ id }) => id)
  throw new AppError('conflict', `Task ${taskId} has more than ${SUBTREE_MAX_TASKS} subtasks.`, {
    fix: 'Call it for its subtasks first, in parts.',
  })
}

/** Ids for a raw `in (...)`. */
function idList(ids: readonly string[]) {
  return sql.join(
    ids.map((id) => sql`${id}`),
    sql`, `,
  )
}
