/** A contest: several targets measured side by side, in turns, so that whatever else the machine does hits all alike. */
import { runLoad, sendOnce, type Target } from './load.ts'

export interface Contender {
  readonly name: string
  readonly target: Target
  /** A word that the answer must hold, before and after the load: a fast wrong answer is no figure. */
  readonly expect: string
}

export interface Sample {
  /** Median of the turns. */
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly senderBusy: number
}

export interface ContestOptions {
  readonly connections: number
  /** Seconds of load on each contender, over all turns. */
  readonly seconds: number
}

const TURNS = 3

/** Seconds of load before the first turn, in which the engine compiles what is hot. */
const WARM_UP_S = 1

/** Measures every contender; the order turns round from turn to turn. */
export async function runContest(
  contenders: readonly Contender[],
  { connections, seconds }: ContestOptions,
): Promise<Map<string, Sample>> {
  for (const contender of contenders) {
    await assertRight(contender)
    await runLoad(contender.target, connections, Math.min(WARM_UP_S, seconds))
  }
  const loads = new Map(contenders.map(({ name }) => [name, [] as Awaited<ReturnType<typeof runLoad>>[]]))
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const { name, target } of turn % 2 === 0 ? contenders : contenders.toReversed()) {
      loads.get(name)?.push(await runLoad(target, connections, seconds / TURNS))
    }
  }
  for (const contender of contenders) await assertRight(contender)
  return new Map(
    [...loads].map(([name, turns]) => {
      const latencies = turns.flatMap(({ latenciesMs }) => latenciesMs).sort((a, b) => a - b)
      return [
        name,
        {
          perSecond: median(turns.map(({ perSecond }) => perSecond)),
          p50Ms: percentile(latencies, 0.5),
          p99Ms: percentile(latencies, 0.99),
          senderBusy: median(turns.map(({ senderBusy }) => senderBusy)),
        },
      ]
    }),
  )
}

async function assertRight({ name, target, expect }: Contender): Promise<void> {
  const text = await sendOnce(target)
  if (text.includes(expect) && !text.includes('"isError":true')) return
  throw new Error(`${name} answers ${text.slice(0, 300)}, not what is measured (${expect})`)
}

function median(values: readonly number[]): number {
  return percentile(
    values.toSorted((a, b) => a - b),
    0.5,
  )
}

/** Of sorted values. */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
