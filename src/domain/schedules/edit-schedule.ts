/**
 * Creates and changes schedules: what they start must exist, and the caller who decides what they start answers for it.
 */

import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { isJsonObject } from '../../core/text/json.ts'
import { personTimeZone } from '../access/people.ts'
import { homeSpace } from '../access/visible-to.ts'
import { readyAgent } from '../runs/moves/start-run.ts'
import type { RunTemplate } from '../runs/run-start.ts'
import { assertMayDirect } from './bounds.ts'
import {
  CatchUp,
  CLOCK_SKEW_MS,
  FAULT_FIX,
  faultOf,
  nextAfter,
  readStart,
  readTiming,
  type ScheduleRow,
} from './schedule.ts'
import { changeSchedule, insertSchedule, lockSchedule } from './store.ts'

export interface ScheduleTiming {
  readonly when: string
  readonly timeZone?: string | undefined
  readonly catchUp: ScheduleRow['catchUp']
}

/**
 * @throws AppError `invalid_input` for words that are not understood, `not_found` for an agent or project,
 * `not_configured` when there is no model for the agent
 */
export async function createSchedule(
  ctx: Context,
  start: RunTemplate,
  { when, timeZone, catchUp }: ScheduleTiming,
): Promise<ScheduleRow> {
  await readyAgent(ctx, start)
  const timing = readTiming(when, timeZone, { now: ctx.now, timeZone: await personTimeZone(ctx) })
  return await insertSchedule(ctx, {
    id: ctx.newId('schedule'),
    personId: ctx.actor.personId,
    spaceId: homeSpace(ctx),
    starter: ctx.actor,
    start,
    ...timing,
    catchUp,
    paused: false,
    nextAt: nextAfter(timing, ctx.now),
    lastRunId: null,
    lastDueAt: null,
    lastProblem: null,
    createdAt: ctx.now,
    updatedAt: ctx.now,
  })
}

/** The changes: an absent field stays, and null removes a value. */
export type StartChanges = {
  readonly [Field in keyof RunTemplate]?: RunTemplate[Field] | null | undefined
}

/** @throws AppError as `createSchedule`; `forbidden` for a caller who lacks scopes that its runs act with */
export async function updateSchedule(
  ctx: Context,
  id: string,
  changes: { readonly start: StartChanges; readonly timing: Partial<ScheduleTiming> },
): Promise<ScheduleRow> {
  const row = await lockSchedule(ctx, id)
  await assertMayDirect(ctx, row)
  const start = changedStart(row, changes.start)
  await readyAgent(ctx, start)
  const { when, timeZone, catchUp } = changes.timing
  // Words without a zone are read in the schedule's own zone.
  const own = { now: ctx.now, timeZone: row.timeZone }
  const timing =
    when === undefined
      ? { cron: row.cron, timeZone: timeZone ?? row.timeZone }
      : readTiming(when, timeZone, own)
  const wasFaulty = faultOf(row) !== undefined
  const isMoved = wasFaulty || timing.cron !== row.cron || timing.timeZone !== row.timeZone
  return await changeSchedule(ctx, row, {
    start,
    ...timing,
    catchUp: catchUp ?? CatchUp.catch('skip').parse(row.catchUp),
    // Its runs may do what this caller may, because the caller decided what they do.
    starter: ctx.actor,
    ...(isMoved && { nextAt: nextAfter(timing, soonest(row, ctx.now)) }),
  })
}

/** The stored start may be unreadable: the changes must then complete it. */
function changedStart({ start }: ScheduleRow, changes: StartChanges): RunTemplate {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined)
  const all = { ...(isJsonObject(start) ? start : {}), ...Object.fromEntries(given) }
  return readStart({ start: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null)) })
}

/** Stops a schedule from firing; a paused schedule stays paused. */
export async function pauseSchedule(
  ctx: Context,
  id: string,
): Promise<{ row: ScheduleRow; changed: boolean }> {
  const row = await lockSchedule(ctx, id)
  if (row.paused) return { row, changed: false }
  return { row: await changeSchedule(ctx, row, { paused: true }), changed: true }
}

/**
 * Lets the schedule fire again, from the next moment on; moments that passed during the pause are not made up. The
 * caller then answers for what it starts, as after a change.
 * @throws AppError `not_found`, `conflict`, `forbidden` for a caller who lacks scopes that its runs act with
 */
export async function resumeSchedule(
  ctx: Context,
  id: string,
): Promise<{ row: ScheduleRow; changed: boolean }> {
  const row = await lockSchedule(ctx, id)
  await assertMayDirect(ctx, row)
  const fault = faultOf(row)
  if (fault !== undefined) throw new AppError('conflict', `It cannot fire. ${fault}`, { fix: FAULT_FIX })
  if (!row.paused) return { row, changed: false }
  const nextAt = nextAfter(row, soonest(row, ctx.now))
  const set = { paused: false, nextAt, starter: ctx.actor, lastProblem: null }
  return { row: await changeSchedule(ctx, row, set), changed: true }
}

/**
 * The moment from which it fires: never again for a moment for which a process with a slightly fast clock has fired.
 */
function soonest({ lastDueAt }: ScheduleRow, now: Date): Date {
  const isNear = lastDueAt !== null && lastDueAt.getTime() - now.getTime() <= CLOCK_SKEW_MS
  return isNear && lastDueAt > now ? lastDueAt : now
}
