/** One run watched by a thousand at once, beside a bare server that sends the same bytes from memory. */
import type { Bench } from '../bench.ts'
import { type Figure, inShort, type Store } from '../figures.ts'
import type { StreamsConfig } from '../serve/serve-streams.ts'
import type { Telling, WatchedPlace } from '../tell.ts'
import type { WatchConfig, Watching } from './watch-streams.ts'

const WATCHERS = 1_000
const TURNS = 3
/** Events a second of a run that is busy, and live text as fast as a model writes it. */
const EVERY_MS = 100
const DELTAS = 2
/** Events that are written one right after the other, for each second that a figure may take. */
const FLOOD_PER_SECOND = 50

export async function measureStreams(bench: Bench): Promise<Figure[]> {
  const { seconds } = bench.options
  const steady: Telling = {
    events: Math.ceil((seconds * 1000) / EVERY_MS),
    everyMs: EVERY_MS,
    deltas: DELTAS,
  }
  const flood: Telling = { events: Math.ceil(FLOOD_PER_SECOND * seconds), everyMs: 0, deltas: 0 }
  const figures: Figure[] = []
  for (const store of bench.storeKinds) {
    const config: StreamsConfig = { store: (await bench.openStore(store, undefined)).address }
    const sides = {
      ours: runPlace((await bench.start('serve/serve-streams.ts', config)).origin),
      bare: barePlace((await bench.start('serve/serve-bare-streams.ts', {})).origin),
    }
    bench.say(`${store}, ${1000 / EVERY_MS} events a second`)
    figures.push(...tell(bench, lagFigures(store, await watchBoth(bench, sides, steady))))
    bench.say(`${store}, as fast as they are stored`)
    figures.push(...tell(bench, floodFigures(store, await watchBoth(bench, sides, flood))))
  }
  return figures
}

function tell(bench: Bench, figures: readonly Figure[]): readonly Figure[] {
  for (const figure of figures) bench.say(`  ${figure.name}: ${inShort(figure)}`)
  return figures
}

/** A place for each turn. */
type Place = () => Promise<WatchedPlace>

/** A new run each. */
function runPlace(origin: string): Place {
  return async () => {
    const answer = await fetch(`${origin}/v1/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ agent: 'teller', goal: 'Tell.' }),
    })
    if (!answer.ok) throw new Error(`a run was not started: ${await answer.text()}`)
    const { run } = (await answer.json()) as { run: { id: string } }
    return { origin, eventsPath: `/v1/runs/${run.id}/events`, tellPath: `/v1/bench/${run.id}/tell` }
  }
}

function barePlace(origin: string): Place {
  return async () => ({ origin, eventsPath: '/events', tellPath: '/tell' })
}

interface Both {
  readonly ours: readonly Watching[]
  readonly bare: readonly Watching[]
}

/** In turns. */
async function watchBoth(
  bench: Bench,
  sides: { readonly ours: Place; readonly bare: Place },
  telling: Telling,
): Promise<Both> {
  const both: { ours: Watching[]; bare: Watching[] } = { ours: [], bare: [] }
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const side of ['ours', 'bare'] as const) {
      const config: WatchConfig = { place: await sides[side](), watchers: WATCHERS, telling }
      both[side].push(await bench.run<Watching>('measure/watch-streams.ts', config))
    }
  }
  return both
}

/** Times the lag of the bare server, which writes from memory. */
const LAG_AIM = 1.3

const MEASURE = `One run watched by ${WATCHERS.toLocaleString('en')}`

function lagFigures(store: Store, both: Both): Figure[] {
  const common = { measure: MEASURE, store, connections: WATCHERS }
  const lags = (of: readonly Watching[]) => of.flatMap(({ lagsMs }) => lagsMs)
  const [p50Ms, p99Ms] = [quantile(lags(both.ours), 0.5), quantile(lags(both.ours), 0.99)]
  const bareP99Ms = quantile(lags(both.bare), 0.99)
  const name = `from write to last receipt, ${1000 / EVERY_MS} events a second with live text`
  return [
    {
      ...common,
      name,
      unit: 'ms',
      ours: p50Ms,
      ...{ p50Ms, p99Ms },
      baseline: {
        name: 'bare server',
        value: quantile(lags(both.bare), 0.5),
        p99Ms: bareP99Ms,
      },
      aim: { ratioAtMost: LAG_AIM },
    },
    {
      ...common,
      name: `${name}, the slowest hundredth`,
      unit: 'ms',
      ours: p99Ms,
      baseline: { name: 'bare server', value: bareP99Ms },
      // All have it before the next is written: nobody falls behind.
      aim: { atMost: EVERY_MS },
    },
    wrongFigure(store, 'at that pace', both),
    {
      ...common,
      name: 'pieces of live text lost',
      unit: 'lost',
      ours: sum(both.ours.map(({ deltasLost }) => deltasLost)),
    },
  ]
}

function floodFigures(store: Store, both: Both): Figure[] {
  const rate = (of: readonly Watching[]) =>
    quantile(
      of.map(({ deliveredPerSecond }) => deliveredPerSecond),
      0.5,
    )
  const lags = both.ours.flatMap(({ lagsMs }) => lagsMs)
  return [
    {
      measure: MEASURE,
      name: 'events delivered, written as fast as they are stored',
      store,
      connections: WATCHERS,
      unit: '/s',
      ours: rate(both.ours),
      baseline: { name: 'bare server, from memory', value: rate(both.bare) },
      p50Ms: quantile(lags, 0.5),
      p99Ms: quantile(lags, 0.99),
    },
    wrongFigure(store, 'as fast as they are stored', both),
  ]
}

function wrongFigure(store: Store, when: string, both: Both): Figure {
  return {
    measure: MEASURE,
    name: `events lost, doubled or out of order, ${when}`,
    store,
    connections: WATCHERS,
    unit: 'wrong',
    ours: sum(both.ours.map(({ wrong }) => wrong)),
    aim: { atMost: 0 },
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN
}
