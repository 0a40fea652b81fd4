/** Creating a task and listing fifty over HTTP, beside a bare route with the same statements, at several loads. */
import type { Bench } from '../bench.ts'
import type { Figure, Store } from '../figures.ts'
import { taskId } from '../stores.ts'
import { createTarget, listTarget, NEW_TASK } from '../targets.ts'
import { runContest } from './contest.ts'
import type { Target } from './load.ts'
import { sampleOf } from './measure-mcp.ts'

const TASKS = 1_000
const CONNECTIONS = [1, 16, 64]
const BUSIEST = 64
const P99_MS_AT_MOST = 50

interface Route {
  readonly name: string
  readonly target: (origin: string) => Target
  readonly expect: string
}

/** The list first: it shows what creating leaves behind. */
const ROUTES: readonly Route[] = [
  { name: 'list 50', target: (origin) => listTarget(origin), expect: taskId(TASKS) },
  { name: 'create', target: createTarget, expect: NEW_TASK.tasks[0].title },
]

export async function measureHttp(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const kind of bench.storeKinds) {
    const start = async (file: string) =>
      (await bench.start(file, { store: (await bench.openStore(kind, TASKS)).address })).origin
    const origins = {
      product: await start('serve/serve-product.ts'),
      bare: await start('serve/serve-bare.ts'),
    }
    for (const route of ROUTES) {
      for (const connections of CONNECTIONS) {
        figures.push(await measureRoute(bench, route, { kind, connections, ...origins }))
      }
    }
  }
  return figures
}

interface Setting {
  readonly kind: Store
  readonly connections: number
  readonly product: string
  readonly bare: string
}

async function measureRoute(
  { options }: Bench,
  { name, target, expect }: Route,
  { kind, connections, product, bare }: Setting,
): Promise<Figure> {
  const samples = await runContest(
    [
      { name: 'ours', target: target(product), expect },
      { name: 'bare', target: target(bare), expect },
    ],
    { connections, seconds: options.seconds },
  )
  const { perSecond, p50Ms, p99Ms, senderBusy } = sampleOf(samples, 'ours')
  const bareSample = sampleOf(samples, 'bare')
  return {
    measure: 'HTTP',
    name,
    store: kind,
    connections,
    unit: '/s',
    ours: perSecond,
    baseline: { name: 'bare route', value: bareSample.perSecond, p99Ms: bareSample.p99Ms },
    p50Ms,
    p99Ms,
    senderBusy,
    ...(connections === BUSIEST ? { aim: { p99MsAtMost: P99_MS_AT_MOST } } : {}),
  }
}
