/** Todoist: reading an account of ten thousand tasks, finding among them beside Todoist's own MCP server, and the brief. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { theirProgram, theirSettings } from '../../../test/support/todoist/their-server.ts'
import type { Bench } from '../../bench.ts'
import { type Figure, inShort, type Store } from '../../figures.ts'
import { startServer } from '../../processes.ts'
import type { MirrorConfig } from '../../serve/serve-mirror.ts'
import type { TodoistConfig, TodoistPlace } from '../../serve/serve-todoist.ts'
import { RARE_LABEL, RARE_WORD } from '../../stores.ts'
import { legacyTarget, modernTarget } from '../../targets.ts'
import { runContest } from '../contest.ts'
import { sampleOf } from '../measure-mcp.ts'
import type { TimedSync, TimeSyncConfig } from './time-sync.ts'

const TODOIST: TodoistConfig = { manyTasks: 10_000, fewTasks: 1_000, projects: 40 }
const CHANGES = 100
/** Each turn has a process and a store of its own. */
const SYNC_TURNS = 3
const REQUESTS_AT_MOST = 3
const FIND_AIM = 10
const BRIEF_AIM = 2
const PAGE = 50

/** What both can find, in the words of each. */
const FINDS: Readonly<Record<string, { readonly ours: object; readonly theirs: object }>> = {
  'a rare word': { ours: { text: RARE_WORD }, theirs: { searchText: RARE_WORD } },
  'a common word': { ours: { text: 'report' }, theirs: { searchText: 'report' } },
  'a rare label': { ours: { labels: [RARE_LABEL] }, theirs: { labels: [RARE_LABEL] } },
  'a filter': { ours: { filter: 'overdue & p1' }, theirs: { filter: 'overdue & p1' } },
}

export async function measureTodoist(bench: Bench): Promise<Figure[]> {
  const { origin: control } = await bench.start('serve/serve-todoist.ts', TODOIST)
  const figures: Figure[] = []
  const add = (those: readonly Figure[]) => {
    for (const figure of those) bench.say(`  ${figure.name}: ${inShort(figure)}`)
    figures.push(...those)
  }
  for (const store of bench.storeKinds) {
    bench.say(`reading ${TODOIST.manyTasks.toLocaleString('en')} tasks, ${store}`)
    add(await measureSync(bench, store, control))
  }
  const place = (await (await fetch(control)).json()) as TodoistPlace
  const theirs = await startTheirs(bench, place)
  for (const store of bench.storeKinds) {
    bench.say(`finding among them, and the brief, ${store}`)
    const [many, few] = await Promise.all(
      [place.many, place.few].map(async (token) => {
        const { address } = await bench.openStore(store, 0)
        const config: MirrorConfig = { store: address, todoistUrl: place.url, token }
        return (await bench.start('serve/serve-mirror.ts', config)).origin
      }),
    )
    if (many === undefined || few === undefined) throw new Error('the mirrors did not start')
    add(await measureFinds(bench, { store, ours: many, theirs }))
    add([await measureBrief(bench, { store, many, few })])
  }
  return figures
}

async function measureSync(bench: Bench, store: Store, control: string): Promise<Figure[]> {
  const turns = { ours: [] as TimedSync[], bare: [] as TimedSync[] }
  for (let turn = 0; turn < SYNC_TURNS; turn += 1) {
    for (const side of ['ours', 'bare'] as const) {
      const { address } = await bench.openStore(store, 0)
      const config: TimeSyncConfig = {
        ...{ store: address, side, control, tasks: TODOIST.manyTasks, changes: CHANGES },
      }
      turns[side].push(await bench.run<TimedSync>('measure/todoist/time-sync.ts', config))
    }
  }
  const figureOf = (name: string, unit: Figure['unit'], what: keyof TimedSync): Figure => ({
    ...{ measure: titleOf('Reading'), name, store, unit },
    ours: median(turns.ours.map((each) => each[what])),
    baseline: { name: 'bare inserts', value: median(turns.bare.map((each) => each[what])) },
  })
  return [
    figureOf('everything, at first', 'ms', 'firstMs'),
    {
      ...figureOf('requests for it, with those that connect the account', 'requests', 'requests'),
      aim: { atMost: REQUESTS_AT_MOST },
    },
    figureOf('memory at its peak', 'MB', 'peakMb'),
    figureOf(`${CHANGES} changed tasks`, 'ms', 'partialMs'),
  ]
}

function titleOf(what: string): string {
  return `${what} an account of ${TODOIST.manyTasks.toLocaleString('en')} tasks in ${TODOIST.projects} projects at Todoist`
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

async function startTheirs(bench: Bench, { url, many }: TodoistPlace): Promise<string> {
  const server = await startServer({
    ...{ program: process.execPath, args: [theirProgram('main-http.js')] },
    environment: { ...theirSettings(many, url), PORT: String(await freePort()) },
  })
  bench.later(server.stop)
  return server.origin
}

/** Their server takes a port, and does not say which one the system chose. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

interface Finders {
  readonly store: Store
  readonly ours: string
  readonly theirs: string
}

/** Both over MCP and HTTP; ours has to say how old its copy is. */
async function measureFinds({ options }: Bench, { store, ours, theirs }: Finders): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const [name, words] of Object.entries(FINDS)) {
    const [here, there] = [
      { method: 'tools/call', name: 'todoist_tasks_list', arguments: { ...words.ours, limit: PAGE } },
      { method: 'tools/call', name: 'find-tasks', arguments: { ...words.theirs, limit: PAGE } },
    ] as const
    const samples = await runContest(
      [
        { name: 'ours', target: modernTarget(ours, here), expect: '"syncedAt":"' },
        { name: 'theirs', target: legacyTarget(theirs, there, {}), expect: '"hasMore":true' },
      ],
      { connections: 1, seconds: options.seconds },
    )
    const [mine, other] = [sampleOf(samples, 'ours'), sampleOf(samples, 'theirs')]
    figures.push({
      ...{
        measure: titleOf('Finding in'),
        name: `${name}, a page of ${PAGE}`,
        store,
        connections: 1,
        unit: '/s',
      },
      ...{ ours: mine.perSecond, p50Ms: mine.p50Ms, p99Ms: mine.p99Ms, senderBusy: mine.senderBusy },
      baseline: { name: "Todoist's server", value: other.perSecond, p99Ms: other.p99Ms },
      aim: { ratioAtLeast: FIND_AIM },
    })
  }
  return figures
}

interface Briefed {
  readonly store: Store
  readonly many: string
  readonly few: string
}

async function measureBrief({ options }: Bench, { store, many, few }: Briefed): Promise<Figure> {
  const target = (origin: string) =>
    ({ origin, method: 'GET', path: '/v1/rituals/brief', headers: {} }) as const
  const samples = await runContest(
    [
      { name: 'many', target: target(many), expect: '"top":[{' },
      { name: 'few', target: target(few), expect: '"top":[{' },
    ],
    { connections: 1, seconds: options.seconds },
  )
  const { p50Ms, p99Ms } = sampleOf(samples, 'many')
  return {
    ...{ measure: titleOf('The brief of'), name: 'rituals.brief', store, connections: 1, unit: 'ms' },
    ...{ ours: p50Ms, p50Ms, p99Ms },
    baseline: {
      name: `over ${TODOIST.fewTasks.toLocaleString('en')}`,
      value: sampleOf(samples, 'few').p50Ms,
    },
    aim: { ratioAtMost: BRIEF_AIM },
  }
}
