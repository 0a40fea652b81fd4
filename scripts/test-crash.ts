/** `npm run test:crash`: kills, freezes and cuts off real processes in the middle of their work, and looks at what is left. */
import { parseArgs } from 'node:util'
import { runLongForm } from '../test/crash/long-form.ts'

const USAGE = `npm run test:crash -- [--seed N] [--injections N] [--only CASE] [--kind WORDS] [--about runs|flows]
  [--no-redis] [--embedded]

Runs of agents, and flows: what services report, what webhooks are sent, what the clock calls, what people write in Slack, and
large projects that move. --kind '(move)' takes one flow alone.
With --embedded the flows are tried on one process with an embedded store. Otherwise DATABASE_URL names a PostgreSQL server on which databases may be made (default: the local one).
Redis is started for the tests where redis-server is installed; otherwise the queue is in the database.`

const LOCAL_URL = 'postgres://postgres@127.0.0.1:5432/postgres'
const INJECTIONS = 300
const SEEDS = 1_000_000

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    injections: { type: 'string' },
    only: { type: 'string' },
    kind: { type: 'string' },
    about: { type: 'string' },
    embedded: { type: 'boolean' },
    'no-redis': { type: 'boolean' },
    help: { type: 'boolean' },
  },
})
const say = (line: string) => void process.stdout.write(`${line}\n`)

if (values.help) {
  say(USAGE)
} else {
  const seed = Number(values.seed ?? Math.floor(Math.random() * SEEDS))
  const injections = Number(values.injections ?? INJECTIONS)
  say(`seed ${seed}`)
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  const isGood = await runLongForm({
    url: values.embedded ? undefined : process.env.DATABASE_URL || LOCAL_URL,
    about: values.about === 'runs' || values.about === 'flows' ? values.about : undefined,
    seed,
    injections,
    only: values.only === undefined ? undefined : Number(values.only),
    kind: values.kind,
    withRedis: !values['no-redis'],
    say,
    signal: stopping.signal,
  })
  if (!isGood) say(`\nfailed: npm run test:crash -- --seed ${seed} --injections ${injections}`)
  process.exit(isGood ? 0 : 1)
}
