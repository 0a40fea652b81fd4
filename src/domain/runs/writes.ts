/** How runs are written: every move of a run is one guarded update, together with its events. */
import { and, type Column, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { announceRecorded } from '../../core/call/after-commit.ts'
import type { Context } from '../../core/operation/context.ts'
import { changesOf } from '../db/changes-of.ts'
import { recordsOf } from '../db/insert-rows.ts'
import { jsonbBytes } from '../db/jsonb-bytes.ts'
import { rowReader } from '../db/read-rows.ts'
import { heardOfRows, type RowEvent, recordedIn } from '../outbox/hear.ts'
import { type RunRow, runUri } from './run.ts'
import type { RunReason, RunState, StepState } from './states.ts'
import { runEvents, runSteps, runs } from './tables.ts'

/** One transaction that writes runs. Several runs are locked in `LOCK_ORDER`, so that no two transactions deadlock. */
export type Writes = Pick<Context, 'db' | 'now' | 'newId' | 'enqueue' | 'defaultTimeZone'> & {
  /** Notifies those who see this space, after the commit. */
  changed(uri: string, spaceId: string): void
}

/** An event for the watchers of a run. */
export interface NewEvent {
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

type Columns = { readonly [Column in keyof RunRow]?: RunRow[Column] | SQL }

export interface Move {
  /** The run, and the state that it must be in. */
  readonly where: SQL | undefined
  readonly set: Columns
  readonly events: readonly NewEvent[]
  /** Fields added to each event. */
  readonly figures?: Figures
  /** New steps of the run, which `set.lastStep` must count; each takes its number from the run. */
  readonly steps?: readonly Step[]
  /** A step that must change together with the run; otherwise the run does not move. */
  readonly step?: StepChange
  /** Events for those outside who hear them, about the run as it is after the move. */
  readonly emits?: readonly RowEvent[]
  /** Further parts of the statement: those on which `where` depends, and those that read `moved`. */
  readonly before?: readonly SQL[]
  readonly after?: readonly SQL[]
}

/** A JSON object in SQL, of fields that no event has yet, from columns of the run that the move does not change. */
type Figures = (run: { readonly row: SQL; readonly lastStep: SQL }) => SQL

type Step = typeof runSteps.$inferSelect

export interface StepChange {
  readonly stepId: string
  readonly from: readonly StepState[]
  readonly set: Omit<Partial<Step>, 'request'> & { readonly request?: SQL }
}

/** Moves a run and logs it, in one statement. Undefined: it was not in the expected state, and nothing was written. */
export async function moveRun(writes: Writes, move: Move): Promise<RunRow | undefined> {
  const [row] = await moveRuns(writes, move)
  return row
}

/** The same for all runs that `where` finds. */
export async function moveRuns(writes: Writes, move: Move): Promise<RunRow[]> {
  const records = await writes.db.execute<Record<string, unknown>>(statementOf(writes, move))
  return records.map((record) => {
    const row = readRun(record)
    writes.changed(runUri(row.id), row.spaceId)
    announceRecorded(writes.changed, recordedIn(record))
    return row
  })
}

function statementOf(writes: Writes, move: Move): SQL {
  const { set, events, steps = [], step, emits = [], before = [], after = [] } = move
  const columns = {
    ...{ ...set, updatedAt: writes.now, lastEvent: sql`${runs.lastEvent} + ${events.length}` },
    logBytes: sql`${runs.logBytes} + ${addedBytes(move)}`,
  }
  const heard = emits.length === 0 ? undefined : heardOfRows(emits, sql`moved`)
  const where = step === undefined ? move.where : and(move.where, canChange(step))
  const parts = [
    ...before,
    sql`moved as (update ${runs} set ${changesOf(runs, columns)} where ${where} returning *)`,
    ...(events.length === 0 ? [] : [sql`logged as (${logOf(writes, move)})`]),
    ...(steps.length === 0 ? [] : [sql`added as (${additionOf(steps)})`]),
    ...(step === undefined ? [] : [sql`changed as (${changeOf(step)})`]),
    ...(heard?.parts ?? []),
    ...after,
  ]
  const checked = step === undefined ? sql`` : sql`, ${hasChanged} as has_changed`
  const recorded = heard === undefined ? sql`` : sql`, ${heard.columns}`
  return sql`with ${sql.join(parts, sql`, `)} select moved.*${checked}${recorded} from moved`
}

/**
 * A step may be changed only by a writer that has locked its run. Otherwise this text, which is no boolean, fails the
 * statement, so that the run does not move either.
 */
const hasChanged = sql`(case when exists (select from changed) then 'true'
  else 'a step of ' || moved.id || ' was changed without its run' end)::boolean`

const readRun = rowReader(runs)

/** The events take the last positions that the run has counted. */
function logOf({ now }: Writes, { events, figures }: Move): SQL {
  const added = figures?.({ row: sql`moved`, lastStep: sql`moved.last_step` })
  const data = added === undefined ? sql`event.value -> 'data'` : sql`(event.value -> 'data') || ${added}`
  return sql`insert into ${runEvents} (run_id, position, type, data, at)
    select moved.id, moved.last_event - ${events.length}::int + event.number, event.value ->> 'type', ${data}, ${now}
    from moved, jsonb_array_elements(${JSON.stringify(events)}::jsonb) with ordinality as event (value, number)`
}

/** The steps take the last numbers that the run has counted. */
function additionOf(steps: readonly Step[]): SQL {
  const given = recordsOf(runSteps, steps)
  return sql`insert into ${runSteps} select step.* from moved,
    jsonb_array_elements(${given}::jsonb) with ordinality as given (value, place),
    jsonb_populate_record(null::${runSteps},
      given.value || jsonb_build_object('number', moved.last_step - ${steps.length}::int + given.place)) as step`
}

/** By how many bytes the log grows, for the update of the run: what it has stored is not read, except what a step replaces. */
function addedBytes({ events, figures, steps = [], step }: Move): SQL {
  const parts = [sql`${given({ events, steps })}::bigint`]
  if (figures !== undefined && events.length > 0) {
    const added = figures({ row: sql`${runs}`, lastStep: sql`${runs.lastStep} + ${steps.length}` })
    parts.push(sql`${events.length}::int * octet_length((${added})::text)`)
  }
  if (step !== undefined) parts.push(sql`(${replacedBytes(step)})`)
  return sql.join(parts, sql` + `)
}

function given({ events, steps }: { readonly events: readonly NewEvent[]; readonly steps: readonly Step[] }) {
  return [...events.map(({ data }) => data), ...steps.flatMap(({ request, result }) => [request, result])]
    .map(jsonbBytes)
    .reduce((sum, bytes) => sum + bytes, 0)
}

function replacedBytes({ stepId, set: { request, result } }: StepChange): SQL {
  const stored = (value: SQL | Column) => sql`coalesce(octet_length((${value})::text), 0)`
  const parts = [
    ...(request === undefined ? [] : [sql`${stored(request)} - ${stored(runSteps.request)}`]),
    ...(result === undefined ? [] : [sql`${jsonbBytes(result)}::int - ${stored(runSteps.result)}`]),
  ]
  const bytes = parts.length === 0 ? sql`0` : sql.join(parts, sql` + `)
  return sql`select ${bytes} from ${runSteps} where ${eq(runSteps.id, stepId)}`
}

function canChange(step: StepChange): SQL {
  return sql`exists (select from ${runSteps} where ${isAsItWas(step, sql`${runs.id}`)})`
}

function isAsItWas({ stepId, from }: StepChange, runId: SQL): SQL | undefined {
  return and(eq(runSteps.id, stepId), eq(runSteps.runId, runId), inArray(runSteps.state, [...from]))
}

/** Changed after the run, which it waits for, so that both are locked in the order of all writers. */
function changeOf(step: StepChange): SQL {
  return sql`update ${runSteps} set ${changesOf(runSteps, step.set)} from moved
    where ${isAsItWas(step, sql`moved.id`)} returning 1`
}

/** The event of a run's new state. */
export function stateEvent(
  state: RunState,
  reason: RunReason | null,
  detail: string | null = null,
): NewEvent {
  return { type: `run.${state}`, data: { state, reason, ...(detail === null ? {} : { detail }) } }
}
