/** The deliveries of bundles to one person by channels, as that person sees them. */
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Context } from '../../../core/operation/context.ts'
import { counted } from '../../../core/text/counts.ts'
import { toDelivery, WebhookDelivery } from '../../outbox/deliveries.ts'
import { type OutboxRow, outbox } from '../../outbox/tables.ts'
import { type Notification, SENT_STATES, type SentBy, type StoredNotification } from '../notification.ts'
import { BundleOfPerson } from './bundle-payload.ts'
import { BUNDLE_EVENT, receiverOf } from './receiver.ts'

export const ChannelDelivery = WebhookDelivery.pick({
  attempts: true,
  happenedAt: true,
  nextAt: true,
  lastAt: true,
}).extend({
  eventId: z.string().describe('Names the delivery: a mail has it in its Message-ID'),
  channel: z.string(),
  notificationIds: z.array(z.string()),
  state: z.enum(SENT_STATES),
  lastError: z.string().nullable().describe('Why it failed, or why nothing was sent'),
})
export type ChannelDelivery = z.output<typeof ChannelDelivery>

type Reader = Pick<Context, 'actor' | 'channels'>

/** The receivers of the outbox that stand for the caller. */
export function ownReceivers({ actor, channels }: Reader): string[] {
  return channels.map(({ name }) => receiverOf(name, actor.personId))
}

export function toChannelDelivery(row: OutboxRow): ChannelDelivery {
  const { eventId, attempts, happenedAt, nextAt, lastAt, lastError } = toDelivery(row)
  return {
    ...{ eventId, attempts, happenedAt, nextAt, lastAt, lastError },
    channel: row.channel,
    notificationIds: BundleOfPerson.parse(row.payload).ids,
    state: sentState(row),
  }
}

export function channelDeliveryLine(delivery: ChannelDelivery): string {
  const { eventId, channel, notificationIds, state, attempts, nextAt, lastError } = delivery
  const next = nextAt === null ? '' : `, next ${nextAt}`
  const why = lastError === null ? '' : ` (${lastError})`
  return `${eventId} by ${channel}, ${counted(notificationIds.length, 'notification')}: ${state} after ${counted(attempts, 'attempt')}${next}${why}`
}

function sentState({ state, lastError }: Pick<OutboxRow, 'state' | 'lastError'>): SentBy['state'] {
  if (state === 'delivered' && lastError !== null) return 'unsent'
  return state === 'sending' ? 'waiting' : state
}

type SentRow = Pick<OutboxRow, 'channel' | 'state' | 'lastError'> & { readonly id: string }

/** These notifications of the caller, and by which channels each went out. */
export async function withSent(
  ctx: Reader & Pick<Context, 'db'>,
  listed: readonly StoredNotification[],
): Promise<Notification[]> {
  const sent = await readSent(ctx, listed)
  return listed.map((each) => ({ ...each, sent: sent.get(each.id) ?? [] }))
}

async function readSent(
  ctx: Reader & Pick<Context, 'db'>,
  listed: readonly StoredNotification[],
): Promise<ReadonlyMap<string, SentBy[]>> {
  const receivers = ownReceivers(ctx)
  if (receivers.length === 0 || listed.length === 0) return new Map()
  const oldest = new Date(Math.min(...listed.map(({ happenedAt }) => Date.parse(happenedAt))))
  const ids = listed.map(({ id }) => id)
  const found = await ctx.db.execute<SentRow & Record<string, unknown>>(sql`
    select o.channel, o.state, o.last_error as "lastError", bundled.id from ${outbox} as o
    cross join lateral jsonb_array_elements_text(o.payload -> 'ids') as bundled (id)
    where o.receiver_id = any(string_to_array(${receivers.join(',')}, ',')) and o.event = ${BUNDLE_EVENT}
      and o.happened_at >= ${oldest} and bundled.id = any(string_to_array(${ids.join(',')}, ','))
    order by o.position`)
  const sent = new Map<string, SentBy[]>()
  for (const { id, channel, state, lastError } of found) {
    const each = { channel, state: sentState({ state, lastError }), error: lastError }
    sent.set(id, [...(sent.get(id) ?? []), each])
  }
  return sent
}
