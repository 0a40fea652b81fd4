/** `npm run load:slack`: a thousand people write to the bot of two gateways, of which one is killed. */
import { parseArgs } from 'node:util'
import { runSlackLoad } from '../test/load/slack-load.ts'

const LOCAL_DATABASE = 'postgres://postgres@127.0.0.1:5432/postgres'

const HELP = `npm run load:slack -- [options]

People write to the bot through a stand-in of Slack, three messages each, while a gateway and a worker are killed and started
again. It ends with a table, and PASSED or FAILED. Ctrl+C ends it early, with a table of what there is. Everybody writes again
after people / per-second seconds: below six, Slack sends what a killed gateway had after the next message. The table counts
such people as overtaken, and asks no order of their answers.

  --people <number>      people who write; default 1000
  --per-second <number>  messages a second; default 50
  --no-kills             kills no process

DATABASE_URL  a PostgreSQL server on which databases may be made; default ${LOCAL_DATABASE}
REDIS_URL     a database of Redis that nothing else uses; default: the queue is in PostgreSQL`

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '1000' },
    'per-second': { type: 'string', default: '50' },
    'no-kills': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function positive(name: 'people' | 'per-second'): number {
  const number = Number(values[name])
  if (Number.isInteger(number) && number > 0) return number
  process.stderr.write(`--${name} takes a whole number from 1. See --help.\n`)
  process.exit(2)
}

if (values.help) {
  say(HELP)
  process.exit(0)
}
const interrupted = new AbortController()
process.on('SIGINT', () => {
  if (interrupted.signal.aborted) process.exit(130)
  say('Ending. Press Ctrl+C again to leave the processes and the database as they are.')
  interrupted.abort()
})
const isGood = await runSlackLoad(
  { database: process.env.DATABASE_URL || LOCAL_DATABASE, redis: process.env.REDIS_URL ?? '' },
  {
    ...{ people: positive('people'), perSecond: positive('per-second'), withKills: !values['no-kills'] },
    ...{ say, signal: interrupted.signal },
  },
)
process.exit(isGood ? 0 : 1)
