/** Makes the call of a schedule at once, for a caller who may direct the schedule. */
import { AppError } from '../../core/errors.ts'
import type { ReachContext } from '../../core/operation/context.ts'
import { assertMayDirect } from './bounds.ts'
import { type LastOutcome, outcomeOf } from './outcome.ts'
import { FAULT_FIX, faultOf } from './schedule.ts'
import type { ScheduleRow } from './schedule-row.ts'
import { assertByPerson, callAs } from './scheduled-call.ts'
import { getEditableSchedule } from './store.ts'

export interface RanNow {
  readonly schedule: ScheduleRow
  readonly outcome: LastOutcome
  readonly output: object
}

/**
 * @throws AppError `not_found`, `conflict` for a schedule that cannot be read, `forbidden` for a caller who lacks a scope
 * that it acts with; and what the call throws
 */
export async function runNow(ctx: ReachContext, scheduleId: string): Promise<RanNow> {
  const row = await getEditableSchedule(ctx, scheduleId)
  await assertMayDirect(ctx, row)
  const operation = ctx.operations.find(({ name }) => name === row.operation)
  const fault = faultOf(row, ctx.operations)
  if (operation === undefined || fault !== undefined) {
    throw new AppError('conflict', `It cannot be called. ${fault}`, { fix: FAULT_FIX })
  }
  if (operation.effect === 'destroy') assertByPerson(ctx, operation.name)
  const { actor, input } = callAs(row, ctx.actor)
  const output = await ctx.invoke(operation.name, input, {
    key: `${scheduleId}:now:${ctx.idempotencyKey}`,
    firing: { scheduleId, dueAt: null },
    within: actor.within,
  })
  return { schedule: row, output, outcome: outcomeOf(operation, output, row) }
}
