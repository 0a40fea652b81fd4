/** What a run costs beside a raw job of the same queue with as many commits: how soon it starts, how many end a second. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Bench } from '../bench.ts'
import type { Figure, Store } from '../figures.ts'
import type { TimedRuns, TimeRunsConfig } from './time-runs.ts'

const CONCURRENCIES = [1, 8, 32]
/** Runs for each second that a figure may take. */
const IDLE_PER_SECOND = 60
const BURST_PER_SECOND = 100
/** The aim of the rate, as a share of the baseline's. */
const RATE_AIM = 0.6

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export async function measureRuns(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const store of bench.storeKinds) {
    const queues = store === 'server' ? [undefined, bench.options.redisUrl] : [undefined]
    for (const [index, redisUrl] of queues.entries()) {
      if (index > 0 && redisUrl === undefined) continue
      for (const concurrency of CONCURRENCIES) {
        figures.push(...(await measureOne(bench, { store, redisUrl, concurrency })))
      }
    }
  }
  return figures
}

interface Setting {
  readonly store: Store
  readonly redisUrl: string | undefined
  readonly concurrency: number
}

async function measureOne(bench: Bench, { store, redisUrl, concurrency }: Setting): Promise<Figure[]> {
  const { address } = await bench.openStore(store, undefined)
  const seconds = bench.options.seconds
  const config: TimeRunsConfig = {
    store: address,
    redisUrl,
    concurrency,
    idle: Math.ceil(IDLE_PER_SECOND * seconds),
    burst: Math.ceil(BURST_PER_SECOND * seconds),
  }
  const args = ['--import', 'tsx', 'bench/measure/time-runs.ts', JSON.stringify(config)]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT, maxBuffer: 1e8 })
  const { runs, jobs } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as TimedRuns
  const where = `queue on ${redisUrl === undefined ? 'the database' : 'Redis'}`
  const common = { measure: 'Runs that do nothing', store, connections: concurrency }
  const rate: Figure = {
    ...common,
    name: `runs ended, ${where}`,
    unit: '/s',
    ours: runs.perSecond,
    baseline: { name: 'raw jobs, 3 commits each', value: jobs.perSecond },
    aim: { ratioAtLeast: RATE_AIM },
  }
  if (concurrency !== 1) return [rate]
  const start: Figure = {
    ...common,
    name: `from start to work when idle, ${where}`,
    unit: 'ms',
    ours: quantile(runs.startMs, 0.5),
    p50Ms: quantile(runs.startMs, 0.5),
    p99Ms: quantile(runs.startMs, 0.99),
    baseline: {
      name: 'raw job',
      value: quantile(jobs.startMs, 0.5),
      p99Ms: quantile(jobs.startMs, 0.99),
    },
  }
  return [start, rate]
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0
}
