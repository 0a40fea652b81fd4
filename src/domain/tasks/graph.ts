/**
 * The links between tasks: parents and dependencies. Each belongs to the task that it starts from, and is followed only
 * as far as the caller sees what it leads to: a link that goes on out of sight ends there, for answers and rules alike.
 */
import { and, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { AppError } from '../../core/errors.ts'
import { ownedBy, visibleTo } from '../access/visible-to.ts'
import type { Scoped } from './store.ts'
import { taskDependencies, tasks } from './tables.ts'

/** The class of the advisory locks under which a person's links change: two that race could close a cycle together. */
const GRAPH_LOCK = 7_410_001

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
  const [closing] = await ctx.db.execute<{ id: string }>(sql`
    with recursive ahead as (
      select id from tasks where id in (${idList(dependsOn)})
      union select next.id from ahead join task_dependencies d on d.task_id = ahead.id
        join tasks next on next.id = d.depends_on_id where ${visibleTo(ctx, next)}
    ) select id from ahead where id = ${taskId}`)
  if (!closing) return
  throw new AppError(
    'conflict',
    `Task ${taskId} would wait for itself: one of its dependencies waits for it.`,
    { fix: 'Leave out the dependency that waits for this task.' },
  )
}

/** @throws AppError `conflict` when `parentId` is `taskId` or lies below it. Under `lockGraph`. */
export async function refuseParentCycle(ctx: Scoped, taskId: string, parentId: string): Promise<void> {
  const [closing] = await ctx.db.execute<{ id: string }>(sql`
    with recursive above as (
      select id, parent_id from tasks where id = ${parentId}
      union select next.id, next.parent_id from tasks next join above on next.id = above.parent_id
        where ${visibleTo(ctx, next)}
    ) select id from above where id = ${taskId}`)
  if (!closing) return
  throw new AppError('conflict', `Task ${taskId} cannot stand below itself.`, {
    fix: 'Choose a parent that is not a subtask of this task.',
  })
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
  readonly forTitle: string
}

/** What each of these tasks waits for, as far as the caller sees it. */
export async function unfinishedDependencies(ctx: Scoped, ids: readonly string[]): Promise<Waiting[]> {
  if (ids.length === 0) return []
  return ctx.db
    .select({ taskId: taskDependencies.taskId, forId: tasks.id, forTitle: tasks.title })
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

/** The condition that a row is this task or below it. A subtask of somebody else stays, with what is below it. */
export function isInFamily(ctx: Scoped, taskId: string): SQL {
  return sql`${tasks.id} in (
    with recursive family as (
      select id from tasks where id = ${taskId} and ${ownedBy(ctx, tasks)}
      union select next.id from tasks next join family on next.parent_id = family.id where ${ownedBy(ctx, next)}
    ) select id from family)`
}

/** Ids for a raw `in (...)`. */
function idList(ids: readonly string[]) {
  return sql.join(
    ids.map((id) => sql`${id}`),
    sql`, `,
  )
}
