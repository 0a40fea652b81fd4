/**
 * The links between tasks: parents and dependencies. Each belongs to the task that it starts from, and is followed only
 * as far as the caller sees what it leads to: a link that goes on out of sight ends there, for answers and rules alike.
 */
import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { AppError } from '../../core/errors.ts'
import { ownedBy, visibleTo } from '../access/visible-to.ts'
import type { Scoped } from './store.ts'
import { taskDependencies, tasks } from './tables.ts'

/** The class of the advisory locks under which a person's links change: two that race could close a cycle together. */
const GRAPH_LOCK = 7_410_001

/** Tasks that one look for a cycle follows. It holds the embedded store, so that it must end soon. */
export const WALK_MAX_TASKS = 1000
/** Tasks that one call puts in the trash or takes out, for the same reason. */
export const SUBTREE_MAX_TASKS = 5000

/** The next task on a walk along links. */
const next = alias(tasks, 'next')

/** The links between this person's tasks are changed by one transaction at a time, until it ends. */
export async function lockGraph({ db, actor }: Scoped): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(${GRAPH_LOCK}::int, hashtext(${actor.personId}))`)
}

/** @throws AppError `conflict` when `taskId` is reached from what it is to wait for. Under `lockGraph`. */
export async function refuseDependencyCycle(
  ctx: Scoped,
  taskId: string,
  dependsOn: readonly string[],
): Promise<void> {
  if (dependsOn.length === 0) return
  const reached = await ctx.db.execute<{ id: string }>(sql`
    with recursive ahead as (
      select id from tasks where id in (${idList(dependsOn)})
      union select next.id from ahead join task_dependencies d on d.task_id = ahead.id
        join tasks next on next.id = d.depends_on_id where ${visibleTo(ctx, next)}
    ) select id from ahead limit ${WALK_MAX_TASKS + 1}`)
  if (reached.some(({ id }) => id === taskId)) {
    const words = `Task ${taskId} would wait for itself: one of its dependencies waits for it.`
    throw new AppError('conflict', words, { fix: 'Leave out the dependency that waits for this task.' })
  }
  if (reached.length > WALK_MAX_TASKS) {
    const words = `Task ${taskId} would wait for more than ${WALK_MAX_TASKS} tasks in a row.`
    throw new AppError('conflict', words, { fix: 'Let it depend only on the last of them, or on fewer.' })
  }
}

/** @throws AppError `conflict` when `parentId` is `taskId` or one of its subtasks. Under `lockGraph`. */
export async function refuseParentCycle(ctx: Scoped, taskId: string, parentId: string): Promise<void> {
  const reached = await ctx.db.execute<{ id: string }>(sql`
    with recursive above as (
      select id, parent_id from tasks where id = ${parentId}
      union select next.id, next.parent_id from tasks next join above on next.id = above.parent_id
        where ${visibleTo(ctx, next)}
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

/** Replaces what a task waits for. */
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
  /** The unfinished task that it waits for. */
  readonly forId: string
  readonly forNumber: number
  readonly forTitle: string
}

/** What each of these tasks waits for, as far as the caller sees it. */
export async function unfinishedDependencies(ctx: Scoped, ids: readonly string[]): Promise<Waiting[]> {
  if (ids.length === 0) return []
  return ctx.db
    .select({
      ...{ taskId: taskDependencies.taskId, forId: tasks.id },
      ...{ forNumber: tasks.number, forTitle: tasks.title },
    })
    .from(taskDependencies)
    .innerJoin(tasks, eq(tasks.id, taskDependencies.dependsOnId))
    .where(
      and(
        inArray(taskDependencies.taskId, [...ids]),
        inArray(tasks.status, ['open', 'in_progress']),
        isNull(tasks.trashedAt),
        visibleTo(ctx, tasks),
      ),
    )
    .orderBy(taskDependencies.taskId, tasks.id)
}

/**
 * The ids of a task of the caller's and of its subtasks. A subtask of somebody else stays out, with what is below it.
 * @throws AppError `conflict` when there are too many to be moved by one call.
 */
export async function findSubtree(ctx: Scoped, taskId: string): Promise<string[]> {
  // One look-up for each task, which the planner would not choose by itself: it takes each level for a large one.
  const rows = await ctx.db.execute<{ id: string }>(sql`
    with recursive subtree as (
      select id from tasks where id = ${taskId} and ${ownedBy(ctx, tasks)}
      union select next.id from subtree cross join lateral (
        select id from tasks where parent_id = subtree.id and ${ownedBy(ctx, tasks)} offset 0) next
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
