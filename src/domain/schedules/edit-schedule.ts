/**
 * Creates and changes schedules: what they start must exist, and the caller who decides what they start answers for it.
 */

import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { isJsonObject } from '../../core/text/json.ts'
import { personTimeZone } from '../access/people.ts'
import { placeRun } from '../runs/moves/place-run.ts'
import { readyAgent } from '../runs/moves/start-run.ts'
import type { RunTemplate } from '../runs/run-start.ts'
import { newOwner } from '../teams/new-owner.ts'
import { teamOf } from '../teams/space.ts'
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

interface NewSchedule extends ScheduleTiming {
  /** The team that it will belong to; absent: the caller. */
  readonly teamId?: string | undefined
}

/**
 * @throws AppError `invalid_input` for words that are not understood, `not_found` for an agent, project or team,
 * `forbidden` for a project or team that the caller may only read, `not_configured` when there is no model for the agent
 */
export async function createSchedule(
  ctx: Context,
  start: RunTemplate,
  { when, timeZone, catchUp, teamId }: NewSchedule,
): Promise<ScheduleRow> {
  const spaceId = await newOwner(ctx, teamId)
  await assertStarts(ctx, start, spaceId)
  const timing = readTiming(when, timeZone, { now: ctx.now, timeZone: await personTimeZone(ctx) })
  return await insertSchedule(ctx, {
    id: ctx.newId('schedule'),
    ...answering(ctx),
    spaceId,
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

/** Checks that a schedule in this space can start its runs now. */
async function assertStarts(ctx: Context, start: RunTemplate, spaceId: string): Promise<void> {
  const { ownerId } = await placeRun(ctx, start, { teamId: teamOf(spaceId) ?? undefined })
  await readyAgent(ctx, start, ownerId)
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
  await assertStarts(ctx, start, row.spaceId)
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
    ...answering(ctx),
    ...(isMoved && { nextAt: nextAfter(timing, soonest(row, ctx.now)) }),
  })
}

/** Its runs act for this caller and may do what this caller may, because the caller decided what they do. */
function answering({ actor }: Context): Pick<ScheduleRow, 'personId' | 'starter'> {
  return { personId: actor.personId, starter: actor }
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
  const set = { paused: false, nextAt, ...answering(ctx), lastProblem: null }
  return { row: await changeSchedule(ctx, row, set), changed: true }
}

/**
 * The moment from which it fires: never again for a moment for which a process with a slightly fast clock has fired.
 */
function soonest({ lastDueAt }: ScheduleRow, now: Date): Date {
  const isNear = lastDueAt !== null && lastDueAt.getTime() - now.getTime() <= CLOCK_SKEW_MS
  return isNear && lastDueAt > now ? lastDueAt : now
}
