/** Moves tasks to another due date. */
import { eq } from 'drizzle-orm'
import { AppError, notFound } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { personTimeZone } from '../access/people.ts'
import { type Due, type Moment, makeDue } from '../time/due.ts'
import { workRefusal } from './given-tasks.ts'
import { dueColumns } from './insert-tasks.ts'
import { noteTaskChanged } from './note-changes.ts'
import { dueFrom } from './read-when.ts'
import { dueOf, type FullTaskRow, findTasks, lockTasks, taskRef, toTask } from './store.ts'
import { tasks } from './tables.ts'
import type { Task, TaskInput } from './task.ts'

export interface Rescheduled {
  readonly task: Task
  /** Its due date before. */
  readonly before: Task['due']
}

/**
 * Moves each task that can be moved, and gives the reason for each other one, in the given order.
 * @throws AppError `invalid_input` if `due` is not a date
 */
export async function rescheduleEach(
  ctx: Context,
  ids: readonly string[],
  due: NonNullable<TaskInput['due']> | null,
): Promise<(Rescheduled | AppError)[]> {
  const moment = { now: ctx.now, timeZone: await personTimeZone(ctx) }
  const to = due === null ? null : dueFrom(due, moment)
  const locked = await lockTasks(ctx, ids)
  const refusals = new Map<string, AppError>()
  for (const id of ids) {
    const refusal = refusalOf(locked.get(id), id)
    if (refusal) refusals.set(id, refusal)
  }
  for (const row of locked.values()) {
    if (refusals.has(row.id)) continue
    await ctx.db
      .update(tasks)
      .set({ ...dueColumns(keepTime(row, to, moment)), updatedAt: ctx.now })
      .where(eq(tasks.id, row.id))
    noteTaskChanged(ctx, row)
  }
  const after = new Map((await findTasks(ctx, ids)).map((row) => [row.id, toTask(row)]))
  return ids.map((id) => {
    const [task, row] = [after.get(id), locked.get(id)]
    return refusals.get(id) ?? (task && row ? { task, before: dueOf(row) } : notFound('task', id))
  })
}

function refusalOf(row: FullTaskRow | undefined, id: string): AppError | undefined {
  if (!row || row.trashedAt) return notFound('task', id)
  const refusal = workRefusal(row)
  if (refusal || row.status === 'open' || row.status === 'in_progress') return refusal
  return new AppError('conflict', `Task ${taskRef(row)} is ${row.status}, so it has no date to move.`, {
    fix: 'Reopen it first (tasks.reopen).',
  })
}

/** "Do it tomorrow" moves the day and keeps the time. */
function keepTime(row: FullTaskRow, to: Due | null, moment: Moment): Due | null {
  if (to === null || to.time !== null || row.dueTime === null) return to
  return makeDue({ date: to.date, time: row.dueTime, timeZone: row.dueTimeZone }, moment) ?? to
}
