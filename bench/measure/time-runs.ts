/** Times runs that do nothing, from their start to their end, and raw jobs beside them. Configured by its argument, told as JSON. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Executor } from '../../src/workers/runs/executor.ts'
import { built } from '../built.ts'
import type { StoreAddress } from '../stores.ts'
import { queuePlace } from './raw-jobs.ts'

export interface TimeRunsConfig {
  readonly store: StoreAddress
  readonly redisUrl: string | undefined
  readonly concurrency: number
  /** Runs one after the other on an idle gateway, and runs all at once. */
  readonly idle: number
  readonly burst: number
}

/** Milliseconds of each start when idle, and a second's rate when busy. */
export interface Timing {
  readonly startMs: readonly number[]
  readonly perSecond: number
}

export interface TimedRuns {
  readonly runs: Timing
  readonly jobs: Timing
}

const config = JSON.parse(process.argv[2] ?? '{}') as TimeRunsConfig
const { compose } = await built<typeof import('../../src/start/compose.ts')>('start/compose')
const { readConfig } = await built<typeof import('../../src/start/read-config.ts')>('start/read-config')
const { LOCAL_PERSON } =
  await built<typeof import('../../src/core/operation/actor.ts')>('core/operation/actor')
const { createQueue } = await built<typeof import('../../src/clients/queue/queue.ts')>('clients/queue/queue')
const { openQueueBackend } = await built<typeof import('../../src/clients/queue/queue-backend.ts')>(
  'clients/queue/queue-backend',
)
const { createWorkers } = await built<typeof import('../../src/workers/workers.ts')>('workers/workers')

const WARM_UP = 10
/** Milliseconds between two looks at whether all runs have ended: the baseline has none, so these must cost little. */
const LOOK_EVERY_MS = 25

const silent = () => undefined
const log = { debug: silent, info: silent, warn: silent, error: console.error }

/** Calls a waiter when what it waits for has come. */
function createBell() {
  const waiting = new Map<string, () => void>()
  const early = new Set<string>()
  return {
    ring(id: string) {
      const waiter = waiting.get(id)
      if (waiter) waiter()
      else early.add(id)
    },
    async heard(id: string) {
      if (!early.has(id)) await new Promise<void>((resolve) => waiting.set(id, resolve))
    },
  }
}

async function timeThem(
  start: () => Promise<string>,
  begun: (id: string) => Promise<void>,
  ended: (ids: readonly string[]) => Promise<void>,
): Promise<Timing> {
  // The first few load code and plans, on both sides.
  for (let count = 0; count < WARM_UP; count += 1) {
    const id = await start()
    await begun(id)
    await ended([id])
  }
  const startMs: number[] = []
  for (let count = 0; count < config.idle; count += 1) {
    const at = performance.now()
    const id = await start()
    await begun(id)
    startMs.push(performance.now() - at)
    await ended([id])
  }
  const at = performance.now()
  const ids = await Promise.all(Array.from({ length: config.burst }, start))
  await ended(ids)
  return { startMs, perSecond: (config.burst * 1000) / (performance.now() - at) }
}

const begunRuns = createBell()
const nothing: Executor = {
  name: 'nothing',
  formats: [1, 1],
  async execute({ run }) {
    begunRuns.ring(run.id)
    return { kind: 'ended', state: 'succeeded', reason: 'finished', seenStep: 0 }
  },
}

const home = 'home' in config.store ? config.store.home : await mkdtemp(join(tmpdir(), 'switchboard-bench-'))
const settings = readConfig({
  SWITCHBOARD_HOME: home,
  ...('url' in config.store && { DATABASE_URL: config.store.url }),
  ...(config.redisUrl !== undefined && { REDIS_URL: config.redisUrl }),
  SWITCHBOARD_WORKER_CONCURRENCY: String(config.concurrency),
  SWITCHBOARD_OPEN_RUNS: String(config.idle + config.burst),
})
const parts = await compose(settings, 'all', { log, extend: { executors: [nothing] } })
await parts.openQueue()
const { gateway, database } = parts

async function call(name: string, input: object): Promise<Record<string, unknown>> {
  const operation = gateway.operations.find((each) => each.name === name)
  if (operation === undefined) throw new Error(`there is no ${name}`)
  return (await gateway.invoke(operation, input, { actor: LOCAL_PERSON, door: 'process' })).output
}

/** Looks by itself, with one small statement: a call for each change would be measured too. */
async function allEnded(): Promise<void> {
  while (true) {
    const [row] = await database.db.execute<{ open: number }>(
      "select count(*)::int as open from runs where state in ('queued', 'running', 'waiting')",
    )
    if (row?.open === 0) return
    await wait(LOOK_EVERY_MS)
  }
}

await call('agents.create', {
  slug: 'idler',
  role: 'Idler',
  instructions: 'Nothing.',
  executor: 'nothing',
  tools: ['runs:read'],
})
const runs = await timeThem(
  async () =>
    ((await call('runs.start', { agent: 'idler', goal: 'Nothing.' })) as { run: { id: string } }).run.id,
  begunRuns.heard,
  allEnded,
)

// The baseline: jobs of the same queue, each with as many commits as a run has: its start, its claim and its end.
await database.transaction((db) => db.execute('create table bench_commits (id text primary key, step int)'))
const write = (statement: string) => database.transaction((db) => db.execute(statement))
const place = queuePlace(database, settings)
const backend = await openQueueBackend(place)
const name = `bench-${process.pid}`
const queue = await createQueue(backend, { name, onError: silent })
const begunJobs = createBell()
const endedJobs = createBell()
const workers = await createWorkers({
  backend,
  queueName: name,
  concurrency: config.concurrency,
  log,
  work: {
    nothing: async ({ data: { id = '' } }) => {
      await write(`update bench_commits set step = 2 where id = '${id}'`)
      begunJobs.ring(id)
      await write(`update bench_commits set step = 3 where id = '${id}'`)
      endedJobs.ring(id)
    },
  },
})
let jobsMade = 0
const jobs = await timeThem(
  async () => {
    jobsMade += 1
    const id = `job-${jobsMade}`
    await write(`insert into bench_commits values ('${id}', 1)`)
    await queue.add('nothing', { id }, { id })
    return id
  },
  begunJobs.heard,
  async (ids) => void (await Promise.all(ids.map(endedJobs.heard))),
)

await workers.close()
await queue.close()
await backend.close()
await parts.close()
const timed: TimedRuns = { runs, jobs }
process.stdout.write(`${JSON.stringify(timed)}\n`)
process.exit(0)
