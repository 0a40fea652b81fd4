/** How runs are written: every move of a run is one guarded update, and its events go with it. */
import { type SQL, sql } from 'drizzle-orm'
import type { Context } from '../../core/context.ts'
import { insertRows } from '../insert-rows.ts'
import { type RunRow, runUri } from './run.ts'
import type { RunReason, RunState } from './states.ts'
import { runEvents, runs } from './tables.ts'

/**
 * One transaction that writes runs. Whoever locks several runs locks them in the order of their ids, so that nobody waits
 * for each other: a root is older than its children.
 */
export type Writes = Pick<Context, 'db' | 'now' | 'newId' | 'changed' | 'enqueue' | 'defaultTimeZone'>

/** What a run tells those who watch it. */
export interface NewEvent {
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

type RunSet = Parameters<ReturnType<Writes['db']['update']>['set']>[0]
type Columns = { readonly [Column in keyof RunRow]?: RunRow[Column] | SQL }

export interface Move {
  /** Which run, in which state it must be. */
  readonly where: SQL | undefined
  readonly set: Columns
  readonly events: readonly NewEvent[]
}

/** Moves a run and logs it. Undefined: it was not as it had to be, and nothing was written. */
export async function moveRun(writes: Writes, move: Move): Promise<RunRow | undefined> {
  const count = move.events.length
  const set = { ...move.set, updatedAt: writes.now, lastEvent: sql`${runs.lastEvent} + ${count}` }
  const [row] = await writes.db
    .update(runs)
    .set(set as RunSet)
    .where(move.where)
    .returning()
  if (row === undefined) return undefined
  await insertEvents(writes, row, move.events)
  writes.changed(runUri(row.id), row.personId)
  return row
}

async function insertEvents(writes: Writes, run: RunRow, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return
  const first = run.lastEvent - events.length + 1
  const rows = events.map(({ type, data }, index) => ({
    runId: run.id,
    position: first + index,
    type,
    data,
    at: writes.now,
  }))
  await insertRows(writes.db, runEvents, rows)
}

/** The event of a state that a run comes into. */
export function stateEvent(
  state: RunState,
  reason: RunReason | null,
  detail: string | null = null,
): NewEvent {
  return { type: `run.${state}`, data: { state, reason, ...(detail === null ? {} : { detail }) } }
}
