/** The bench: measures the built product beside its baselines, in one run, and reports without judging. */
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { createBench, type MeasureFigures } from './bench.ts'
import { build } from './built.ts'
import { type Measured, putIntoPage } from './markdown.ts'
import { measureHooks } from './measure/events/measure-hooks.ts'
import { measureOutbox } from './measure/events/measure-outbox.ts'
import { measureEventLog } from './measure/measure-event-log.ts'
import { measureHttp } from './measure/measure-http.ts'
import { measureManyTasks } from './measure/measure-many-tasks.ts'
import { measureMcp } from './measure/measure-mcp.ts'
import { measureRuns } from './measure/measure-runs.ts'
import { measureSharedLists } from './measure/measure-shared-lists.ts'
import { measureStart } from './measure/measure-start.ts'
import { measureSteps } from './measure/measure-steps.ts'
import { measureStreams } from './measure/measure-streams.ts'
import { measureToolsList } from './measure/measure-tools-list.ts'
import { measureTodoist } from './measure/todoist/measure-todoist.ts'
import { type Measure, type Options, readOptions, USAGE } from './options.ts'
import { renderJson, renderTables } from './report.ts'

const MEASURES: Readonly<Record<Measure, MeasureFigures>> = {
  mcp: measureMcp,
  'tools-list': measureToolsList,
  http: measureHttp,
  'many-tasks': measureManyTasks,
  start: measureStart,
  runs: measureRuns,
  steps: measureSteps,
  streams: measureStreams,
  'event-log': measureEventLog,
  hooks: measureHooks,
  outbox: measureOutbox,
  'shared-lists': measureSharedLists,
  todoist: measureTodoist,
}

async function run(options: Options): Promise<void> {
  const [loadAverage = 0] = loadavg()
  if (options.intoPage) assertQuiet(loadAverage)
  const at = new Date()
  await build()
  const bench = createBench(options)
  const measured: Measured[] = []
  try {
    for (const measure of options.only) {
      say(`measuring ${measure} ...`)
      const figures = await MEASURES[measure](bench)
      measured.push({ measure, figures })
      // At once, so that a later measure that fails takes no figures with it.
      if (options.intoPage) putIntoPage([{ measure, figures }], { seconds: options.seconds, loadAverage })
      await bench.clear()
    }
  } finally {
    await bench.clear()
  }
  const figures = measured.flatMap((each) => each.figures)
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  const json = renderJson({ at, version, loadAverage, figures })
  process.stdout.write(`${renderTables(figures)}\n\n${json}\n`)
  if (options.jsonFile !== undefined) writeFileSync(options.jsonFile, `${json}\n`)
  if (options.databaseUrl === undefined) say('DATABASE_URL is not set: only the embedded store was measured.')
}

/** A load average per core above which other work disturbs the measurements. */
const BUSY_LOAD_PER_CORE = 0.5

/** Published figures come from an otherwise idle machine. */
function assertQuiet(loadAverage: number): void {
  const limit = BUSY_LOAD_PER_CORE * availableParallelism()
  if (loadAverage <= limit) return
  const load = `the load average is ${loadAverage.toFixed(1)}, and at most ${limit.toFixed(1)} counts as quiet`
  throw new Error(`The page is not written: ${load}. Stop other programs, wait a minute, and measure again.`)
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

try {
  const options = readOptions(process.argv.slice(2), process.env)
  if (options === 'help') process.stdout.write(`${USAGE}\n`)
  else await run(options)
} catch (error) {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error))
  process.exitCode = 1
}
