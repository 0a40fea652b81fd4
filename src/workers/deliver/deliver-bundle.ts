/** One attempt at a bundle of messages, a letter or a post: its channel sends it, and the outcome is recorded. */
import type { Runtime } from '../../core/call/runtime.ts'
import { toAppError } from '../../core/errors.ts'
import type { Channel } from '../../domain/notifications/channel.ts'
import { readBundle } from '../../domain/notifications/sending/bundle.ts'
import { readLetter } from '../../domain/notifications/sending/letters.ts'
import { BUNDLE_EVENT } from '../../domain/notifications/sending/receiver.ts'
import type { Carried, Carrier } from '../../domain/outbox/carrier.ts'
import { settleLater, settleSent, settleUnsent } from '../../domain/outbox/settle.ts'
import type { OutboxRow } from '../../domain/outbox/tables.ts'
import type { BundleDelivery } from '../../domain/outbox/take-due.ts'

/** Milliseconds after which a channel is asked to stop: sooner than the sender's lease ends. */
const SEND_MAX_MS = 20_000

export interface BundleParts {
  readonly runtime: Runtime
  readonly channels: readonly Channel[]
  /** Absent: nothing goes out but messages and letters. */
  readonly carriers?: readonly Carrier[]
}

export async function deliverBundle(parts: BundleParts, { row }: BundleDelivery): Promise<void> {
  const { resources, now } = parts.runtime
  const startedAt = performance.now()
  const sent = await attempt(parts, { row })
  const tookMs = Math.round(performance.now() - startedAt)
  const attempted = { now: now(), tookMs, status: null }
  switch (sent.kind) {
    case 'sent':
      return await settleSent(resources.db, row, attempted)
    case 'unreachable': {
      const unsentBecause = `nothing was left to tell, or ${row.channel} has no way there`
      return await settleSent(resources.db, row, { ...attempted, unsentBecause })
    }
    case 'refused':
      return await settleUnsent(resources.db, row, { ...attempted, error: sent.why, isFinal: true })
    case 'failed': {
      const { why: error, retryAfterMs } = sent
      const pausesMs = carrierOf(parts, row)?.pausesMs
      const failed = { ...attempted, error, retryAfterMs, pausesMs, isFinal: false }
      return await settleUnsent(resources.db, row, failed)
    }
    case 'later': {
      const { why: error, afterMs, status = null } = sent
      return await settleLater(resources.db, row, { ...attempted, status, error, afterMs })
    }
  }
}

function carrierOf({ carriers = [] }: BundleParts, row: OutboxRow): Carrier | undefined {
  return carriers.find(({ channel, event }) => channel === row.channel && event === row.event)
}

async function attempt(parts: BundleParts, { row }: Pick<BundleDelivery, 'row'>): Promise<Carried> {
  const signal = AbortSignal.timeout(SEND_MAX_MS)
  try {
    const carrier = carrierOf(parts, row)
    return await (carrier === undefined ? sendByChannel(parts, row, signal) : carrier.send(row, signal))
  } catch (thrown) {
    parts.runtime.log.warn({ err: thrown, channel: row.channel }, 'a delivery could not be sent')
    return { kind: 'failed', why: toAppError(thrown).message }
  }
}

async function sendByChannel(
  { runtime, channels }: BundleParts,
  row: OutboxRow,
  signal: AbortSignal,
): Promise<Carried> {
  const channel = channels.find(({ name }) => name === row.channel)
  if (channel === undefined) return { kind: 'failed', why: `there is no channel ${row.channel} here` }
  if (channel.whyOff !== undefined) return { kind: 'failed', why: channel.whyOff }
  const { resources } = runtime
  const bundle = row.event === BUNDLE_EVENT ? await readBundle(resources, row) : undefined
  if (bundle !== undefined) return await channel.deliver(bundle, signal)
  const posted = readLetter(resources, row)
  return (posted && (await channel.deliverLetter?.(posted, signal))) ?? { kind: 'unreachable' }
}
