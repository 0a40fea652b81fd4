/** What the log of events costs when it is very long, beside the same when it is almost empty. */
import type { Bench } from '../bench.ts'
import { type Figure, inShort, type Store } from '../figures.ts'
import { runContest } from './contest.ts'
import type { FillEventsConfig, FilledEvents } from './fill-events.ts'
import type { Target } from './load.ts'
import { sampleOf } from './measure-mcp.ts'

const EVENTS_PER_RUN = 50
const FEW_EVENTS = 1_000
const RATIO_AT_MOST = 1.5
/** The embedded store is one person's, and takes minutes to make a million. */
const EMBEDDED_EVENTS_AT_MOST = 100_000
/** Seconds on each side of one figure: one connection tells soon how long each call takes. */
const SECONDS_AT_MOST = 1
const PAGE = 20

/** A store that is served. */
interface Log {
  readonly origin: string
  readonly runs: number
  readonly filled: FilledEvents
}

interface Call {
  readonly name: string
  readonly target: (log: Log) => Target
  readonly expect: string
}

/** What is read first: the last call makes the log longer. */
const CALLS: readonly Call[] = [
  {
    name: `a page of ${PAGE} from the middle of a run`,
    target: ({ origin, runs }) =>
      getTarget(origin, eventsPath(runId(Math.ceil(runs / 2)), EVENTS_PER_RUN / 2)),
    expect: `"position":${EVENTS_PER_RUN / 2 + 1}`,
  },
  {
    name: 'what is new to who has all, as a stream asks',
    target: ({ origin, filled }) => getTarget(origin, eventsPath(filled.liveRuns[0], EVENTS_PER_RUN)),
    expect: '"items":[]',
  },
  {
    name: `runs.list, ${PAGE} newest`,
    target: ({ origin }) => getTarget(origin, `/v1/runs?limit=${PAGE}`),
    expect: '"items":[',
  },
  {
    name: 'a step added with its event',
    target: steerTarget,
    expect: '"stepId"',
  },
]

/** Steers one run after the other: each takes only so many messages that it has not read. */
function steerTarget({ origin, filled: { liveRuns } }: Log): Target {
  let sent = 0
  const path = () => `/v1/runs/${liveRuns[sent++ % liveRuns.length]}/steer`
  return {
    origin,
    method: 'POST',
    path: path(),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message: 'Leave out the part on the garden.' }),
    vary: () => ({ path: path() }),
  }
}

export async function measureEventLog(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const store of bench.storeKinds) {
    const { many: most } = bench.options
    const events = store === 'embedded' ? Math.min(EMBEDDED_EVENTS_AT_MOST, most) : most
    const few = await openLog(bench, store, FEW_EVENTS)
    const many = await openLog(bench, store, events)
    const measure = `A log of ${events.toLocaleString('en')} events`
    for (const call of CALLS) {
      bench.say(`${store}, ${call.name}`)
      const figure = { measure, store, ...(await measureCall(bench, call, { few, many })) }
      bench.say(`  ${inShort(figure)}`)
      figures.push(figure)
    }
    figures.push({
      measure,
      name: 'an event on disk, with its indexes',
      store,
      unit: 'bytes',
      ours: many.filled.bytesPerEvent,
      baseline: { name: 'its type and data as text', value: many.filled.textBytesPerEvent },
    })
  }
  return figures
}

async function openLog(bench: Bench, store: Store, events: number): Promise<Log> {
  bench.say(`${store}, storing ${events.toLocaleString('en')} events`)
  const { address } = await bench.openStore(store, undefined)
  const runs = events / EVENTS_PER_RUN
  const config: FillEventsConfig = { store: address, runs, eventsPerRun: EVENTS_PER_RUN }
  const filled = await bench.run<FilledEvents>('measure/fill-events.ts', config)
  return { origin: (await bench.start('serve/serve-product.ts', { store: address })).origin, runs, filled }
}

async function measureCall(
  { options }: Bench,
  { name, target, expect }: Call,
  { few, many }: { readonly few: Log; readonly many: Log },
): Promise<Omit<Figure, 'measure' | 'store'>> {
  const samples = await runContest(
    [
      { name: 'many', target: target(many), expect },
      { name: 'few', target: target(few), expect },
    ],
    { connections: 1, seconds: Math.min(SECONDS_AT_MOST, options.seconds) },
  )
  const { p50Ms, p99Ms } = sampleOf(samples, 'many')
  const { p50Ms: fewMs, p99Ms: fewP99Ms } = sampleOf(samples, 'few')
  return {
    name,
    connections: 1,
    unit: 'ms',
    ours: p50Ms,
    ...{ p50Ms, p99Ms },
    baseline: { name: `with ${FEW_EVENTS.toLocaleString('en')}`, value: fewMs, p99Ms: fewP99Ms },
    aim: { ratioAtMost: RATIO_AT_MOST },
  }
}

/** The id of a run that has ended, by its number. */
function runId(number: number): string {
  return `run_${number.toString().padStart(26, '0')}`
}

function eventsPath(id: string, after: number): string {
  return `/v1/runs/${id}/events?after=${after}&limit=${PAGE}`
}

function getTarget(origin: string, path: string): Target {
  return { origin, method: 'GET', path, headers: {} }
}
