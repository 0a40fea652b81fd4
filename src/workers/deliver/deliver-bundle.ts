/** One attempt at a bundle of messages or a letter: its channel sends what is left to tell, and the outcome is recorded. */
import type { Runtime } from '../../core/call/runtime.ts'
import { toAppError } from '../../core/errors.ts'
import type { Channel, Sent } from '../../domain/notifications/channel.ts'
import { readBundle } from '../../domain/notifications/sending/bundle.ts'
import { readLetter } from '../../domain/notifications/sending/letters.ts'
import { BUNDLE_EVENT } from '../../domain/notifications/sending/receiver.ts'
import { settleSent, settleUnsent } from '../../domain/outbox/settle.ts'
import type { BundleDelivery } from '../../domain/outbox/take-due.ts'

/** Milliseconds after which a channel is asked to stop: sooner than the sender's lease ends. */
const SEND_MAX_MS = 20_000

export interface BundleParts {
  readonly runtime: Runtime
  readonly channels: readonly Channel[]
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
      return await settleUnsent(resources.db, row, { ...attempted, error, retryAfterMs, isFinal: false })
    }
  }
}

async function attempt(
  { runtime, channels }: BundleParts,
  { row }: Pick<BundleDelivery, 'row'>,
): Promise<Sent> {
  const channel = channels.find(({ name }) => name === row.channel)
  if (channel === undefined) return { kind: 'failed', why: `there is no channel ${row.channel} here` }
  if (channel.whyOff !== undefined) return { kind: 'failed', why: channel.whyOff }
  try {
    const signal = AbortSignal.timeout(SEND_MAX_MS)
    const { resources } = runtime
    const bundle = row.event === BUNDLE_EVENT ? await readBundle(resources, row) : undefined
    if (bundle !== undefined) return await channel.deliver(bundle, signal)
    const posted = readLetter(resources, row)
    return (posted && (await channel.deliverLetter?.(posted, signal))) ?? { kind: 'unreachable' }
  } catch (thrown) {
    runtime.log.warn({ err: thrown, channel: channel.name }, 'a bundle of messages could not be sent')
    return { kind: 'failed', why: toAppError(thrown).message }
  }
}
