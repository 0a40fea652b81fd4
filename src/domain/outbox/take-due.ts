/** Takes deliveries that are due: each for one sender, however many there are, and one at a time about one thing. */
import { eq, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../db/db.ts'
import { rowReader } from '../db/read-rows.ts'
import { webhooks } from '../webhooks/tables.ts'
import type { WebhookRow } from '../webhooks/webhook.ts'
import { isOwnerGone } from './hear.ts'
import { type OutboxRow, outbox, WEBHOOK } from './tables.ts'

/** Seconds after which the sender of a delivery counts as lost: twice as long as a receiver may take to answer. */
const LEASE_SECONDS = 30
/** An event that its sender holds, with the webhook that is told of it. */
export interface WebhookDelivery {
  readonly row: OutboxRow
  readonly webhook: WebhookRow
}

/** A bundle of messages that its sender holds; the row names the channel that carries it. */
export interface BundleDelivery {
  readonly row: OutboxRow
  readonly webhook: undefined
}

export type Delivery = WebhookDelivery | BundleDelivery

interface Wanted {
  readonly now: Date
  readonly limit: number
  /** The most for one receiver. */
  readonly perReceiver: number
  /** Receivers that get no more for now. */
  readonly busy: readonly string[]
  /** Channels whose receivers get one at a time. */
  readonly oneByOne?: readonly string[]
}

/** A later event about a thing waits until the earlier one was delivered or given up. */
const isFirst = sql`not exists (select from ${outbox} as earlier where earlier.receiver_id = o.receiver_id
  and earlier.thing = o.thing and earlier.position < o.position and earlier.state in ('waiting', 'sending'))`

const isOpen = sql`o.state in ('waiting', 'sending')`

const isFree = (table: SQL) =>
  sql`(${table}.state = 'waiting' or (${table}.state = 'sending' and ${table}.lease_until < clock_timestamp()))`

/** Receivers get their turns: the first delivery of each goes before the second of any. */
export async function takeDue(
  db: Db,
  { now, limit, perReceiver, busy, oneByOne = [] }: Wanted,
): Promise<Delivery[]> {
  const records = await db.execute<Record<string, unknown>>(sql`
    with recursive receiver (id) as (
      (select receiver_id from ${outbox} as o where ${isOpen} order by receiver_id limit 1)
      union all
      select next.receiver_id from receiver cross join lateral (select receiver_id from ${outbox} as o
        where ${isOpen} and receiver_id > receiver.id order by receiver_id limit 1) as next
    ), due as materialized (
      select head.* from receiver cross join lateral (
        select o.receiver_id, o.event_id, row_number() over (order by o.next_at, o.position) as place
        from ${outbox} as o where o.receiver_id = receiver.id and ${isOpen} and o.next_at <= ${now}
          and ${isFree(sql`o`)} and ${isFirst} order by o.next_at, o.position limit ${perReceiver}::int) as head
      where receiver.id <> all(string_to_array(${busy.join(',')}, ','))
    ), taken as materialized (
      select o.receiver_id, o.event_id from ${outbox} as o join due using (receiver_id, event_id)
      where due.place = 1 or o.channel <> all(string_to_array(${oneByOne.join(',')}, ','))
      order by due.place, o.position limit ${limit}::int for update of o skip locked
    ), held as (
      update ${outbox} as o set state = 'sending', attempts = attempts + 1, last_at = ${now},
        lease_until = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})
      from taken where o.receiver_id = taken.receiver_id and o.event_id = taken.event_id and ${isFree(sql`o`)}
      returning o.*
    )
    select held.*, to_jsonb(w) as webhook, ${isOwnerGone} as is_owner_gone
    from held left join ${webhooks} as w on w.id = held.receiver_id
    where w.id is not null or held.channel <> ${WEBHOOK}
    order by held.position`)
  return records.map((record) => ({ row: readRow(record), webhook: readWebhook(record) }))
}

/** Ends every lease. For a store that only one process can open, when it opens it: a sender that held one is dead. */
export async function dropSenders(db: Db): Promise<void> {
  await db.update(outbox).set({ leaseUntil: sql`clock_timestamp()` }).where(eq(outbox.state, 'sending'))
}

const readRow = rowReader(outbox)
const readRecord = rowReader(webhooks)

/** The webhook of a person who was deactivated counts as disabled. */
function readWebhook({
  webhook,
  is_owner_gone: isGone,
}: Readonly<Record<string, unknown>>): WebhookRow | undefined {
  if (webhook === null) return undefined
  const row = readRecord(webhook as Record<string, unknown>)
  return isGone === true ? { ...row, state: 'disabled' } : row
}
