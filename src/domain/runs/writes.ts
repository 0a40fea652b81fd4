/** How runs are written: every move of a run is one guarded update, and its events go with it. */
import { type SQL, sql } from 'drizzle-orm'
import type { Context } from '../../core/operation/context.ts'
import { recordsOf } from '../db/insert-rows.ts'
import { readRows } from '../db/read-rows.ts'
import { type RunRow, runUri } from './run.ts'
import type { RunReason, RunState } from './states.ts'
import { runEvents, runSteps, runs } from './tables.ts'

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
  /** Fields that each event gets besides, read off `moved`: the run as it is after the move. */
  readonly figures?: SQL
  /** Steps that the run gets, whose numbers the set must count; each takes its number from the run. */
  readonly steps?: readonly (typeof runSteps.$inferSelect)[]
}

/** Moves a run and logs it, in one statement. Undefined: it was not as it had to be, and nothing was written. */
export async function moveRun(writes: Writes, move: Move): Promise<RunRow | undefined> {
  const { where, set, events } = move
  const columns = { ...set, updatedAt: writes.now, lastEvent: sql`${runs.lastEvent} + ${events.length}` }
  const update = writes.db
    .update(runs)
    .set(columns as RunSet)
    .where(where)
    .getSQL()
  const parts = [
    sql`moved as (${update} returning *)`,
    ...(events.length === 0 ? [] : [sql`logged as (${logOf(writes, move)})`]),
    ...(move.steps === undefined ? [] : [sql`added as (${additionOf(move.steps)})`]),
  ]
  const [row] = await readRows(writes.db, runs, sql`with ${sql.join(parts, sql`, `)} select * from moved`)
  if (row !== undefined) writes.changed(runUri(row.id), row.personId)
  return row
}

/** The events take the last positions that the run has counted. */
function logOf({ now }: Writes, { events, figures }: Move): SQL {
  const data = figures === undefined ? sql`event.value -> 'data'` : sql`(event.value -> 'data') || ${figures}`
  return sql`insert into ${runEvents} (run_id, position, type, data, at)
    select moved.id, moved.last_event - ${events.length}::int + event.number, event.value ->> 'type', ${data}, ${now}
    from moved, jsonb_array_elements(${JSON.stringify(events)}::jsonb) with ordinality as event (value, number)`
}

/** The steps take the last numbers that the run has counted. */
function additionOf(steps: readonly (typeof runSteps.$inferSelect)[]): SQL {
  const given = recordsOf(runSteps, steps)
  return sql`insert into ${runSteps} select step.* from moved,
    jsonb_array_elements(${given}::jsonb) with ordinality as given (value, place),
    jsonb_populate_record(null::${runSteps},
      given.value || jsonb_build_object('number', moved.last_step - ${steps.length}::int + given.place)) as step`
}

/** The event of a state that a run comes into. */
export function stateEvent(
  state: RunState,
  reason: RunReason | null,
  detail: string | null = null,
): NewEvent {
  return { type: `run.${state}`, data: { state, reason, ...(detail === null ? {} : { detail }) } }
}
