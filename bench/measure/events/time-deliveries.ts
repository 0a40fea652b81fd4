/** Times deliveries to receivers that answer at once, and raw jobs with as many commits. Configured by its argument. */
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { composeProduct } from '../../serve/compose-product.ts'
import type { StoreAddress } from '../../stores.ts'
import { openRawJobs, queuePlace } from '../raw-jobs.ts'

export interface TimeDeliveriesConfig {
  readonly store: StoreAddress
  readonly redisUrl: string | undefined
  readonly receiverUrl: string
  readonly environment: Readonly<Record<string, string>>
  /** In each turn. */
  readonly deliveries: number
  /** Commits of a delivery; undefined: they are counted, which only an embedded store allows. */
  readonly commits: number | undefined
}

export interface TimedDeliveries {
  readonly commits: number
  readonly deliveriesPerSecond: number
  readonly jobsPerSecond: number
}

const config = JSON.parse(process.argv[2] ?? '{}') as TimeDeliveriesConfig
const { store, redisUrl, environment } = config
/** Webhooks that share the deliveries: one receiver is sent a few at a time. */
const WEBHOOKS = 16
const TURNS = 3
/** Milliseconds between two looks at whether all were delivered. */
const LOOK_EVERY_MS = 10
/** Jobs at a time: as many as a sender has deliveries under way. */
const CONCURRENCY = 32

const { config: settings, parts, call, close } = await composeProduct({ store, redisUrl, environment })
const { db } = parts.database
const webhookIds: string[] = []
for (let number = 0; number < WEBHOOKS; number += 1) {
  // No event that happens is heard: the deliveries are put in all at once.
  const made = await call('webhooks.create', {
    url: `${config.receiverUrl}/${number}`,
    events: ['webhook.test'],
  })
  webhookIds.push((made as { webhook: { id: string } }).webhook.id)
}

async function one(statement: string): Promise<number> {
  const [row] = await db.execute<{ value: number }>(statement)
  return Number(row?.value)
}

let turn = 0

/** Events of as many tasks, whose deliveries wait for nothing but a sender. */
async function deliver(count: number): Promise<void> {
  turn += 1
  const ids = `{${webhookIds.join(',')}}`
  await db.execute(sql`insert into outbox (receiver_id, event_id, event, version, thing, payload, happened_at, state,
      attempts, tried_before, next_at)
    select (${ids}::text[])[1 + n % ${WEBHOOKS}::int], 'event_' || ${turn}::int || '_' || n, 'task.created', 1, 'task://' || n,
      jsonb_build_object('taskId', n, 'title', 'Call Ana about the contract'), now(), 'waiting', 0, 0, now()
    from generate_series(1, ${count}::int) n`)
  const open = "select count(*)::int as value from outbox where state in ('waiting', 'sending')"
  while ((await one(open)) > 0) await wait(LOOK_EVERY_MS)
  const lost = await one(
    "select count(*)::int as value from outbox where state <> 'delivered' or attempts <> 1",
  )
  if (lost > 0) throw new Error(`${lost} deliveries did not arrive at once`)
}

async function perSecond(count: number, work: (count: number) => Promise<void>): Promise<number> {
  const at = performance.now()
  await work(count)
  return (count * 1000) / (performance.now() - at)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** Writing transactions of each delivery. Each takes an id from the engine's counter, and only the measured process uses an embedded engine. */
async function countCommits(): Promise<number> {
  const counter = 'select pg_snapshot_xmax(pg_current_snapshot())::text::bigint as value'
  const before = await one(counter)
  await deliver(config.deliveries)
  return Math.max(1, Math.round(((await one(counter)) - before) / config.deliveries))
}

const jobs = await openRawJobs({
  ...{ database: parts.database, place: queuePlace(parts.database, settings), concurrency: CONCURRENCY },
})
await deliver(config.deliveries)
await jobs.run(CONCURRENCY, 2)
const commits = config.commits ?? (await countCommits())
const rates: { deliveries: number; jobs: number }[] = []
for (let count = 0; count < TURNS; count += 1) {
  rates.push({
    deliveries: await perSecond(config.deliveries, deliver),
    jobs: await perSecond(config.deliveries, (number) => jobs.run(number, commits)),
  })
}
await jobs.close()
await close()
const timed: TimedDeliveries = {
  commits,
  deliveriesPerSecond: median(rates.map(({ deliveries }) => deliveries)),
  jobsPerSecond: median(rates.map((rate) => rate.jobs)),
}
process.stdout.write(`${JSON.stringify(timed)}\n`)
process.exit(0)
