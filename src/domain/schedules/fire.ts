/** Fires a schedule whose moment has come: one run for it, however many workers try at once. */
import type { Actor } from '../../core/actor.ts'
import type { QueuedJob } from '../../core/context.ts'
import { AppError, ERROR_KINDS, toAppError } from '../../core/errors.ts'
import type { Runtime } from '../../core/invoke.ts'
import { keyState } from '../access/key.ts'
import { findKey } from '../access/keys.ts'
import { type StartContext, startRun } from '../runs/start-run.ts'
import { GRACE_MS, readStart, type ScheduleRow, scheduleUri } from './schedule.ts'
import { findSchedule, moveOn, noteRun } from './store.ts'
import { type Turn, turnOf } from './turn.ts'

/** `early`: not due, or fired by another; `gone`: deleted or paused. */
export type Fired = 'started' | 'skipped' | 'failed' | 'early' | 'gone'

type Parts = Pick<
  Runtime,
  'resources' | 'transaction' | 'publish' | 'enqueue' | 'operations' | 'now' | 'newId'
>

/**
 * Starts the run in the transaction that moves the schedule on, which only one can. A start that is refused is
 * written into the schedule, which goes on with its next moment; what may pass is thrown, to be tried again.
 */
export async function fireDue(parts: Parts, scheduleId: string): Promise<Fired> {
  const row = await findSchedule(parts.resources.db, scheduleId)
  if (row === undefined || row.paused) return 'gone'
  const now = parts.now()
  if (row.nextAt > now) return 'early'
  const turn = turnOf(row, now)
  try {
    return await writeAs(parts, { actor: row.starter, now }, (ctx) => take(ctx, row, turn))
  } catch (thrown) {
    const error = toAppError(thrown)
    if (mayPass(error) && now.getTime() - row.nextAt.getTime() <= GRACE_MS) throw thrown
    const problem = error.fix === undefined ? error.message : `${error.message} ${error.fix}`
    return await writeAs(parts, { actor: row.starter, now }, (ctx) => giveUp(ctx, row, { turn, problem }))
  }
}

async function take(ctx: StartContext, row: ScheduleRow, turn: Turn): Promise<Fired> {
  const { dueAt, skippedAt, nextAt } = turn
  if (dueAt === null) return await giveUp(ctx, row, { turn, problem: missedText(skippedAt) })
  if (!(await moveOn(ctx.db, row, { nextAt, lastDueAt: dueAt }))) return 'early'
  await assertMayStart(ctx)
  const run = await startRun(ctx, readStart(row), { door: 'worker', schedule: { id: row.id, dueAt } })
  await noteRun(ctx.db, row.id, run.id)
  ctx.changed(scheduleUri(row.id))
  return 'started'
}

interface Failure {
  readonly turn: Turn
  readonly problem: string
}

/** Goes on with the next moment, and says why this one came to nothing. */
async function giveUp(ctx: StartContext, row: ScheduleRow, { turn, problem }: Failure): Promise<Fired> {
  const { dueAt, nextAt } = turn
  const set = { nextAt, lastProblem: problem, ...(dueAt === null ? {} : { lastDueAt: dueAt }) }
  if (!(await moveOn(ctx.db, row, set))) return 'early'
  ctx.changed(scheduleUri(row.id))
  return dueAt === null ? 'skipped' : 'failed'
}

function missedText(at: Date | null): string {
  return `No worker was there at ${at?.toISOString() ?? 'its time'}, and what is missed is skipped.`
}

function mayPass({ code }: AppError): boolean {
  return ERROR_KINDS[code].retry === 'later' || code === 'internal'
}

/** A schedule ends with the key that made it. @throws AppError `forbidden` */
async function assertMayStart({ db, actor, now }: StartContext): Promise<void> {
  if (actor.keyId === undefined) return
  const key = await findKey(db, actor.keyId)
  const state = key === undefined ? 'deleted' : keyState(key, now)
  if (state === 'active') return
  throw new AppError('forbidden', `The key ${actor.keyId} that made this schedule is ${state}.`, {
    fix: 'Change the schedule with a key of your own: it then acts for that key.',
  })
}

/** One transaction on behalf of an actor; watchers and the queue hear of it after the commit. */
async function writeAs<T>(
  parts: Parts,
  { actor, now }: { readonly actor: Actor; readonly now: Date },
  work: (ctx: StartContext) => Promise<T>,
): Promise<T> {
  const uris = new Set<string>()
  const jobs: QueuedJob[] = []
  const { operations, newId } = parts
  const result = await parts.transaction((resources) =>
    work({
      ...resources,
      actor,
      now,
      newId,
      operations,
      changed: (uri) => uris.add(uri),
      enqueue: (job) => jobs.push(job),
    }),
  )
  if (uris.size > 0) parts.publish({ uris: [...uris], personId: actor.personId })
  if (jobs.length > 0) await parts.enqueue(jobs)
  return result
}
