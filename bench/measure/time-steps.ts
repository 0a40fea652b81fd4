/** Times runs whose model answers at once, and raw jobs with as many commits beside them. Configured by its argument. */
import { setTimeout as wait } from 'node:timers/promises'
import { composeProduct } from '../serve/compose-product.ts'
import type { StoreAddress } from '../stores.ts'
import { openRawJobs, queuePlace } from './raw-jobs.ts'

export interface TimeStepsConfig {
  readonly store: StoreAddress
  readonly redisUrl: string | undefined
  readonly modelUrl: string
  readonly concurrency: number
  /** In each turn. */
  readonly runs: number
  /** The operation that each step calls, and those calls in a run. */
  readonly operation: string
  readonly calls: number
  /** Commits that a run makes; undefined: they are counted, which only an embedded store allows. */
  readonly commitsPerRun: number | undefined
}

export interface TimedSteps {
  /** Steps that were stored of each run. */
  readonly stepsPerRun: number
  readonly commitsPerRun: number
  /** Runs a second, and raw jobs. */
  readonly runsPerSecond: number
  readonly jobsPerSecond: number
}

const config = JSON.parse(process.argv[2] ?? '{}') as TimeStepsConfig
const { store, redisUrl, modelUrl, concurrency, calls } = config

/** Milliseconds between two looks at whether all runs have ended. */
const LOOK_EVERY_MS = 50
/** Turns of runs and of jobs: what else the machine does hits both alike. */
const TURNS = 3
/** Runs that warm up, and runs whose commits are counted. */
const COUNTED = 10

const {
  config: settings,
  parts,
  call,
  close,
} = await composeProduct({
  store,
  redisUrl,
  environment: {
    SWITCHBOARD_WORKER_CONCURRENCY: String(concurrency),
    ANTHROPIC_API_KEY: 'bench',
    ANTHROPIC_BASE_URL: modelUrl,
    SWITCHBOARD_MODEL: 'anthropic/claude-haiku-4-5',
  },
})
const { database } = parts
await call('agents.create', {
  slug: 'stepper',
  role: 'Stepper',
  instructions: 'Call your tool.',
  tools: [config.operation],
  limits: { steps: calls + 1 },
})

async function runRuns(count: number): Promise<void> {
  const start = () => call('runs.start', { agent: 'stepper', goal: 'Step.' })
  await Promise.all(Array.from({ length: count }, start))
  // Looks by itself, with one small statement: a call for each change would be measured too.
  const open = "select count(*)::int as value from runs where state in ('queued', 'running')"
  while ((await one(open)) > 0) await wait(LOOK_EVERY_MS)
  const [odd] = await database.db.execute<{ id: string; state: string; detail: string | null }>(
    "select id, state, detail from runs where state <> 'succeeded' limit 1",
  )
  if (odd) throw new Error(`${odd.id} did not do what is measured: ${odd.state}, ${odd.detail}`)
}

async function one(statement: string): Promise<number> {
  const [row] = await database.db.execute<{ value: number }>(statement)
  return Number(row?.value)
}

/** Writing transactions that `work` made: each has an id of the engine's counter, and nobody else uses an embedded one. */
async function countCommits(work: () => Promise<void>): Promise<number> {
  const counter = 'select pg_snapshot_xmax(pg_current_snapshot())::text::bigint as value'
  const before = await one(counter)
  await work()
  return (await one(counter)) - before
}

const jobs = await openRawJobs({ database, place: queuePlace(database, settings), concurrency })

/** What a run writes, without what its queue does for any job. */
async function commitsOfRun(): Promise<number> {
  const ofRun: number[] = []
  const ofJob: number[] = []
  for (let count = 0; count < COUNTED; count += 1) {
    ofRun.push(await countCommits(() => runRuns(1)))
    ofJob.push(await countCommits(() => jobs.run(1, 0)))
  }
  // Leases and queues are kept alive by the clock, which most runs are too short to meet.
  return median(ofRun) - median(ofJob)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

async function perSecond(count: number, work: (count: number) => Promise<void>): Promise<number> {
  const at = performance.now()
  await work(count)
  return (count * 1000) / (performance.now() - at)
}

// Also warms up what both will use.
await runRuns(COUNTED)
await jobs.run(COUNTED, 2)
const commitsPerRun = config.commitsPerRun ?? (await commitsOfRun())
const stepsBefore = await one('select count(*)::int as value from run_steps')
const rates: { runs: number; jobs: number }[] = []
for (let turn = 0; turn < TURNS; turn += 1) {
  rates.push({
    runs: await perSecond(config.runs, runRuns),
    jobs: await perSecond(config.runs, (count) => jobs.run(count, commitsPerRun)),
  })
}
const stepsPerRun =
  ((await one('select count(*)::int as value from run_steps')) - stepsBefore) / (config.runs * TURNS)

await jobs.close()
await close()
const timed: TimedSteps = {
  stepsPerRun,
  commitsPerRun,
  runsPerSecond: median(rates.map(({ runs }) => runs)),
  jobsPerSecond: median(rates.map(({ jobs }) => jobs)),
}
process.stdout.write(`${JSON.stringify(timed)}\n`)
process.exit(0)
