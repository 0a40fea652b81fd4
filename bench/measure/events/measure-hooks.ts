/** How soon a report is acknowledged while workers handle those before it, beside a bare route that checks and stores it. */
import type { Bench } from '../../bench.ts'
import type { Figure, Store } from '../../figures.ts'
import { HOOKS, reportTarget } from '../../reports.ts'
import type { ServeHooksConfig } from '../../serve/serve-hooks.ts'
import { runContest } from '../contest.ts'
import { sampleOf } from '../measure-mcp.ts'

const CONNECTIONS = [1, 16]
const P99_MS_AT_MOST = 50

/** Paths of hooks by how their events become calls. */
type Paths = Readonly<Record<string, readonly string[]>>

export async function measureHooks(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const store of bench.storeKinds) {
    const product = await startProduct(bench, store)
    const bare = (
      await bench.start('serve/serve-bare.ts', { store: (await bench.openStore(store, 0)).address })
    ).origin
    const paths: Paths = {
      'no mapping': Array.from({ length: HOOKS }, (_, number) => `/hooks/bench-${number}`),
      'JSONata mapping': await ownPaths(product),
    }
    for (const [name, those] of Object.entries(paths)) {
      for (const connections of CONNECTIONS) {
        const samples = await runContest(
          [
            { name: 'ours', target: reportTarget(product, those), expect: '"stored":1' },
            { name: 'bare', target: reportTarget(bare, those), expect: '"stored":1' },
          ],
          { connections, seconds: bench.options.seconds },
        )
        const { perSecond, p50Ms, p99Ms, senderBusy } = sampleOf(samples, 'ours')
        const baseline = sampleOf(samples, 'bare')
        figures.push({
          measure: 'Reports to hooks, acknowledged',
          ...{ name, store, connections, unit: '/s', ours: perSecond, p50Ms, p99Ms, senderBusy },
          baseline: { name: 'bare route', value: baseline.perSecond, p99Ms: baseline.p99Ms },
          aim: { p99MsAtMost: P99_MS_AT_MOST },
        })
      }
    }
    await bench.clear()
  }
  return figures
}

/** One process on an embedded store; on a server a gateway, and a worker that handles what it stores. */
async function startProduct(bench: Bench, store: Store): Promise<string> {
  const { address } = await bench.openStore(store, 0)
  const start = (role: ServeHooksConfig['role']) => {
    const config: ServeHooksConfig = { store: address, role }
    return bench.start('serve/serve-hooks.ts', config)
  }
  if (store === 'embedded') return (await start('all')).origin
  const { origin } = await start('gateway')
  await start('worker')
  return origin
}

async function ownPaths(origin: string): Promise<string[]> {
  const answer = await fetch(`${origin}/v1/hooks?limit=${HOOKS}`)
  const { items } = (await answer.json()) as { items: { id: string }[] }
  if (items.length !== HOOKS) throw new Error(`there are ${items.length} hooks, not ${HOOKS}`)
  return items.map(({ id }) => `/hooks/own/${id}`)
}
