/**
 * Limits the log of a run against people and processes that call without end; the run's own loop is limited by its
 * steps.
 */
import { AppError } from '../../core/errors.ts'
import { counted } from '../../core/text/counts.ts'
import type { RunRow } from './run.ts'

/** The most events of a log, for calls from outside the run. */
const EVENTS_MAX = 50_000

/** @throws AppError `conflict` for a full log, with what to do in place of the call */
export function assertLogRoom({ id, lastEvent }: Pick<RunRow, 'id' | 'lastEvent'>, fix: string): void {
  if (lastEvent < EVENTS_MAX) return
  throw new AppError(
    'conflict',
    `The log of ${id} has ${counted(lastEvent, 'event')}, and cannot take more.`,
    { fix },
  )
}
