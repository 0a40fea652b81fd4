/** The options of a run of the bench. */
import { parseArgs } from 'node:util'

export const MEASURES = [
  'mcp',
  'tools-list',
  'http',
  'many-tasks',
  'start',
  'runs',
  'steps',
  'streams',
  'event-log',
  'hooks',
  'outbox',
  'shared-lists',
  'todoist',
] as const
export type Measure = (typeof MEASURES)[number]

export interface Options {
  readonly only: readonly Measure[]
  /** Seconds of load on each side of a figure. */
  readonly seconds: number
  /** Tasks, and events, in the large databases. */
  readonly many: number
  readonly jsonFile: string | undefined
  /** Whether the page on performance gets the figures. */
  readonly intoPage: boolean
  /** PostgreSQL for the figures on a server; undefined: those are left out. */
  readonly databaseUrl: string | undefined
  /** Redis for the queue; undefined: runs are measured with the queue on the database only. */
  readonly redisUrl: string | undefined
}

const SECONDS = { whole: 3, quick: 1 } as const
const MANY = { whole: 1_000_000, quick: 100_000 } as const

export const USAGE = `npm run bench -- [--only ${MEASURES.join(',')}] [--seconds N] [--quick] [--json FILE] [--page]

  --only      only these measures
  --seconds   seconds of load on each side of a figure (${SECONDS.whole}; with --quick ${SECONDS.quick})
  --quick     shorter, and over ${MANY.quick} tasks and events instead of ${MANY.whole}
  --json      also write the figures to this file
  --page      also put the figures into docs/performance.md

With DATABASE_URL set to a PostgreSQL in which databases may be created, everything is measured there as well; with REDIS_URL,
runs, steps and the raw jobs beside deliveries have their queue there. The progress is reported on the way.`

/** @throws Error with what is wrong with the words */
export function readOptions(words: string[], environment: NodeJS.ProcessEnv): Options | 'help' {
  const { values } = parseArgs({
    args: words,
    options: {
      only: { type: 'string' },
      seconds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      page: { type: 'boolean', default: false },
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
    many: MANY[size],
    jsonFile: values.json,
    intoPage: values.page,
    databaseUrl: environment.DATABASE_URL || undefined,
    redisUrl: environment.REDIS_URL || undefined,
  }
}

function toMeasure(word: string): Measure {
  const measure = MEASURES.find((name) => name === word.trim())
  if (measure === undefined) throw new Error(`--only takes ${MEASURES.join(', ')}; not ${word}`)
  return measure
}
