/** Moves tasks to another due date. */
import { eq } from 'drizzle-orm'
import { AppError, notFound } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { personTimeZone } from '../access/people.ts'
import { instantOf } from '../time/clock.ts'
import { type Due, isOverdue, type Moment } from '../time/due.ts'
import { dueAfter, keepTime } from '../time/reading/due-after.ts'
import { readDue } from '../time/reading/read-due.ts'
import { isUnread } from '../time/unread.ts'
import { isTrashed, workRefusal } from './given-tasks.ts'
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
  const given = due === null ? null : { due: dueFrom(due, moment), words: due }
  return await moveEach(ctx, ids, (row) => (given === null ? null : dueAfter(given, dueOf(row), moment)))
}

/**
 * Moves each task that can be moved later by a while: from its due date, or from now where it has none or is overdue.
 * @throws AppError `invalid_input` if `by` is not a while
 */
export async function postponeEach(
  ctx: Context,
  ids: readonly string[],
  by: string,
): Promise<(Rescheduled | AppError)[]> {
  const moment = { now: ctx.now, timeZone: await personTimeZone(ctx) }
  laterBy(by, moment)
  return await moveEach(ctx, ids, (row) => {
    const [before, later] = [dueOf(row), laterBy(by, startOf(row, by, moment))]
    return before === null ? later : keepTime(before, later, moment)
  })
}

function laterBy(by: string, moment: Moment): Due {
  const due = readDue(`in ${by.trim().replace(/^(?:by|for|in) /i, '')}`, moment)
  if (!isUnread(due)) return due
  throw new AppError('invalid_input', `"${by}" is not a while by which a task can be put off.`, {
    fix: 'Write one such as "a week", "2 days" or "3 hours".',
    issues: [{ path: 'by', message: 'is not a while' }],
  })
}

/** The moment from which a while counts. Hours count from now where a task has a day only. */
function startOf(row: FullTaskRow, by: string, moment: Moment): Moment {
  const due = dueOf(row)
  if (due === null || isOverdue(due, moment)) return moment
  if (due.at !== null) return { now: new Date(due.at), timeZone: due.timeZone ?? moment.timeZone }
  const noon = instantOf(due.date, '12:00', moment.timeZone)
  if (noon === undefined || laterBy(by, moment).time !== null) return moment
  return { ...moment, now: new Date(noon.epochMilliseconds) }
}

async function moveEach(
  ctx: Context,
  ids: readonly string[],
  dateFor: (row: FullTaskRow) => Due | null,
): Promise<(Rescheduled | AppError)[]> {
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
      .set({ ...dueColumns(dateFor(row)), updatedAt: ctx.now })
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
  if (!row) return notFound('task', id)
  if (row.trashedAt) return isTrashed(row)
  const refusal = workRefusal(row)
  if (refusal || row.status === 'open' || row.status === 'in_progress') return refusal
  return new AppError('conflict', `Task ${taskRef(row)} is ${row.status}, so it has no date to move.`, {
    fix: 'Reopen it first (tasks.reopen).',
  })
}
