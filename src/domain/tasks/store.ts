/** Tasks in the database, read only by those whose they are: the owner and the assignee. */
import { and, eq, getTableColumns, inArray, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { Context } from '../../core/context.ts'
import { notFound } from '../../core/errors.ts'
import { bucketOf } from './effort.ts'
import { taskDependencies, tasks } from './tables.ts'
import type { Task } from './task.ts'

/** The part of a context that reading and writing tasks needs. */
export type Scoped = Pick<Context, 'db' | 'actor'>

/** Whether what a task waits for is not done: `tasks` in the text is the outer query's. */
export const IS_BLOCKED: SQL<boolean> = sql<boolean>`exists (
  select 1 from task_dependencies d join tasks b on b.id = d.depends_on_id
  where d.task_id = tasks.id and b.status in ('open', 'in_progress') and b.trashed_at is null)`

export const taskColumns = {
  ...getTableColumns(tasks),
  dependsOn: sql<string[]>`array(
    select d.depends_on_id from task_dependencies d where d.task_id = tasks.id order by 1)`.as('depends_on'),
  blocked: IS_BLOCKED.as('blocked'),
}

export type TaskRow = typeof tasks.$inferSelect
export type FullTaskRow = TaskRow & { readonly dependsOn: string[]; readonly blocked: boolean }

/** A task as everybody outside sees it. */
export function toTask(row: FullTaskRow): Task {
  return {
    id: row.id,
    title: row.title,
    notes: row.notes,
    status: row.status,
    priority: row.priority,
    due: dueOf(row),
    repeat: row.repeat,
    minutes: row.minutes,
    bucket: bucketOf(row.title, row.minutes),
    labels: row.labels,
    projectId: row.projectId,
    parentId: row.parentId,
    dependsOn: row.dependsOn,
    blocked: row.blocked,
    owner: row.personId,
    assignee: row.assigneeId,
    source: row.source,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    completedAt: row.completedAt?.toISOString() ?? null,
    trashedAt: row.trashedAt?.toISOString() ?? null,
  }
}

export function dueOf(row: Pick<TaskRow, 'dueDate' | 'dueTime' | 'dueTimeZone' | 'dueAt'>): Task['due'] {
  if (row.dueDate === null) return null
  return {
    date: row.dueDate,
    time: row.dueTime,
    timeZone: row.dueTimeZone,
    at: row.dueAt?.toISOString() ?? null,
  }
}

/** Tasks that this person may read and write. */
export function isTheirs({ actor }: Scoped): SQL | undefined {
  return or(eq(tasks.personId, actor.personId), eq(tasks.assigneeId, actor.personId))
}

/** A task, in the trash or not. @throws AppError `not_found` */
export async function getTask(ctx: Scoped, taskId: string): Promise<Task> {
  const [row] = await findTasks(ctx, [taskId])
  if (!row) throw notFound('task', taskId)
  return toTask(row)
}

/** Those of the ids that this person may read, in the trash or not, in the order of their ids. */
export async function findTasks(ctx: Scoped, ids: readonly string[]): Promise<FullTaskRow[]> {
  if (ids.length === 0) return []
  return ctx.db
    .select(taskColumns)
    .from(tasks)
    .where(and(inArray(tasks.id, [...new Set(ids)]), isTheirs(ctx)))
    .orderBy(tasks.id)
}

/**
 * Like `findTasks`, and nobody else changes these tasks until this transaction ends. They are locked in the order of
 * their ids, so that two calls over the same tasks never wait for each other.
 */
export async function lockTasks(ctx: Scoped, ids: readonly string[]): Promise<Map<string, FullTaskRow>> {
  if (ids.length === 0) return new Map()
  await ctx.db
    .select({ id: tasks.id })
    .from(tasks)
    .where(and(inArray(tasks.id, [...new Set(ids)]), isTheirs(ctx)))
    .orderBy(tasks.id)
    .for('update')
  // Read again once locked: what was waited for may have changed what they depend on.
  return new Map((await findTasks(ctx, ids)).map((row) => [row.id, row]))
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

/** Of the tasks given, those that something unfinished outside them still holds up, with what holds them up. */
export async function unfinishedDependencies(
  ctx: Scoped,
  ids: readonly string[],
): Promise<Map<string, string[]>> {
  if (ids.length === 0) return new Map()
  const rows = await ctx.db
    .select({ taskId: taskDependencies.taskId, title: tasks.title, id: tasks.id })
    .from(taskDependencies)
    .innerJoin(tasks, eq(tasks.id, taskDependencies.dependsOnId))
    .where(
      and(
        inArray(taskDependencies.taskId, [...ids]),
        inArray(tasks.status, ['open', 'in_progress']),
        isNull(tasks.trashedAt),
      ),
    )
  const held = new Map<string, string[]>()
  for (const row of rows) {
    if (ids.includes(row.id)) continue
    held.set(row.taskId, [...(held.get(row.taskId) ?? []), `${row.id} (${row.title})`])
  }
  return held
}

/** The ids of these tasks and all below them, at the time of asking. */
export async function withSubtasks(ctx: Scoped, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await ctx.db.execute<{ id: string }>(sql`
    with recursive below as (
      select id from tasks where id in (${idList(ids)})
      union select t.id from tasks t join below on t.parent_id = below.id
    ) select id from below order by id`)
  return rows.map((row) => row.id)
}

/** Ids for a raw `in (...)`. */
export function idList(ids: readonly string[]) {
  return sql.join(
    ids.map((id) => sql`${id}`),
    sql`, `,
  )
}
