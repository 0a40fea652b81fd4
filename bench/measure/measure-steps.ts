/** What the steps of an agent cost when its model answers at once, beside raw jobs of the same queue with as many commits. */
import type { Bench } from '../bench.ts'
import { type Figure, inShort, type Store } from '../figures.ts'
import type { InstantModelConfig } from '../serve/serve-model.ts'
import { NEW_TASK } from '../targets.ts'
import type { TimedSteps, TimeStepsConfig } from './time-steps.ts'

const CONCURRENCIES = [1, 8, 32]
/** Calls of the tool in a run, each a step of the model and one of the tool; the last step of the model ends it. */
const CALLS = 5
/** Runs in a turn for each second that a figure may take, and no fewer than run at a time. */
const RUNS_PER_SECOND = 3
/** The aim of the rate, as a share of the baseline's. */
const RATE_AIM = 0.3

export async function measureSteps(bench: Bench): Promise<Figure[]> {
  const model: InstantModelConfig = { calls: CALLS, tool: 'tasks_create', input: NEW_TASK }
  const { origin } = await bench.start('serve/serve-model.ts', model)
  const figures: Figure[] = []
  let commitsPerRun: number | undefined
  for (const setting of settingsOf(bench)) {
    const { timed, figure } = await measureOne(bench, setting, { modelUrl: origin, commitsPerRun })
    // Counted on the embedded store, which is the first: on a server others write as well.
    commitsPerRun = timed.commitsPerRun
    bench.say(`  ${inShort(figure)}`)
    figures.push(figure)
  }
  return figures
}

interface Setting {
  readonly store: Store
  readonly redisUrl: string | undefined
  readonly concurrency: number
}

function settingsOf({ storeKinds, options }: Bench): Setting[] {
  return storeKinds.flatMap((store) => {
    const queues =
      store === 'server' && options.redisUrl !== undefined ? [undefined, options.redisUrl] : [undefined]
    return queues.flatMap((redisUrl) =>
      CONCURRENCIES.map((concurrency) => ({ store, redisUrl, concurrency })),
    )
  })
}

async function measureOne(
  bench: Bench,
  { store, redisUrl, concurrency }: Setting,
  given: Pick<TimeStepsConfig, 'modelUrl' | 'commitsPerRun'>,
): Promise<{ timed: TimedSteps; figure: Figure }> {
  const where = `queue on ${redisUrl === undefined ? 'the database' : 'Redis'}`
  bench.say(`${store}, ${where}, ${concurrency} at a time`)
  const { address } = await bench.openStore(store, undefined)
  const config: TimeStepsConfig = {
    ...{ ...given, store: address, redisUrl, concurrency },
    runs: Math.max(concurrency, Math.ceil(RUNS_PER_SECOND * bench.options.seconds)),
    operation: 'tasks.create',
    calls: CALLS,
  }
  const timed = await bench.run<TimedSteps>('measure/time-steps.ts', config)
  const { stepsPerRun, commitsPerRun, runsPerSecond, jobsPerSecond } = timed
  const figure: Figure = {
    measure: 'Steps of an agent whose model answers at once',
    name: `steps of model and tool, ${where}`,
    store,
    connections: concurrency,
    unit: '/s',
    ours: runsPerSecond * stepsPerRun,
    baseline: {
      name: `raw jobs of ${stepsPerRun} steps, ${commitsPerRun} commits`,
      value: jobsPerSecond * stepsPerRun,
    },
    aim: { ratioAtLeast: RATE_AIM },
  }
  return { timed, figure }
}
