/** Bounds the log of a run against people and processes that call without end; the work of its own loop is bounded by its steps. */
import { AppError } from '../../core/errors.ts'
import type { RunRow } from './run.ts'

/** Events that a log takes from outside its run. */
const EVENTS_MAX = 50_000

/** @throws AppError `conflict` for a log that is full, with what to do in place of the call */
export function assertLogRoom({ id, lastEvent }: Pick<RunRow, 'id' | 'lastEvent'>, fix: string): void {
  if (lastEvent < EVENTS_MAX) return
  throw new AppError('conflict', `The log of ${id} has ${lastEvent} events, and cannot take more.`, { fix })
}
