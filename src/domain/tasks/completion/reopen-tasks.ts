/** Opens tasks again that are done or cancelled, and takes back what completing a repeating one created. */
import { inArray, sql } from 'drizzle-orm'
import { type AppError, notFound } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { workRefusal } from '../given-tasks.ts'
import { noteTaskChanged } from '../note-changes.ts'
import { type FullTaskRow, findTasks, lockTasks, toTask } from '../store.ts'
import { taskDependencies, tasks } from '../tables.ts'
import type { Task } from '../task.ts'

export interface Reopened {
  readonly task: Task
  /** False when the task was open. */
  readonly changed: boolean
  /** The status before, which opening it again takes back. */
  readonly before: Task['status']
  /** The next task that completing it had created: in the trash, unless somebody has changed or used it since. */
  readonly next: Task | null
}

/** Opens each done or cancelled task again, in the given order, and gives the reason for each that cannot be opened. */
export async function reopenEach(ctx: Context, ids: readonly string[]): Promise<(Reopened | AppError)[]> {
  const nextIds = await findNextIds(ctx, ids)
  // Together and in order, so that two calls over the same tasks never wait for each other.
  const locked = await lockTasks(ctx, [...ids, ...nextIds.values()])
  const closed = ids.flatMap((id) => {
    const row = locked.get(id)
    return row !== undefined && !row.trashedAt && !workRefusal(row) && isClosed(row) ? [row] : []
  })
  const nexts = new Map(
    closed.flatMap((row) => {
      const next = locked.get(nextIds.get(row.id) ?? '')
      return next !== undefined && isCreatedBy(row, next) ? [[row.id, next] as const] : []
    }),
  )
  await takeBack(ctx, [...nexts.values()])
  await open(ctx, closed)
  const wanted = [...ids, ...[...nexts.values()].map(({ id }) => id)]
  const after = new Map((await findTasks(ctx, wanted)).map((row) => [row.id, toTask(row)]))
  const changed = new Set(closed.map(({ id }) => id))
  return ids.map((id) => {
    const [row, task] = [locked.get(id), after.get(id)]
    if (!row || !task || task.trashedAt) return notFound('task', id)
    const next = after.get(nexts.get(id)?.id ?? '') ?? null
    return workRefusal(row) ?? { task, changed: changed.delete(id), before: row.status, next }
  })
}

function isClosed({ status }: FullTaskRow): boolean {
  return status === 'done' || status === 'cancelled'
}

/** Completing a task and creating the next one is one moment. */
function isCreatedBy(row: FullTaskRow, next: FullTaskRow): boolean {
  return next.createdAt.getTime() === row.completedAt?.getTime()
}

/** The task that completing each of these created, by the id of the completed one. */
async function findNextIds(ctx: Context, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = await ctx.db.execute<{ id: string; nextId: string }>(sql`
    select past.id, following.id as "nextId" from tasks past
    cross join lateral (select next.id from tasks next
      where next.series_id = coalesce(past.series_id, past.id) and next.created_at = past.completed_at
        and next.id > past.id and next.trashed_at is null
      order by next.id limit 1) following
    where ${inArray(sql`past.id`, [...ids])} and past.status = 'done' and past.repeat is not null`)
  return new Map(found.map(({ id, nextId }) => [id, nextId]))
}

/** Puts those in the trash that are as they were created, and that no other task is under or waits for. */
async function takeBack(ctx: Context, nexts: readonly FullTaskRow[]): Promise<void> {
  const untouched = nexts.filter(
    ({ status, trashedAt, createdAt, updatedAt }) =>
      status === 'open' && !trashedAt && updatedAt.getTime() === createdAt.getTime(),
  )
  if (untouched.length === 0) return
  const used = await findUsed(
    ctx,
    untouched.map(({ id }) => id),
  )
  const taken = untouched.filter(({ id }) => !used.has(id))
  if (taken.length === 0) return
  await ctx.db
    .update(tasks)
    .set({ trashedAt: ctx.now, updatedAt: ctx.now })
    .where(
      inArray(
        tasks.id,
        taken.map(({ id }) => id),
      ),
    )
  for (const row of taken) noteTaskChanged(ctx, row)
}

async function findUsed(ctx: Context, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const found = await ctx.db.execute<{ id: string }>(sql`
    select ${tasks.parentId} as id from ${tasks} where ${inArray(tasks.parentId, [...ids])}
    union select ${taskDependencies.dependsOnId} from ${taskDependencies}
      where ${inArray(taskDependencies.dependsOnId, [...ids])}`)
  return new Set(found.map(({ id }) => id))
}

async function open(ctx: Context, rows: readonly FullTaskRow[]): Promise<void> {
  if (rows.length === 0) return
  await ctx.db
    .update(tasks)
    .set({ status: 'open', completedAt: null, updatedAt: ctx.now })
    .where(
      inArray(
        tasks.id,
        rows.map(({ id }) => id),
      ),
    )
  for (const row of rows) noteTaskChanged(ctx, row)
}
