/** The list of tools, beside the SDK's own with the same tools registered. */
import type { Bench } from '../bench.ts'
import type { Figure } from '../figures.ts'
import { ERAS, legacyTarget, modernTarget, openSession } from '../targets.ts'
import { type Contender, runContest } from './contest.ts'
import { sampleOf } from './measure-mcp.ts'

const CONNECTIONS = 16
const RATIO_AT_LEAST = 10

export async function measureToolsList(bench: Bench): Promise<Figure[]> {
  const store = await bench.openStore('embedded', 1)
  const product = (await bench.start('serve/serve-product.ts', { store: store.address })).origin
  const sdk = (await bench.start('serve/serve-sdk.ts', { tools: 'product' })).origin
  const contenders = [...(await inBothEras(product, 'ours')), ...(await inBothEras(sdk, 'sdk'))]
  const samples = await runContest(contenders, { connections: CONNECTIONS, seconds: bench.options.seconds })
  return ERAS.map((era) => {
    const { perSecond, p50Ms, p99Ms, senderBusy } = sampleOf(samples, `ours ${era}`)
    return {
      measure: 'MCP tools/list',
      name: `the default list, ${era}`,
      connections: CONNECTIONS,
      unit: '/s',
      ours: perSecond,
      baseline: { name: "SDK's own, same tools", value: sampleOf(samples, `sdk ${era}`).perSecond },
      p50Ms,
      p99Ms,
      senderBusy,
      aim: { ratioAtLeast: RATIO_AT_LEAST },
    }
  })
}

async function inBothEras(origin: string, who: string): Promise<Contender[]> {
  const session = await openSession(origin)
  const request = { method: 'tools/list' } as const
  return ERAS.map((era) => ({
    name: `${who} ${era}`,
    target: era === '2026-07-28' ? modernTarget(origin, request) : legacyTarget(origin, request, session),
    expect: 'tasks_create',
  }))
}
