/** Completes tasks: each once, and a repeating task creates its next one. */
import { inArray } from 'drizzle-orm'
import { AppError, notFound } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { personTimeZone } from '../../access/people.ts'
import { isDeepWork } from '../../projects/rules.ts'
import { holdPlaces } from '../../projects/store.ts'
import type { Moment } from '../../time/due.ts'
import { nextTurn } from '../../time/repeats/repeat.ts'
import { workRefusal } from '../given-tasks.ts'
import { unfinishedDependencies, type Waiting } from '../graph.ts'
import { dueColumns, insertRows } from '../insert-tasks.ts'
import { noteTaskChanged, noteTaskEvents } from '../note-changes.ts'
import {
  dueOf,
  type FullTaskRow,
  findTasks,
  lockTasks,
  type NewTaskRow,
  placeOf,
  taskRef,
  toTask,
} from '../store.ts'
import { tasks } from '../tables.ts'
import type { Task } from '../task.ts'
import { emitTaskEvent, taskCompleted } from '../task-events.ts'
import { seriesOf } from './series.ts'

export interface Finished {
  readonly task: Task
  /** False when the task was already done. */
  readonly changed: boolean
  /** The next task of a repeating one. */
  readonly next: Task | null
}

/** Completes each task that can be completed, and gives the reason for each other one, in the given order. */
export async function completeEach(ctx: Context, ids: readonly string[]): Promise<(Finished | AppError)[]> {
  const locked = await lockTasks(ctx, ids)
  const refusals = new Map<string, AppError>()
  for (const id of ids) {
    const refusal = completeRefusal(locked.get(id), id)
    if (refusal) refusals.set(id, refusal)
  }
  const unfinished = [...locked.values()].filter((row) => !refusals.has(row.id) && row.status !== 'done')
  const waiting = await unfinishedDependencies(
    ctx,
    unfinished.map((row) => row.id),
  )
  for (const [id, refusal] of refuseHeldBack(unfinished, waiting)) refusals.set(id, refusal)
  const finishing = unfinished.filter((row) => !refusals.has(row.id))
  const nexts = await finish(ctx, finishing)
  const after = new Map((await findTasks(ctx, [...locked.keys()])).map((row) => [row.id, toTask(row)]))
  const changed = new Set(finishing.map((row) => row.id))
  return ids.map((id) => {
    const task = after.get(id)
    const refusal = refusals.get(id)
    if (refusal || !task) return refusal ?? notFound('task', id)
    // A task named twice in one call was completed by the first mention.
    return changed.delete(id)
      ? { task, changed: true, next: nexts.get(id) ?? null }
      : { task, changed: false, next: null }
  })
}

function completeRefusal(row: FullTaskRow | undefined, id: string): AppError | undefined {
  if (!row || row.trashedAt) return notFound('task', id)
  const refusal = workRefusal(row)
  if (refusal || row.status !== 'cancelled') return refusal
  return new AppError('conflict', `Task ${taskRef(row)} is cancelled.`, {
    fix: 'Reopen it first (tasks.reopen).',
  })
}

/**
 * Refuses each task that waits for one that this call does not finish, until all the remaining ones can be completed.
 */
function refuseHeldBack(
  rows: readonly FullTaskRow[],
  waiting: readonly Waiting[],
): ReadonlyMap<string, AppError> {
  const refusals = new Map<string, AppError>()
  const finishing = new Set(rows.map((row) => row.id))
  for (let before = -1; before !== refusals.size; ) {
    before = refusals.size
    for (const row of rows) {
      const { id } = row
      const heldBy = waiting.filter(({ taskId, forId }) => taskId === id && !finishing.has(forId))
      if (heldBy.length === 0) continue
      finishing.delete(id)
      refusals.set(id, heldBackError(row, heldBy))
    }
  }
  return refusals
}

function heldBackError(row: FullTaskRow, heldBy: readonly Waiting[]): AppError {
  const names = heldBy.map(({ forNumber, forTitle }) => `${taskRef({ number: forNumber })} (${forTitle})`)
  return new AppError('conflict', `Task ${taskRef(row)} waits for ${names.join(', ')}.`, {
    fix: 'Complete those tasks first or in the same call, or remove the dependency (tasks.update).',
  })
}

async function finish(ctx: Context, rows: readonly FullTaskRow[]): Promise<Map<string, Task>> {
  const nexts = new Map<string, Task>()
  if (rows.length === 0) return nexts
  await ctx.db
    .update(tasks)
    .set({ status: 'done', completedAt: ctx.now, updatedAt: ctx.now })
    .where(
      inArray(
        tasks.id,
        rows.map((row) => row.id),
      ),
    )
  for (const row of rows) {
    noteTaskChanged(ctx, row)
    emitTaskEvent(ctx, taskCompleted, row)
  }
  await noteTaskEvents(
    ctx,
    rows.map((row) => ({
      ...placeOf(row),
      event: isDeepWork(row) ? 'deep_work_done' : 'task_done',
    })),
  )
  const repeating = rows.filter((row) => row.repeat !== null)
  if (repeating.length === 0) return nexts
  const zones = await ownersTimeZones(ctx, repeating)
  const places = await holdPlaces(
    ctx,
    repeating.flatMap(({ projectId }) => projectId ?? []),
  )
  const pairs = repeating.flatMap((row) => {
    const place = places.get(row.projectId ?? '') ?? placeOf(row)
    const next = nextRow(
      ctx,
      { ...row, ...place },
      { now: ctx.now, timeZone: zones.get(row.ownerId) ?? ctx.defaultTimeZone },
    )
    return next ? [{ id: row.id, next }] : []
  })
  if (pairs.length === 0) return nexts
  const inserted = await insertRows(
    ctx,
    pairs.map(({ next }) => next),
  )
  for (const [index, { id }] of pairs.entries()) {
    const next = inserted[index]
    if (next !== undefined) nexts.set(id, toTask(next))
  }
  return nexts
}

/**
 * The next task belongs to the owner, even when another person completed the previous one: the owner's calendar decides
 * when it is due.
 */
async function ownersTimeZones(
  ctx: Context,
  rows: readonly FullTaskRow[],
): Promise<ReadonlyMap<string, string>> {
  const zones = new Map<string, string>()
  for (const ownerId of new Set(rows.map(({ ownerId }) => ownerId))) {
    zones.set(ownerId, await personTimeZone(ctx, ownerId))
  }
  return zones
}

function nextRow(ctx: Context, row: FullTaskRow, moment: Moment): NewTaskRow | null {
  const next = row.repeat === null ? null : nextTurn(row.repeat, dueOf(row), moment)
  if (!next) return null
  return {
    ...row,
    ...dueColumns(next.due),
    id: ctx.newId('task'),
    seriesId: seriesOf(row),
    repeat: next.repeat,
    status: 'open',
    createdAt: ctx.now,
    updatedAt: ctx.now,
    startedAt: null,
    completedAt: null,
    waitsFor: [],
  }
}
