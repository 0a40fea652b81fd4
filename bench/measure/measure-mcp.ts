/** Calls through the MCP door, in both eras, beside the SDK's own echo and beside a bare route with the same statements. */
import type { Bench } from '../bench.ts'
import type { Aim, Figure, Store } from '../figures.ts'
import { taskId } from '../stores.ts'
import {
  createTarget,
  ERAS,
  type Era,
  legacyTarget,
  listTarget,
  modernTarget,
  NEW_TASK,
  openSession,
} from '../targets.ts'
import { type Contender, runContest, type Sample } from './contest.ts'

const CONNECTIONS = 16
const TASKS = 1_000
const SOME_TASK = taskId(TASKS / 2)

/** A call that needs no SQL, beside the SDK's echo; and calls of one task, beside the bare route. */
const ECHO_AIM: Aim = { ratioAtLeast: 10 }
const TASK_AIM: Aim = { ratioAtLeast: 0.8 }

interface Call {
  readonly name: string
  readonly arguments: object
  readonly expect: string
}

const ECHO = { arguments: { text: 'hello there' }, expect: 'hello there' }

const OURS_ECHO: Call = { name: 'bench_echo', ...ECHO }
const SDK_ECHO: Call = { name: 'echo', ...ECHO }

interface Comparison {
  readonly call: Call
  readonly bare: (origin: string) => Contender['target']
  readonly aim?: Aim
}

const COMPARISONS: readonly Comparison[] = [
  {
    call: { name: 'tasks_get', arguments: { taskId: SOME_TASK }, expect: SOME_TASK },
    bare: (origin) => listTarget(origin, `/${SOME_TASK}`),
    aim: TASK_AIM,
  },
  {
    call: { name: 'tasks_list', arguments: { limit: 50 }, expect: taskId(TASKS) },
    bare: (origin) => listTarget(origin),
  },
  {
    call: { name: 'tasks_create', arguments: NEW_TASK, expect: NEW_TASK.tasks[0].title },
    bare: createTarget,
    aim: TASK_AIM,
  },
]

export async function measureMcp(bench: Bench): Promise<Figure[]> {
  const sdk = (await bench.start('serve/serve-sdk.ts', { tools: 'echo' })).origin
  const figures: Figure[] = []
  for (const kind of bench.storeKinds) {
    const start = async (file: string) =>
      (await bench.start(file, { store: (await bench.openStore(kind, TASKS)).address })).origin
    const product = await start('serve/serve-product.ts')
    const bare = await start('serve/serve-bare.ts')
    if (kind === 'embedded') figures.push(...(await measureEcho(bench, product, sdk)))
    for (const comparison of COMPARISONS) {
      figures.push(...(await measureCall(bench, comparison, { kind, product, bare, sdk })))
    }
  }
  return figures
}

/** One call in both eras. */
async function inBothEras(origin: string, who: string, call: Call): Promise<Contender[]> {
  const session = await openSession(origin)
  const request = { method: 'tools/call', name: call.name, arguments: call.arguments } as const
  return ERAS.map((era) => ({
    name: `${who} ${era}`,
    target: era === '2026-07-28' ? modernTarget(origin, request) : legacyTarget(origin, request, session),
    expect: call.expect,
  }))
}

async function measureEcho({ options }: Bench, product: string, sdk: string): Promise<Figure[]> {
  const contenders = [
    ...(await inBothEras(product, 'ours', OURS_ECHO)),
    ...(await inBothEras(sdk, 'sdk', SDK_ECHO)),
  ]
  const samples = await runContest(contenders, { connections: CONNECTIONS, seconds: options.seconds })
  return ERAS.map((era) => ({
    ...figureOf(`echo, ${era}`, sampleOf(samples, `ours ${era}`)),
    baseline: { name: "SDK's own echo", value: sampleOf(samples, `sdk ${era}`).perSecond },
    aim: ECHO_AIM,
  }))
}

interface Places {
  readonly kind: Store
  readonly product: string
  readonly bare: string
  readonly sdk: string
}

async function measureCall(
  { options }: Bench,
  { call, bare, aim }: Comparison,
  places: Places,
): Promise<Figure[]> {
  const [sdkEcho] = await inBothEras(places.sdk, 'sdk', SDK_ECHO)
  const contenders = [
    ...(await inBothEras(places.product, 'ours', call)),
    { name: 'bare', target: bare(places.bare), expect: call.expect },
    ...(sdkEcho ? [sdkEcho] : []),
  ]
  const samples = await runContest(contenders, { connections: CONNECTIONS, seconds: options.seconds })
  const figureIn = (era: Era) => ({
    ...figureOf(`${call.name}, ${era}`, sampleOf(samples, `ours ${era}`)),
    store: places.kind,
  })
  return [
    ...ERAS.map((era) => ({
      ...figureIn(era),
      baseline: { name: 'bare route', value: sampleOf(samples, 'bare').perSecond },
      ...(aim && { aim }),
    })),
    {
      ...figureIn('2026-07-28'),
      baseline: { name: "SDK's own echo", value: sampleOf(samples, 'sdk 2026-07-28').perSecond },
    },
  ]
}

function figureOf(name: string, { perSecond, p50Ms, p99Ms, senderBusy }: Sample): Figure {
  return {
    measure: 'MCP tools/call',
    name,
    connections: CONNECTIONS,
    unit: '/s',
    ours: perSecond,
    p50Ms,
    p99Ms,
    senderBusy,
  }
}

/** @throws Error for a contender that took no part */
export function sampleOf(samples: ReadonlyMap<string, Sample>, name: string): Sample {
  const sample = samples.get(name)
  if (!sample) throw new Error(`${name} was not measured`)
  return sample
}
