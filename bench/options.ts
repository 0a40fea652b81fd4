/** What a run of the bench was asked for. */
import { parseArgs } from 'node:util'

export const MEASURES = ['mcp', 'tools-list', 'http', 'many-tasks', 'start', 'runs', 'steps'] as const
export type Measure = (typeof MEASURES)[number]

export interface Options {
  readonly only: readonly Measure[]
  /** Seconds of load on each side of a figure. */
  readonly seconds: number
  /** Tasks in the large database. */
  readonly manyTasks: number
  readonly jsonFile: string | undefined
  /** PostgreSQL for the figures on a server; undefined: those are left out. */
  readonly databaseUrl: string | undefined
  /** Redis for the queue; undefined: runs are measured with the queue on the database only. */
  readonly redisUrl: string | undefined
}

const SECONDS = { whole: 3, quick: 1 } as const
const MANY_TASKS = { whole: 1_000_000, quick: 100_000 } as const

export const USAGE = `npm run bench -- [--only ${MEASURES.join(',')}] [--seconds N] [--quick] [--json FILE]

  --only      only these measures
  --seconds   seconds of load on each side of a figure (${SECONDS.whole}; with --quick ${SECONDS.quick})
  --quick     shorter, and over ${MANY_TASKS.quick} tasks instead of ${MANY_TASKS.whole}
  --json      also write the figures to this file

With DATABASE_URL set to a PostgreSQL in which databases may be made, everything is measured there as well; with REDIS_URL,
runs are measured with their queue there too.`

/** @throws Error with what is wrong with the words */
export function readOptions(words: string[], environment: NodeJS.ProcessEnv): Options | 'help' {
  const { values } = parseArgs({
    args: words,
    options: {
      only: { type: 'string' },
      seconds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const size = values.quick ? 'quick' : 'whole'
  const seconds = values.seconds === undefined ? SECONDS[size] : Number(values.seconds)
  if (!(seconds > 0)) throw new Error(`--seconds takes a number above 0, not ${values.seconds}`)
  return {
    only: values.only === undefined ? MEASURES : values.only.split(',').map(toMeasure),
    seconds,
    manyTasks: MANY_TASKS[size],
    jsonFile: values.json,
    databaseUrl: environment.DATABASE_URL || undefined,
    redisUrl: environment.REDIS_URL || undefined,
  }
}

function toMeasure(word: string): Measure {
  const measure = MEASURES.find((name) => name === word.trim())
  if (measure === undefined) throw new Error(`--only takes ${MEASURES.join(', ')}; not ${word}`)
  return measure
}
