/**
 * Creates and changes schedules: what they call must be possible, and the caller who decides what they call answers for
 * it.
 */

import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { isJsonObject } from '../../core/text/json.ts'
import { personTimeZone } from '../access/people.ts'
import { teamView } from '../access/visible-to.ts'
import { placeRun } from '../runs/moves/place-run.ts'
import { readyAgent } from '../runs/moves/start-run.ts'
import { RunTemplate } from '../runs/run-start.ts'
import { newOwner } from '../teams/new-owner.ts'
import { teamOf } from '../teams/space.ts'
import { assertMayDirect } from './bounds.ts'
import { FAULT_FIX, faultOf } from './schedule.ts'
import type { ScheduleRow } from './schedule-row.ts'
import {
  assertByPerson,
  needsApproval,
  readScheduledCall,
  type ScheduledCall,
  START,
} from './scheduled-call.ts'
import { changeSchedule, insertSchedule, lockSchedule, lockToEnd } from './store.ts'
import { CatchUp, CLOCK_SKEW_MS, nextAfter, readTiming } from './timing.ts'

export interface ScheduleTiming {
  readonly when: string
  readonly timeZone?: string | undefined
  readonly catchUp: ScheduleRow['catchUp']
  readonly notify: boolean
}

interface NewSchedule extends ScheduleTiming {
  /** The team that it will belong to; absent: the caller. */
  readonly teamId?: string | undefined
}

/**
 * @throws AppError `invalid_input` for words that are not understood, `not_found` for an operation, agent, project or
 * team, `forbidden` for an operation that the clock or the caller may not call, or a project or team that the caller may
 * only read, `confirmation_required` for a call that cannot be undone, `not_configured` when there is no model for the
 * agent
 */
export async function createSchedule(
  ctx: Context,
  wanted: ScheduledCall,
  { when, timeZone, catchUp, notify, teamId }: NewSchedule,
): Promise<ScheduleRow> {
  const spaceId = await newOwner(ctx, teamId)
  const timing = readTiming(when, timeZone, { now: ctx.now, timeZone: await personTimeZone(ctx) })
  const call = await readyCall(ctx, wanted, spaceId)
  return await insertSchedule(ctx, {
    id: ctx.newId('schedule'),
    ...answering(ctx),
    ...call,
    ...approvalOf(ctx, call),
    spaceId,
    ...timing,
    ...{ catchUp, notify },
    paused: false,
    nextAt: nextAfter(timing, ctx.now),
    lastRunId: null,
    lastDueAt: null,
    lastOutcome: null,
    lastProblem: null,
    createdAt: ctx.now,
    updatedAt: ctx.now,
  })
}

/** The call as it is stored, which a schedule in this space can make now. */
async function readyCall(ctx: Context, wanted: ScheduledCall, spaceId: string): Promise<ScheduledCall> {
  const call = await readScheduledCall(ctx, wanted)
  if (call.operation !== START) return call
  const start = RunTemplate.parse(call.input)
  const teamId = teamOf(spaceId) ?? undefined
  const { teamId: given, ...input } = call.input
  if (given !== undefined && given !== teamId) {
    throw new AppError('invalid_input', 'The runs of a schedule belong to whom the schedule belongs.', {
      fix: 'Give teamId beside operation, not in its input.',
      issues: [{ path: 'input.teamId', message: 'is not the team of the schedule' }],
    })
  }
  const { ownerId } = await placeRun(teamId === undefined ? ctx : teamView(ctx, teamId), start, { teamId })
  await readyAgent(ctx, start, ownerId)
  return { operation: START, input }
}

/** A changed call: fields of the start of a run that are absent stay, and null removes one. */
export interface CallChanges {
  readonly operation?: string | undefined
  readonly input?: ScheduledCall['input'] | undefined
  readonly start: {
    readonly [Field in keyof RunTemplate]?: RunTemplate[Field] | null | undefined
  }
}

/** @throws AppError as `createSchedule`; `forbidden` for a caller who lacks scopes that it acts with */
export async function updateSchedule(
  ctx: Context,
  id: string,
  changes: { readonly call: CallChanges; readonly timing: Partial<ScheduleTiming> },
): Promise<ScheduleRow> {
  const row = await lockSchedule(ctx, id)
  await assertMayDirect(ctx, row)
  const call = await readyCall(ctx, changedCall(row, changes.call), row.spaceId)
  const { when, timeZone, catchUp, notify = row.notify } = changes.timing
  // Words without a zone are read in the schedule's own zone.
  const own = { now: ctx.now, timeZone: row.timeZone }
  const timing =
    when === undefined
      ? { cron: row.cron, timeZone: timeZone ?? row.timeZone }
      : readTiming(when, timeZone, own)
  const wasFaulty = faultOf(row, ctx.operations) !== undefined
  const isMoved = wasFaulty || hasBegun(row) || timing.cron !== row.cron || timing.timeZone !== row.timeZone
  return await changeSchedule(ctx, row, {
    ...call,
    ...timing,
    catchUp: catchUp ?? CatchUp.catch('skip').parse(row.catchUp),
    notify,
    ...answering(ctx),
    ...(isNew(changes.call) && approvalOf(ctx, call)),
    ...(isMoved && { nextAt: nextAfter(timing, soonest(row, ctx.now)) }),
  })
}

/** It acts for this caller and may do what this caller may, because the caller decided what it does. */
function answering({ actor }: Context): Pick<ScheduleRow, 'personId' | 'starter'> {
  return { personId: actor.personId, starter: actor }
}

function isNew({ operation, input }: CallChanges): boolean {
  return operation !== undefined || input !== undefined
}

/** The caller who gives the input of a call that cannot be undone has confirmed it there. */
function approvalOf(
  ctx: Context,
  { operation }: ScheduledCall,
): Pick<ScheduleRow, 'approvedBy' | 'approvedAt'> {
  return needsApproval(ctx, operation)
    ? { approvedBy: ctx.actor.personId, approvedAt: ctx.now }
    : { approvedBy: null, approvedAt: null }
}

/** The stored input may be unreadable: the changes must then complete it. */
function changedCall(
  row: ScheduleRow,
  { operation = row.operation, input, start }: CallChanges,
): ScheduledCall {
  const given = Object.entries(start).filter(([, value]) => value !== undefined)
  if (operation !== START) {
    if (given.length > 0)
      throw notOfRun(
        operation,
        given.map(([field]) => field),
      )
    const stays = operation === row.operation && isJsonObject(row.input) ? row.input : {}
    return { operation, input: input ?? stays }
  }
  const stored = row.operation === START && isJsonObject(row.input) ? row.input : {}
  const all = { ...(input ?? stored), ...Object.fromEntries(given) }
  return { operation, input: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null)) }
}

/** The refusal of fields of a run for a schedule that calls something else. */
export function notOfRun(operation: string, fields: readonly string[]): AppError {
  return new AppError('invalid_input', `${fields.join(', ')}: only for a schedule that starts runs.`, {
    fix: `Give the input of ${operation} as input.`,
    issues: fields.map((path) => ({ path, message: 'is only for a schedule that starts runs' })),
  })
}

/** Stops a schedule from firing; a paused schedule stays paused. */
export async function pauseSchedule(
  ctx: Context,
  id: string,
): Promise<{ row: ScheduleRow; changed: boolean }> {
  const row = await lockToEnd(ctx, id)
  if (row.paused) return { row, changed: false }
  return { row: await changeSchedule(ctx, row, { paused: true }), changed: true }
}

/**
 * Lets the schedule fire again, from the next moment on; moments that passed during the pause are not made up. The
 * caller then answers for what it does, as after a change.
 * @throws AppError `not_found`, `conflict`, `forbidden` for a caller who lacks scopes that it acts with
 */
export async function resumeSchedule(
  ctx: Context,
  id: string,
): Promise<{ row: ScheduleRow; changed: boolean }> {
  const row = await lockSchedule(ctx, id)
  await assertMayDirect(ctx, row)
  const fault = faultOf(row, ctx.operations)
  if (fault !== undefined) throw new AppError('conflict', `It cannot fire. ${fault}`, { fix: FAULT_FIX })
  if (!row.paused) return { row, changed: false }
  if (needsApproval(ctx, row.operation)) assertByPerson(ctx, row.operation)
  const nextAt = nextAfter(row, soonest(row, ctx.now))
  const set = { paused: false, nextAt, ...answering(ctx), lastProblem: null }
  return { row: await changeSchedule(ctx, row, set), changed: true }
}

/** A call for its next moment was begun, and its end has not been recorded: that moment is not used a second time. */
function hasBegun({ lastDueAt, nextAt }: ScheduleRow): boolean {
  return lastDueAt !== null && lastDueAt >= nextAt
}

/**
 * The moment from which it fires: never again for a moment for which a process with a slightly fast clock has fired.
 */
function soonest({ lastDueAt }: ScheduleRow, now: Date): Date {
  const isNear = lastDueAt !== null && lastDueAt.getTime() - now.getTime() <= CLOCK_SKEW_MS
  return isNear && lastDueAt > now ? lastDueAt : now
}
