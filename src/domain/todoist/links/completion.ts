/** Completed on one side: the other follows. Of a repeating task each occurrence is completed once, whichever side did it. */
import { AppError } from '../../../core/errors.ts'
import { completeEach } from '../../tasks/completion/complete-tasks.ts'
import { reopenEach } from '../../tasks/completion/reopen-tasks.ts'
import { seriesOf } from '../../tasks/completion/series.ts'
import { dueColumns, insertRows } from '../../tasks/insert-tasks.ts'
import type { FullTaskRow } from '../../tasks/store.ts'
import { updateTask } from '../../tasks/update-task.ts'
import { type Due, makeDue } from '../../time/due.ts'
import { agree, isStale, todoistSide } from './base.ts'
import { readHere, readThere, type There } from './fields.ts'
import { type HereDue, hereDueOf, isRecurring, isSameDue, MOVES_ON, movesOn } from './link-due.ts'
import type { Both } from './presence.ts'
import { laterOnes, type Pair, stateOf, type Work } from './work.ts'

/** Occurrences that are completed here at once where Todoist tells of more. */
const OCCURRENCES_MAX = 31

/** Undefined where the rest has to wait, or where nothing is left to compare. */
export async function mergeCompletion(work: Work, pair: Pair, both: Both): Promise<Both | undefined> {
  const there = todoistSide(pair, both)
  if (isUnexplained(pair, both, there)) {
    pair.asks = 'completions'
    return undefined
  }
  const told = pair.told?.of === stateOf(both.item) ? pair.told.completions : 0
  pair.told = null
  const past = occurrencesPast(work, both.task)
  if (past.length > 0) return await passOn(work, pair, { both, past, told })
  const here = readHere(both.task)
  if (here.isClosed) return await closedHere(work, pair, { both, there, told })
  if (there.isClosed) return await closedThere(work, pair, both)
  agree(pair, { here: { isClosed: false }, there: { isClosed: false } })
  return told > 0 && work.canPull ? await completeTold(work, pair, { both, times: told }) : both
}

/** The due date of a repeating task moved on at Todoist: only Todoist can say whether it was completed or put off. */
function isUnexplained(pair: Pair, { item }: Both, there: There): boolean {
  const known = pair.base.there.due
  if (!isRecurring(there.due) || !isRecurring(known) || movesOn(known)) return false
  if (isSameDue(known, there.due) || String(there.due?.date) <= String(known?.date)) return false
  return pair.told?.of !== stateOf(item)
}

interface Past {
  readonly both: Both
  /** Occurrences that were completed here, and the one that is open now. */
  readonly past: readonly FullTaskRow[]
  readonly told: number
}

/** The tasks of the series up to the one that stands for it now; none: the paired one still does. */
function occurrencesPast(work: Work, first: FullTaskRow): FullTaskRow[] {
  const next = laterOnes(work, first).filter(({ trashedAt }) => trashedAt === null)
  return next.length === 0 ? [] : [first, ...next]
}

/** Completed here, and there is a next one: Todoist's task moves on as often, less the times that it did so by itself. */
async function passOn(work: Work, pair: Pair, { both, past, told }: Past): Promise<Both | undefined> {
  const current = past.at(-1)
  if (current === undefined) return both
  const done = past.filter(({ status }) => status === 'done').length
  const isOver = current.status === 'done'
  const closes = work.canPush ? Math.max(done - told, 0) : 0
  const { item } = both
  for (const task of past.slice(0, closes))
    await work.send(
      { type: 'item_close', args: { id: item.id }, title: item.content, subjectId: item.id },
      task,
    )
  await adoptSubtasks(work, pair.taskId, current.id)
  pair.taskId = current.id
  agree(pair, { here: { due: readHere(current).due, isClosed: isOver }, there: { isClosed: false } })
  if (closes > 0) pair.sentOver = stateOf(item)
  if (closes > 0 || told > 0) agree(pair, { there: { due: MOVES_ON } })
  return { task: current, item }
}

/** Subtasks of a repeating task go with it to its next occurrence, as they do at Todoist. */
async function adoptSubtasks(work: Work, from: string, to: string): Promise<void> {
  for (const child of work.pairs) {
    const task = work.task(child.taskId)
    if (task?.parentId !== from || task.trashedAt !== null) continue
    await updateTask(work.ctx, task.id, { parentId: to })
    await work.refresh(task.id)
    agree(child, { here: { parent: to } })
  }
}

interface Closed {
  readonly both: Both
  readonly there: There
  readonly told: number
}

/** Completed here for good, or with a rule that only Todoist understands. */
async function closedHere(work: Work, pair: Pair, { both, there, told }: Closed): Promise<Both | undefined> {
  if (there.isClosed) {
    agree(pair, { here: { isClosed: true }, there: { isClosed: true } })
    return both
  }
  if (pair.base.here.isClosed === true) return await openThere(work, pair, { both, there, told })
  if (!work.canPush) return both
  pair.isClosing = !isRecurring(there.due) || told === 0
  if (pair.isClosing) return both
  // Completed there as well, and moved on.
  agree(pair, { here: { isClosed: true }, there: { due: MOVES_ON } })
  return await openThere(work, pair, { both, there, told })
}

/** Completes the task there, once what else changed here is on its way. */
export async function sendClosing(work: Work, pair: Pair, both: Both): Promise<void> {
  const { task, item } = both
  const comesAgain = isRecurring(todoistSide(pair, both).due)
  const type = comesAgain && task.status === 'cancelled' ? 'item_complete' : 'item_close'
  await work.send({ type, args: { id: item.id }, title: item.content, subjectId: item.id }, task)
  pair.sentOver = stateOf(item)
  agree(pair, { here: { isClosed: true }, there: comesAgain ? { due: MOVES_ON } : { isClosed: true } })
}

/** Closed here, open there: it comes again, or it was opened there. */
async function openThere(work: Work, pair: Pair, { both, there }: Closed): Promise<Both | undefined> {
  const { task, item } = both
  if (isStale(pair, item) || !work.canPull) return both
  if (movesOn(pair.base.there.due) && isRecurring(there.due)) {
    const next = await insertNext(work, task, hereDueOf(there.due, work.timeZone, work.now))
    await adoptSubtasks(work, task.id, next.id)
    pair.taskId = next.id
    agree(pair, {
      here: { due: readHere(next).due, isClosed: false },
      there: { due: there.due, isClosed: false },
    })
    return { task: next, item }
  }
  if (pair.base.there.isClosed !== true) return both
  await reopenEach(work.ctx, [task.id])
  agree(pair, { here: { isClosed: false }, there: { isClosed: false } })
  return { task: await work.refresh(task.id), item }
}

/** The next occurrence of a task whose rule is not understood here. */
async function insertNext(work: Work, row: FullTaskRow, due: HereDue | null): Promise<FullTaskRow> {
  const { ctx } = work
  const fresh = {
    ...{ id: ctx.newId('task'), seriesId: seriesOf(row), status: 'open' as const, waitsFor: [] },
    ...{
      createdAt: ctx.now,
      updatedAt: ctx.now,
      startedAt: null,
      completedAt: null,
      repeat: due?.repeat ?? null,
    },
  }
  const [next] = await insertRows(ctx, [{ ...row, ...dueColumns(dueFrom(work, due)), ...fresh }])
  if (next === undefined) throw new Error('the next task was not inserted')
  return await work.refresh(next.id)
}

function dueFrom({ now, timeZone }: Work, due: HereDue | null): Due | null {
  return due === null ? null : (makeDue(due, { now, timeZone }) ?? null)
}

async function closedThere(work: Work, pair: Pair, both: Both): Promise<Both | undefined> {
  const { task, item } = both
  if (pair.base.there.isClosed === true) {
    if (pair.base.here.isClosed !== true || !work.canPush) return both
    // It was opened again here.
    await work.send(
      { type: 'item_uncomplete', args: { id: item.id }, title: item.content, subjectId: item.id },
      task,
    )
    pair.sentOver = stateOf(item)
    agree(pair, { here: { isClosed: false }, there: { isClosed: false } })
    return both
  }
  if (!work.canPull) return both
  // Finished for good there: no next one follows here.
  if (task.repeat !== null) await updateTask(work.ctx, task.id, { repeat: null })
  const isDone = await complete(work, pair, both)
  agree(pair, { here: { isClosed: isDone }, there: { isClosed: true } })
  return { task: await work.refresh(task.id), item }
}

/** A task that waits for others here is not completed: both sides then differ, in sight. */
async function complete(work: Work, pair: Pair, { task }: Both): Promise<boolean> {
  const [outcome] = await completeEach(work.ctx, [task.id])
  if (!(outcome instanceof AppError)) return true
  await work.conflict(pair, {
    ...{ field: 'completion', here: 'open', there: 'completed', took: 'neither' },
    because: outcome.message,
  })
  return false
}

/** Completed there, and moved on: each occurrence is completed here, and the next one gets Todoist's date. */
async function completeTold(
  work: Work,
  pair: Pair,
  { both, times }: { readonly both: Both; readonly times: number },
): Promise<Both | undefined> {
  const { item } = both
  let { task } = both
  const due = hereDueOf(readThere(item).due, work.timeZone, work.now)
  for (let count = 0; count < Math.min(times, OCCURRENCES_MAX); count += 1) {
    const [outcome] = await completeEach(work.ctx, [task.id])
    if (outcome === undefined || outcome instanceof AppError) break
    const done = await work.refresh(task.id)
    const next =
      outcome.next === null ? await insertNext(work, done, due) : await work.refresh(outcome.next.id)
    await adoptSubtasks(work, done.id, next.id)
    task = next
  }
  pair.taskId = task.id
  agree(pair, { here: { due: readHere(task).due } })
  return { task, item }
}
