/** The steps of a run: each is stored before the next begins. */
import { eq, sql } from 'drizzle-orm'
import type { Resources } from '../../../core/operation/context.ts'
import { cutText } from '../../../core/text/cut.ts'
import type { KeyStanding, PersonStanding } from '../../access/authority.ts'
import { apiKeys, people } from '../../access/tables.ts'
import { currentName } from '../../agents/spec/old-names.ts'
import type { Db } from '../../db/db.ts'
import { readRows, rowReader } from '../../db/read-rows.ts'
import { type Hold, RunLost } from '../hold/hold-run.ts'
import type { RunRow } from '../run.ts'
import type { StepKind, StepState } from '../states.ts'
import { runSteps, runs } from '../tables.ts'
import { type Move, moveRun, type NewEvent, type StepChange, type Writes } from '../writes.ts'

export type StepRow = typeof runSteps.$inferSelect

/** The most characters of a step's text in its event; the step has the whole text. */
export const EVENT_TEXT_MAX_CHARS = 2_000

/** The steps of a run in their order, from the one after `after`. */
export async function listSteps(db: Db, runId: string, after = 0): Promise<StepRow[]> {
  return await readRows(
    db,
    runSteps,
    sql`select * from ${runSteps} where run_id = ${runId} and number > ${after} order by number`,
  )
}

/** A run in its present state, for its worker. */
export interface HeldStanding {
  readonly run: RunRow
  readonly steps: readonly StepRow[]
  /** The key that the run acts with; undefined: it has none, or the key does not exist. */
  readonly key: KeyStanding | undefined
  /** That of the run's owner. */
  readonly timeZone: string
}

/**
 * The present state of a run, with its steps after `after`.
 * @throws RunLost
 */
export async function readStanding(
  { db, defaultTimeZone }: Pick<Resources, 'db' | 'defaultTimeZone'>,
  { runId, fence }: Hold,
  after = 0,
): Promise<HeldStanding> {
  const [record] = await db.execute<StandingRecord>(sql`
    select ${runs}.*, (select json_agg(step order by step.number) from ${runSteps} as step
        where step.run_id = ${runId} and step.number > ${after}) as steps,
      (select to_jsonb(key) || jsonb_build_object('person', (
          select jsonb_build_object('role', role, 'deactivatedAt', deactivated_at)
          from ${people} as holder where holder.id = key.person_id))
        from ${apiKeys} as key where key.id = ${runs.starter} ->> 'keyId') as key,
      (select time_zone from ${people} as person where person.id = ${runs.ownerId}) as time_zone
    from ${runs} where id = ${runId} and fence = ${fence} and state = 'running'`)
  if (record === undefined) throw new RunLost(runId)
  const { steps, key, time_zone: timeZone } = record
  return {
    run: readRun(record),
    steps: (steps ?? []).map(readStep),
    key: key === null ? undefined : { ...readKey(key), person: readPerson(key.person) },
    timeZone: timeZone ?? defaultTimeZone,
  }
}

interface StandingRecord extends Record<string, unknown> {
  readonly steps: Record<string, unknown>[] | null
  readonly key: (Record<string, unknown> & { readonly person: StoredPerson | null }) | null
  readonly time_zone: string | null
}

const readRun = rowReader(runs)
const readStep = rowReader(runSteps)
const readKey = rowReader(apiKeys)

type StoredPerson = Pick<PersonStanding, 'role'> & { readonly deactivatedAt: string | null }

function readPerson(stored: StoredPerson | null): PersonStanding | null {
  if (stored === null) return null
  const { role, deactivatedAt } = stored
  return { role, deactivatedAt: deactivatedAt === null ? null : new Date(deactivatedAt) }
}

/** The latest call of an operation under this id that has not failed. */
export async function findCall(
  db: Db,
  runId: string,
  { callId, operation }: { readonly callId: string; readonly operation: string },
): Promise<StepRow | undefined> {
  const [step] = await readRows(
    db,
    runSteps,
    sql`select * from ${runSteps} where run_id = ${runId} and kind = 'tool' and operation = ${operation}
      and request ->> 'callId' = ${callId} and state <> 'failed' order by number desc limit 1`,
  )
  return step
}

/** Whether the step has reached a final state. */
export function isOver({ state }: StepRow): boolean {
  return state === 'done' || state === 'failed'
}

interface NewStep {
  /** An id made in advance; absent: a new one. */
  readonly id?: string
  readonly kind: StepKind
  readonly state: StepState
  readonly phase?: string | null
  readonly operation?: string | null
  readonly request: unknown
  readonly result?: unknown
}

interface Addition {
  readonly steps: readonly NewStep[]
  readonly events?: readonly NewEvent[]
  /** Further changes of the run. */
  readonly set?: Pick<Move['set'], 'losses'>
}

/** Adds steps to a run that the caller has locked. */
export async function addSteps(
  writes: Writes,
  run: RunRow,
  { steps, events = [], set = {} }: Addition,
): Promise<StepRow[]> {
  const rows = steps.map((step) => newStep(writes, run, step))
  const moved = await moveRun(writes, {
    where: eq(runs.id, run.id),
    set: { ...set, lastStep: sql`${runs.lastStep} + ${steps.length}` },
    events,
    steps: rows,
  })
  if (moved === undefined) throw new RunLost(run.id)
  return numbered(rows, moved)
}

/** Steps that were just added, with their assigned numbers. */
function numbered(rows: readonly StepRow[], { lastStep }: RunRow): StepRow[] {
  return rows.map((row, index) => ({ ...row, number: lastStep - rows.length + index + 1 }))
}

/** A step before it is stored; storing assigns its number. */
export function newStep(writes: Writes, run: Pick<RunRow, 'id' | 'phase'>, step: NewStep): StepRow {
  return {
    id: step.id ?? writes.newId('step'),
    runId: run.id,
    number: 0,
    kind: step.kind,
    state: step.state,
    phase: step.phase ?? run.phase,
    operation: step.operation ?? null,
    request: step.request,
    result: step.result ?? null,
    reservedUsdMicros: 0,
    reservedTokens: 0,
    reservedOn: null,
    usage: null,
    tokens: 0,
    costUsdMicros: step.kind === 'model' ? null : 0,
    createdAt: writes.now,
    finishedAt: step.state === 'done' ? writes.now : null,
  }
}

export function finishedEvent(
  { id, kind, state }: Pick<StepRow, 'id' | 'kind' | 'state'>,
  text: string | undefined,
  more: Readonly<Record<string, unknown>>,
): NewEvent {
  return {
    type: 'step.finished',
    data: {
      ...{ stepId: id, kind, state },
      ...(text === undefined ? {} : { text: cutText(text, EVENT_TEXT_MAX_CHARS) }),
      ...more,
    },
  }
}

/** Changes a step of a run that the caller has locked, without an event; a step in another state stays as it is. */
export async function changeStep(writes: Writes, runId: string, step: StepChange): Promise<void> {
  await moveRun(writes, { where: eq(runs.id, runId), set: {}, events: [], step })
}

/** The operation that a tool step calls; null: the name is not an operation's. */
export function operationOf({ operation, request }: Pick<StepRow, 'operation' | 'request'>): string | null {
  if (operation !== null) return operation
  const name = currentName(toolOf(request))
  return name === toolOf(request) ? null : name
}

function toolOf(request: unknown): string {
  return typeof request === 'object' && request !== null && 'name' in request ? String(request.name) : ''
}
