/** Fires a schedule that is due: one run for it, however many workers try at once. */
import { createAfterCommit } from '../../core/call/after-commit.ts'
import { auditInput } from '../../core/call/audit-input.ts'
import type { AuditEntry, Ledger } from '../../core/call/ledger.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import { type AppError, ERROR_KINDS, toAppError } from '../../core/errors.ts'
import { lostAuthority } from '../access/authority.ts'
import { lockKey } from '../access/keys.ts'
import { type StartContext, startRun } from '../runs/moves/start-run.ts'
import { teamOf } from '../teams/space.ts'
import {
  faultOf,
  GRACE_MS,
  isAhead,
  nextAfter,
  readStart,
  type ScheduleRow,
  scheduleUri,
} from './schedule.ts'
import { findSchedule, hasFired, isShutOut, moveOn, noteRun } from './store.ts'
import { type Turn, turnOf } from './turn.ts'

/**
 * `early`: not due, or already fired; `set back`: its next moment was too far ahead; `gone`: deleted or paused;
 * `faulty`: it cannot be read, and is left as it is.
 */
export type Fired = 'started' | 'skipped' | 'failed' | 'paused' | 'early' | 'set back' | 'gone' | 'faulty'

type Parts = Pick<
  Runtime,
  'resources' | 'transaction' | 'publish' | 'enqueue' | 'operations' | 'now' | 'newId'
>

/** A due schedule, as one attempt to fire it found it. */
interface Firing {
  readonly row: ScheduleRow
  readonly turn: Turn
  readonly now: Date
  /** Milliseconds on the monotonic clock. */
  readonly startedAtMs: number
}

/**
 * Starts the run in the transaction that moves the schedule on, which only one worker can do. A refused start is
 * written into the schedule, which continues with its next moment; a temporary error is thrown, to be tried again. Both
 * are audited as starts through the door `schedule`, for the schedule's maker.
 */
export async function fireDue(parts: Parts, scheduleId: string): Promise<Fired> {
  const startedAtMs = performance.now()
  const row = await findSchedule(parts.resources.db, scheduleId)
  if (row === undefined || row.paused) return 'gone'
  const now = parts.now()
  const isDue = row.nextAt <= now
  if (faultOf(row) !== undefined) return isDue ? 'faulty' : 'early'
  if (!isDue && !isAhead(row, now)) return 'early'
  const firing = { row, turn: turnOf(row, now), now, startedAtMs }
  if (!isDue) return await writeFor(parts, firing, (ctx) => setBack(ctx, firing))
  try {
    return await writeFor(parts, firing, (ctx) => take(ctx, firing))
  } catch (thrown) {
    const error = toAppError(thrown)
    if (mayPass(error) && now.getTime() - row.nextAt.getTime() <= GRACE_MS) throw thrown
    return await writeFor(parts, firing, (ctx) => giveUp(ctx, firing, error))
  }
}

type FireContext = StartContext & Pick<Ledger, 'record'>

async function take(ctx: FireContext, firing: Firing): Promise<Fired> {
  const { row, turn } = firing
  const { dueAt, nextAt } = turn
  const lost = await whyNot(ctx, row)
  if (lost !== undefined) return await pause(ctx, firing, lost)
  if (dueAt === null) return await skip(ctx, firing)
  if (!(await moveOn(ctx.db, row, { nextAt, lastDueAt: dueAt }))) return 'early'
  if (await hasFired(ctx.db, row.id, dueAt)) return 'early'
  const teamId = teamOf(row.spaceId) ?? undefined
  const run = await startRun(ctx, readStart(row), { door: DOOR, teamId, schedule: { id: row.id, dueAt } })
  await noteRun(ctx.db, row.id, run.id)
  await ctx.record(auditEntry(ctx, firing, 'ok'))
  ctx.changed(scheduleUri(row.id), row.spaceId)
  return 'started'
}

/** Applies the rule again from now on, after a fast clock was set back. */
async function setBack(ctx: FireContext, { row, now }: Firing): Promise<Fired> {
  if (!(await moveOn(ctx.db, row, { nextAt: nextAfter(row, now) }))) return 'early'
  ctx.changed(scheduleUri(row.id), row.spaceId)
  return 'set back'
}

/** Continues with the next moment, because those that have passed were missed. */
async function skip(ctx: FireContext, { row, turn: { skippedAt, nextAt } }: Firing): Promise<Fired> {
  if (!(await moveOn(ctx.db, row, { nextAt, lastProblem: missedText(skippedAt) }))) return 'early'
  ctx.changed(scheduleUri(row.id), row.spaceId)
  return 'skipped'
}

/** Continues with the next moment, and records why this one failed. */
async function giveUp(ctx: FireContext, firing: Firing, { message, fix, code }: AppError): Promise<Fired> {
  const { row, turn } = firing
  const { dueAt, nextAt } = turn
  const lastProblem = fix === undefined ? message : `${message} ${fix}`
  const set = { nextAt, lastProblem, ...(dueAt === null ? {} : { lastDueAt: dueAt }) }
  if (!(await moveOn(ctx.db, row, set))) return 'early'
  await ctx.record(auditEntry(ctx, firing, code))
  ctx.changed(scheduleUri(row.id), row.spaceId)
  return 'failed'
}

const DOOR = 'schedule'

function auditEntry(
  { actor, now, newId }: FireContext,
  { row, turn, startedAtMs }: Firing,
  outcome: AuditEntry['outcome'],
): AuditEntry {
  return {
    id: newId('audit'),
    at: now,
    actor,
    door: DOOR,
    operation: 'runs.start',
    input: auditInput(
      { ...readStart(row), scheduleId: row.id, dueAt: turn.dueAt?.toISOString() ?? null },
      outcome,
    ),
    outcome,
    durationMs: Math.round(performance.now() - startedAtMs),
    requestId: newId('req'),
  }
}

function missedText(at: Date | null): string {
  return `No worker was there at ${at?.toISOString() ?? 'its time'}, and what is missed is skipped.`
}

/**
 * When the person has too many open runs, the moment is given up and the reason recorded: the next moment comes anyway.
 */
function mayPass({ code }: AppError): boolean {
  if (code === 'rate_limited') return false
  return ERROR_KINDS[code].retry === 'later' || code === 'internal'
}

/** Why the schedule's maker may no longer start it; undefined: they may, with a key that stays as it is until the commit. */
async function whyNot({ db, actor, now }: StartContext, row: ScheduleRow): Promise<string | undefined> {
  if (await isShutOut(db, row.id)) {
    return `The person for whom it fires may no longer change what belongs to ${row.spaceId}, so it is paused.`
  }
  if (actor.keyId === undefined) return undefined
  const lost = lostAuthority(actor, await lockKey(db, actor.keyId), now)
  return lost === undefined ? undefined : `${lost} The schedule acted with it, so it is paused.`
}

/** Pauses a schedule that its maker may no longer start, and records why, instead of failing at each moment. */
async function pause(ctx: FireContext, firing: Firing, why: string): Promise<Fired> {
  const lastProblem = `${why} Resume it: it then acts for the person who resumes it.`
  if (!(await moveOn(ctx.db, firing.row, { paused: true, lastProblem }))) return 'early'
  await ctx.record(auditEntry(ctx, firing, 'forbidden'))
  ctx.changed(scheduleUri(firing.row.id), firing.row.spaceId)
  return 'paused'
}

/** One transaction on behalf of the schedule's maker; watchers and the queue are notified after the commit. */
async function writeFor(
  parts: Parts,
  { row: { starter: actor }, now }: Firing,
  work: (ctx: FireContext) => Promise<Fired>,
): Promise<Fired> {
  const { changed, enqueue, settle } = createAfterCommit(parts)
  const { operations, newId } = parts
  const fired = await parts.transaction((resources, ledger) =>
    work({
      ...resources,
      actor,
      now,
      newId,
      operations,
      record: (entry) => ledger.record(entry),
      changed: (uri, spaceId = actor.personId) => changed(uri, spaceId),
      enqueue,
    }),
  )
  await settle()
  return fired
}
