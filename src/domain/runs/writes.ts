/** How runs are written: every move of a run is one guarded update, and its events go with it. */
import { type SQL, sql } from 'drizzle-orm'
import type { Context } from '../../core/operation/context.ts'
import { readRows } from '../db/read-rows.ts'
import { type RunRow, runUri } from './run.ts'
import type { RunReason, RunState } from './states.ts'
import { runEvents, runs } from './tables.ts'

/**
 * One transaction that writes runs. Several runs are locked in `LOCK_ORDER`, so that nobody waits for each
 * other.
 */
export type Writes = Pick<Context, 'db' | 'now' | 'newId' | 'enqueue' | 'defaultTimeZone'> & {
  /** Tells those who watch this person's things, after the commit. */
  changed(uri: string, personId: string): void
}

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

/** Moves a run and logs it, in one statement. Undefined: it was not as it had to be, and nothing was written. */
export async function moveRun(writes: Writes, { where, set, events }: Move): Promise<RunRow | undefined> {
  const columns = { ...set, updatedAt: writes.now, lastEvent: sql`${runs.lastEvent} + ${events.length}` }
  const update = writes.db
    .update(runs)
    .set(columns as RunSet)
    .where(where)
    .getSQL()
  const statement = events.length === 0 ? sql`${update} returning *` : withEvents(update, { writes, events })
  const [row] = await readRows(writes.db, runs, statement)
  if (row !== undefined) writes.changed(runUri(row.id), row.personId)
  return row
}

interface Logged {
  readonly writes: Writes
  readonly events: readonly NewEvent[]
}

/** The events take the last positions that the run has counted. */
function withEvents(update: SQL, { writes, events }: Logged): SQL {
  return sql`with moved as (${update} returning *), logged as (
    insert into ${runEvents} (run_id, position, type, data, at)
    select moved.id, moved.last_event - ${events.length}::int + event.number, event.value ->> 'type', event.value -> 'data',
      ${writes.now}
    from moved, jsonb_array_elements(${JSON.stringify(events)}::jsonb) with ordinality as event (value, number)
  ) select * from moved`
}

/** The event of a state that a run comes into. */
export function stateEvent(
  state: RunState,
  reason: RunReason | null,
  detail: string | null = null,
): NewEvent {
  return { type: `run.${state}`, data: { state, reason, ...(detail === null ? {} : { detail }) } }
}
