/** Lists of a person who shares with teams and was given tasks by others, beside the same lists of one who owns as many. */
import type { Bench } from '../bench.ts'
import { type Figure, inShort } from '../figures.ts'
import { listTarget } from '../targets.ts'
import { runContest } from './contest.ts'
import { EMBEDDED_TASKS_AT_MOST, LISTS, SECONDS_AT_MOST } from './measure-many-tasks.ts'
import { sampleOf } from './measure-mcp.ts'

/** Spaces that the person sees, and of how many the lists have an aim. */
const SPACES = [5, 200] as const
const SPACES_WITH_AIM = 5
const RATIO_AT_MOST = 1.5
/** One task of so many was given to the person by somebody whose other tasks the person does not see. */
const ONE_GIVEN_OF = 20

export async function measureSharedLists(bench: Bench): Promise<Figure[]> {
  const { options } = bench
  const kind = options.databaseUrl === undefined ? 'embedded' : 'server'
  const tasks = kind === 'embedded' ? Math.min(EMBEDDED_TASKS_AT_MOST, options.many) : options.many
  const start = async (spaces: number, given: number) => {
    bench.say(`${tasks.toLocaleString('en')} tasks in ${spaces} ${spaces === 1 ? 'space' : 'spaces'}`)
    const { address } = await bench.openStore(kind, tasks, { spaces, given })
    return (await bench.start('serve/serve-product.ts', { store: address })).origin
  }
  const own = await start(1, 0)
  const figures: Figure[] = []
  for (const spaces of SPACES) {
    const shared = await start(spaces, tasks / ONE_GIVEN_OF)
    for (const [name, query] of Object.entries(LISTS)) {
      const samples = await runContest(
        [
          { name: 'shared', target: listTarget(shared, query), expect: '"items":[' },
          { name: 'own', target: listTarget(own, query), expect: '"items":[' },
        ],
        { connections: 1, seconds: Math.min(SECONDS_AT_MOST, options.seconds) },
      )
      const { p50Ms, p99Ms } = sampleOf(samples, 'shared')
      // A search reads what contains the words, wherever it is.
      const hasAim = spaces === SPACES_WITH_AIM && !query.includes('text=')
      const figure: Figure = {
        measure: `Lists over ${tasks.toLocaleString('en')} tasks in ${spaces} spaces, and given ones`,
        ...{ name, store: kind, connections: 1, unit: 'ms', ours: p50Ms, p50Ms, p99Ms },
        baseline: { name: "one owner's", value: sampleOf(samples, 'own').p50Ms },
        ...(hasAim && { aim: { ratioAtMost: RATIO_AT_MOST } }),
      }
      bench.say(`  ${name}: ${inShort(figure)}`)
      figures.push(figure)
    }
  }
  return figures
}
