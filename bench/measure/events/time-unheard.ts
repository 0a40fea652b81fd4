/** Times creating a task with its event, which nobody hears, and without it, in turns. Configured by its argument. */
import { built } from '../../built.ts'
import { composeProduct } from '../../serve/compose-product.ts'
import type { StoreAddress } from '../../stores.ts'
import { NEW_TASK } from '../../targets.ts'

const { createTasks } =
  await built<typeof import('../../../src/tools/tasks/create-tasks.ts')>('tools/tasks/create-tasks')
const { LOCAL_PERSON } =
  await built<typeof import('../../../src/core/operation/actor.ts')>('core/operation/actor')

export interface TimeUnheardConfig {
  readonly store: StoreAddress
  /** Calls of each kind. */
  readonly pairs: number
}

/** Milliseconds of a call. */
export interface Took {
  /** The mean of the faster half, which the waits of a busy machine hardly reach. */
  readonly fasterHalf: number
  readonly p50: number
  readonly p99: number
}

export interface TimedUnheard {
  readonly withEvent: Took
  readonly without: Took
}

const config = JSON.parse(process.argv[2] ?? '{}') as TimeUnheardConfig
/** Calls in which the engine compiles what is hot and the statements are prepared. */
const WARM_UP = 300

const { parts, close } = await composeProduct({ store: config.store })

const silent: typeof createTasks = {
  ...createTasks,
  run: (input, ctx, reached) => createTasks.run(input, { ...ctx, emit: () => undefined }, reached),
}

async function time(operation: typeof createTasks, times: number[]): Promise<void> {
  const startedAt = performance.now()
  await parts.gateway.invoke(operation, NEW_TASK, { actor: LOCAL_PERSON, door: 'process' })
  times.push(performance.now() - startedAt)
}

const withEvent: number[] = []
const without: number[] = []

/** One of each, the first by lot: neither always comes after the other. */
async function timePair(): Promise<void> {
  const pair = [() => time(createTasks, withEvent), () => time(silent, without)]
  for (const one of Math.random() < 0.5 ? pair : pair.reverse()) await one()
}

for (let count = 0; count < WARM_UP; count += 1) await timePair()
withEvent.length = 0
without.length = 0
for (let count = 0; count < config.pairs; count += 1) await timePair()
await close()

function tookOf(times: readonly number[]): Took {
  const sorted = times.toSorted((a, b) => a - b)
  const half = sorted.slice(0, Math.ceil(sorted.length / 2))
  const quantile = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  const fasterHalf = half.reduce((sum, value) => sum + value, 0) / half.length
  return { fasterHalf, p50: quantile(0.5), p99: quantile(0.99) }
}

const timed: TimedUnheard = { withEvent: tookOf(withEvent), without: tookOf(without) }
process.stdout.write(`${JSON.stringify(timed)}\n`)
process.exit(0)
