/** Fills a store with runs that have ended, their steps and events, and leaves one that goes on. Configured by its argument. */
import type { Executor } from '../../src/workers/runs/executor.ts'
import { composeProduct } from '../serve/compose-product.ts'
import type { StoreAddress } from '../stores.ts'

export interface FillEventsConfig {
  readonly store: StoreAddress
  readonly runs: number
  readonly eventsPerRun: number
}

export interface FilledEvents {
  /** Runs that are put off; the first has as many events as the others. */
  readonly liveRuns: readonly [string, ...string[]]
  /** What an event takes on disk, with its share of the indexes, and its type and data as text. */
  readonly bytesPerEvent: number
  readonly textBytesPerEvent: number
}

const { store, runs, eventsPerRun } = JSON.parse(process.argv[2] ?? '{}') as FillEventsConfig

/** Seconds before the run that goes on would begin: it never does here. */
const DELAY_S = 86_400
/** A run takes a hundred messages that it has not read: these take those of every turn. */
const LIVE_RUNS = 100
/** A run has a step for every so many events. */
const EVENTS_PER_STEP = 2

/** Nothing that is measured has it do anything. */
const idler: Executor = {
  name: 'idler',
  formats: [1, 1],
  execute: async () => ({ kind: 'ended', state: 'succeeded', reason: 'finished', seenStep: 0 }),
}

const { parts, call, close } = await composeProduct({ store, extend: { executors: [idler] } })
const { db } = parts.database
await call('agents.create', {
  slug: 'idler',
  role: 'Idler',
  instructions: 'Nothing.',
  executor: 'idler',
  tools: ['runs:read'],
})

async function startLive(): Promise<{ id: string; lastEvent: number }> {
  const { run } = await call('runs.start', {
    agent: 'idler',
    goal: 'Plan the launch of our newsletter.',
    delaySeconds: DELAY_S,
  })
  return run as { id: string; lastEvent: number }
}

const run = await startLive()

async function one(statement: string): Promise<number> {
  const [row] = await db.execute<{ value: number }>(statement)
  return Number(row?.value)
}

const idOf = (prefix: string, number: string) => `'${prefix}_' || lpad((${number})::text, 26, '0')`
const words = `'Created the task "Call Ana about the contract", due on Friday, in the project "Newsletter" (' || n || ')'`
const eventData = `jsonb_build_object('stepId', ${idOf('step', `n * ${eventsPerRun} + p`)}, 'kind', 'tool',
  'state', 'done', 'text', ${words}, 'tool', 'tasks_create', 'isError', false)`

const [given] = await db.execute<{
  columns: string
}>(`select string_agg(quote_ident(column_name), ', ') as columns
  from information_schema.columns where table_name = 'runs' and table_schema = current_schema and is_generated = 'NEVER'`)
const columns = given?.columns ?? ''
await db.execute(`insert into runs (${columns}) overriding user value
  select ${columns.replaceAll(/[a-z_]+/g, 'copy.$&')} from runs original, generate_series(1, ${runs}) n,
  lateral jsonb_populate_record(null::runs, to_jsonb(original) || jsonb_build_object(
    'id', ${idOf('run', 'n')}, 'root_id', ${idOf('run', 'n')}, 'state', 'succeeded', 'reason', 'finished',
    'last_event', ${eventsPerRun}, 'last_step', ${eventsPerRun / EVENTS_PER_STEP}, 'finished_at', original.created_at
  )) copy where original.id = '${run.id}'`)
await db.execute(`insert into run_events (run_id, position, type, data, at)
  select ${idOf('run', 'n')}, p, 'step.finished', ${eventData}, timestamptz '2026-01-01' + n * interval '1 minute'
  from generate_series(1, ${runs}) n, generate_series(1, ${eventsPerRun}) p`)
await db.execute(`insert into run_events (run_id, position, type, data, at)
  select '${run.id}', p, 'step.finished', ${eventData}, timestamptz '2026-06-01'
  from generate_series(0, 0) n, generate_series(${run.lastEvent + 1}, ${eventsPerRun}) p`)
await db.execute(`update runs set last_event = ${eventsPerRun} where id = '${run.id}'`)
await db.execute(`insert into run_steps select copy.* from generate_series(1, ${runs}) n,
  generate_series(1, ${eventsPerRun / EVENTS_PER_STEP}) p,
  lateral jsonb_populate_record(null::run_steps, jsonb_build_object(
    'id', ${idOf('step', `n * ${eventsPerRun} + p`)}, 'run_id', ${idOf('run', 'n')}, 'number', p, 'kind', 'tool',
    'state', 'done', 'operation', 'tasks.create', 'request', ${eventData}, 'result', ${eventData},
    'reserved_usd_micros', 0, 'reserved_tokens', 0, 'tokens', 0, 'cost_usd_micros', 0,
    'created_at', '2026-01-01T00:00:00Z', 'finished_at', '2026-01-01T00:00:00Z'
  )) copy`)
const others: string[] = []
while (others.length < LIVE_RUNS - 1) others.push((await startLive()).id)
await db.execute('vacuum analyze')
const events = await one('select count(*)::int as value from run_events')
const filled: FilledEvents = {
  liveRuns: [run.id, ...others],
  bytesPerEvent: (await one("select pg_total_relation_size('run_events') as value")) / events,
  textBytesPerEvent: await one(
    'select avg(octet_length(type) + octet_length(data::text))::float8 as value from run_events',
  ),
}
await close()
process.stdout.write(`${JSON.stringify(filled)}\n`)
process.exit(0)
