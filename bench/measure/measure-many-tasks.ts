/** The list and the search over very many tasks, beside the same over a thousand. */
import type { Bench } from '../bench.ts'
import type { Figure } from '../figures.ts'
import { RARE_LABEL, RARE_WORD } from '../stores.ts'
import { listTarget } from '../targets.ts'
import { runContest } from './contest.ts'
import { sampleOf } from './measure-mcp.ts'

const FEW_TASKS = 1_000
const RATIO_AT_MOST = 2
/** The embedded store is one person's, and takes minutes to make a million. */
export const EMBEDDED_TASKS_AT_MOST = 100_000
/** Seconds on each side of one list: there are many lists, and one connection tells soon how long each takes. */
export const SECONDS_AT_MOST = 1

/** What a person or a model asks for: a page of fifty from either store, and last what neither has. */
export const LISTS: Readonly<Record<string, string>> = {
  'newest first': '?',
  'by due': '?sort=due',
  'by priority': '?sort=priority',
  'open, by due': '?status=open,in_progress&sort=due',
  'done, newest first': '?status=done',
  'priority 1, by due': '?priority=1&sort=due',
  'a common label': '?labels=home',
  'a rare label': `?labels=${RARE_LABEL}`,
  'due within a month': '?dueFrom=2026-11-01&dueTo=2026-12-15&sort=due',
  'not blocked, by due': '?blocked=false&sort=due',
  'a common word': '?text=report',
  'a rare word': `?text=${RARE_WORD}`,
  'a rare word, by due': `?text=${RARE_WORD}&sort=due`,
  'a word that is nowhere': '?text=qwertzuiop',
  'two letters that are nowhere': '?text=qz',
  'a label that is nowhere': '?labels=nowhere',
  'a status that none has': '?status=cancelled',
}

export async function measureManyTasks(bench: Bench): Promise<Figure[]> {
  const { options } = bench
  const kind = options.databaseUrl === undefined ? 'embedded' : 'server'
  const start = async (tasks: number) =>
    (await bench.start('serve/serve-product.ts', { store: (await bench.openStore(kind, tasks)).address }))
      .origin
  const manyTasks = kind === 'embedded' ? Math.min(EMBEDDED_TASKS_AT_MOST, options.many) : options.many
  const few = await start(FEW_TASKS)
  const many = await start(manyTasks)
  const figures: Figure[] = []
  for (const [name, query] of Object.entries(LISTS)) {
    const samples = await runContest(
      [
        { name: 'many', target: listTarget(many, query), expect: '"items":[' },
        { name: 'few', target: listTarget(few, query), expect: '"items":[' },
      ],
      { connections: 1, seconds: Math.min(SECONDS_AT_MOST, options.seconds) },
    )
    const { p50Ms, p99Ms } = sampleOf(samples, 'many')
    figures.push({
      measure: `Lists over ${manyTasks.toLocaleString('en')} tasks`,
      name,
      store: kind,
      connections: 1,
      unit: 'ms',
      ours: p50Ms,
      baseline: { name: `over ${FEW_TASKS.toLocaleString('en')}`, value: sampleOf(samples, 'few').p50Ms },
      p50Ms,
      p99Ms,
      aim: { ratioAtMost: RATIO_AT_MOST },
    })
  }
  return figures
}
