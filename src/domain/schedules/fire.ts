/** Fires a schedule that is due: one call for it, however many workers try at once. */
import { publishRecorded } from '../../core/call/after-commit.ts'
import { type Invoke, MadeElsewhere, type Within } from '../../core/call/call.ts'
import type { Recorded } from '../../core/call/ledger.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import { AppError, ERROR_KINDS, toAppError } from '../../core/errors.ts'
import { NOTIFICATIONS_URI } from '../../core/operation/event.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { grants } from '../../core/operation/scopes.ts'
import { failureOfWhole } from '../../core/schema/batch.ts'
import { lostAuthority } from '../access/authority.ts'
import { lockKey, withPresentScopes } from '../access/keys.ts'
import type { Db } from '../db/db.ts'
import { callDue } from './call-due.ts'
import { outcomeOf } from './outcome.ts'
import { faultOf, scheduleUri } from './schedule.ts'
import type { ScheduleRow } from './schedule-row.ts'
import { callAs } from './scheduled-call.ts'
import {
  findSchedule,
  isShutOut,
  lockDue,
  markBegun,
  moveOn,
  moveOnFailed,
  noteFired,
  pauseLost,
  tellAnswer,
} from './store.ts'
import { isAhead, nextAfter } from './timing.ts'
import { GRACE_MS, turnOf } from './turn.ts'

/**
 * `early`: not due, already fired, or being fired by another worker; `set back`: its next moment was too far ahead;
 * `gone`: deleted or paused; `faulty`: it cannot be read, and is left as it is.
 */
export type Fired = 'fired' | 'skipped' | 'failed' | 'paused' | 'early' | 'set back' | 'gone' | 'faulty'

export interface FireParts {
  readonly runtime: Pick<Runtime, 'resources' | 'publish' | 'operations' | 'now' | 'newId'>
  readonly invoke: Invoke
}

/** A due schedule, as one attempt to fire it found it. */
interface DueSchedule {
  readonly row: ScheduleRow
  readonly operation: Operation
  readonly dueAt: Date
  readonly nextAt: Date
  readonly now: Date
}

/**
 * Calls the operation of a schedule for its moment, and moves the schedule on: in one transaction where the operation
 * only writes to the database, otherwise after the call, which is repeated under its key if the worker dies in between.
 * A refused call is written into the schedule, which continues with its next moment, or pauses where its maker has lost
 * the right to the call; a temporary error is thrown, to be tried again.
 */
export async function fireDue(parts: FireParts, scheduleId: string): Promise<Fired> {
  const first = await fireOnce(parts, scheduleId)
  // A schedule that makes up for all missed moments is due again at once.
  let last = first
  while (last.isDueAgain) last = await fireOnce(parts, scheduleId)
  return first.fired
}

interface Firing {
  readonly fired: Fired
  readonly isDueAgain?: boolean
}

async function fireOnce(parts: FireParts, scheduleId: string): Promise<Firing> {
  const { resources, operations, ...runtime } = parts.runtime
  const row = await findSchedule(resources.db, scheduleId)
  if (row === undefined || row.paused) return { fired: 'gone' }
  const now = runtime.now()
  const isDue = row.nextAt <= now
  const operation = operations.find(({ name }) => name === row.operation)
  if (operation === undefined || faultOf(row, operations) !== undefined)
    return { fired: isDue ? 'faulty' : 'early' }
  if (!isDue && !isAhead(row, now)) return { fired: 'early' }
  // The rule is applied again from now on, after a fast clock was set back.
  if (!isDue) return { fired: await move(parts, row, { nextAt: nextAfter(row, now) }, 'set back') }
  const { dueAt, skippedAt, after } = turnOf(row, now)
  const nextAt = nextAfter(row, after)
  if (dueAt === null) {
    return { fired: await move(parts, row, { nextAt, lastProblem: missedText(skippedAt) }, 'skipped') }
  }
  const fired = await call(parts, { row, operation, dueAt, nextAt, now })
  return { fired, isDueAgain: (fired === 'fired' || fired === 'failed') && nextAt <= now }
}

async function call(parts: FireParts, due: DueSchedule): Promise<Fired> {
  const { row, operation, dueAt } = due
  const { resources } = parts.runtime
  try {
    const starter = await withPresentScopes(resources.db, row.starter)
    const isAllowed = grants(starter.scopes, operation.scope)
    if (operation.effect === 'read' || !isAllowed) await assertAuthority(resources.db, due)
    const { output } = await callDue(parts.invoke, {
      ...{ id: row.id, dueAt, operation },
      ...callAs(row, starter),
      firing: { scheduleId: row.id, dueAt },
      within: partOf(parts, due),
    })
    if (operation.effect === 'read') await noteAnswer(parts, due, { db: resources.db, output })
  } catch (thrown) {
    return await afterFailure(parts, due, thrown)
  }
  publish(parts, row)
  return 'fired'
}

/** The schedule's part of a write. */
function partOf(parts: FireParts, due: DueSchedule): Within {
  const { row, operation, dueAt } = due
  return {
    async before({ db }) {
      if (!(await lockDue(db, row))) throw new MadeElsewhere()
      await assertAuthority(db, due)
      if (operation.outside !== 'nothing') await markBegun(db, row.id, dueAt)
    },
    async after({ db }, output) {
      const failure = failureOfWhole(operation, output)
      if (failure !== undefined) throw failure
      await noteAnswer(parts, due, { db, output })
    },
  }
}

interface Answer {
  readonly db: Db
  readonly output: object
}

async function noteAnswer({ runtime }: FireParts, due: DueSchedule, { db, output }: Answer): Promise<void> {
  const noted = outcome(due, output)
  await noteFired(db, due.row, noted)
  await tellAnswer({ db, now: due.now, newId: runtime.newId }, due.row, noted)
}

function outcome({ operation, dueAt, nextAt, row }: DueSchedule, output: object) {
  return { nextAt, lastDueAt: dueAt, ...outcomeOf(operation, output, row) }
}

/**
 * The key of the schedule's maker stays as it is until the transaction of the call ends.
 * @throws AppError `forbidden` when the maker may no longer make the call
 */
async function assertAuthority(db: Db, { row, operation, now }: DueSchedule): Promise<void> {
  const { id, spaceId, starter } = row
  if (await isShutOut(db, id)) {
    throw lost(`The person for whom it fires may no longer change what belongs to ${spaceId}.`)
  }
  if (starter.keyId === undefined) return
  const needed = { keyId: starter.keyId, scopes: [operation.scope] }
  const why = lostAuthority(needed, await lockKey(db, starter.keyId), now)
  if (why !== undefined) throw lost(`${why} The schedule acted with it.`)
}

function lost(message: string): AppError {
  return new AppError('forbidden', message)
}

async function afterFailure(parts: FireParts, due: DueSchedule, thrown: unknown): Promise<Fired> {
  const { row, dueAt, nextAt, now } = due
  const error = toAppError(thrown)
  // Another worker makes the call; should that worker die, the schedule is still due.
  if (error instanceof MadeElsewhere || error.code === 'in_progress') return 'early'
  if (mayPass(error) && now.getTime() - row.nextAt.getTime() <= GRACE_MS) throw thrown
  const problem = [error.message, error.fix].filter(Boolean).join(' ')
  if (error.code === 'forbidden') {
    const lastProblem = `${problem} So it is paused. Resume it: it then acts for the person who resumes it.`
    return await pause(parts, row, lastProblem)
  }
  const told = await moveOnFailed(teller(parts), row, { nextAt, lastDueAt: dueAt, lastProblem: problem })
  return announce(parts, row, told) ? 'failed' : 'early'
}

/** Changes a schedule, unless another worker or a person has changed it since it was read. */
async function move(
  parts: FireParts,
  row: ScheduleRow,
  set: Partial<ScheduleRow>,
  fired: Fired,
): Promise<Fired> {
  if (!(await moveOn(parts.runtime.resources.db, row, set))) return 'early'
  publish(parts, row)
  return fired
}

async function pause(parts: FireParts, row: ScheduleRow, lastProblem: string): Promise<Fired> {
  const told = await pauseLost(teller(parts), row, lastProblem)
  return announce(parts, row, told) ? 'paused' : 'early'
}

function teller({ runtime: { resources, now, newId } }: FireParts) {
  return { db: resources.db, now: now(), newId }
}

/** False: another worker or a person has changed the schedule. */
function announce(parts: FireParts, row: ScheduleRow, told: Recorded | undefined): boolean {
  if (told === undefined) return false
  publish(parts, row)
  publishRecorded(parts.runtime, told)
  return true
}

function publish({ runtime }: FireParts, { id, spaceId, personId, notify }: ScheduleRow): void {
  runtime.publish({ uris: [scheduleUri(id)], spaceId })
  if (notify) runtime.publish({ uris: [NOTIFICATIONS_URI], spaceId: personId })
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
