/** `npm run load:slack`: a thousand people write to the bot of two gateways, of which one is killed. */
import { parseArgs } from 'node:util'
import { runSlackLoad } from '../test/load/slack-load.ts'

const LOCAL_URL = 'postgres://postgres@127.0.0.1:5432/postgres'

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '1000' },
    'per-second': { type: 'string', default: '50' },
    'no-kills': { type: 'boolean', default: false },
  },
})
const isGood = await runSlackLoad(process.env.DATABASE_URL || LOCAL_URL, {
  people: Number(values.people),
  perSecond: Number(values['per-second']),
  withKills: !values['no-kills'],
  say: (line) => void process.stdout.write(`${line}\n`),
})
process.exit(isGood ? 0 : 1)
