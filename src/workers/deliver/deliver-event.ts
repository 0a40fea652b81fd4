/** One attempt at an event: posts it to its webhook, and records the outcome. */
import type { Poster, PostOutcome } from '../../clients/webhooks/post.ts'
import { publishRecorded } from '../../core/call/after-commit.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import { toAppError } from '../../core/errors.ts'
import { gather } from '../../core/gather.ts'
import { endIfHidden, endIfLost, findStandings } from '../../domain/outbox/lost-right.ts'
import { type Delivered, type Disabled, settleDelivered, settleFailed } from '../../domain/outbox/settle.ts'
import type { WebhookDelivery } from '../../domain/outbox/take-due.ts'
import type { OpenSecret } from '../../domain/secrets/secrets.ts'
import { openSecrets } from '../../domain/webhooks/secrets.ts'
import { type WebhookRow, webhookUri } from '../../domain/webhooks/webhook.ts'

export interface EventParts {
  readonly runtime: Runtime
  readonly poster: Poster
  readonly openSecret: OpenSecret
}

/** The receiver has removed the webhook for good. */
const GONE = 410

/** Statements are shared by the deliveries that need them at the same time. */
export function createDeliverEvent(parts: EventParts): (delivery: WebhookDelivery) => Promise<void> {
  const { runtime } = parts
  const { db } = runtime.resources
  const findStanding = gather((those: readonly WebhookRow[]) => findStandings(db, those, runtime.now()))
  const settle = gather(async (delivered: readonly Delivered[]) => {
    await settleDelivered(db, delivered)
    return []
  })
  return async (delivery) => {
    if (await endIfLost(runtime, delivery, await findStanding(delivery.webhook))) return
    if (await endIfHidden(runtime, delivery)) return
    const startedAt = performance.now()
    const outcome = await attempt(parts, delivery)
    const attempted = {
      now: runtime.now(),
      tookMs: Math.round(performance.now() - startedAt),
      status: outcome.kind === 'answered' ? outcome.status : null,
    }
    const error = errorOf(outcome)
    if (error === undefined) return await settle({ delivery, ...attempted })
    const isGone = attempted.status === GONE
    const retryAfterMs = outcome.kind === 'answered' ? outcome.retryAfterMs : undefined
    const failed = { ...attempted, error, retryAfterMs, isGone }
    tell(runtime, delivery, await settleFailed({ db, newId: runtime.newId }, delivery, failed))
  }
}

async function attempt(
  { runtime, poster, openSecret }: EventParts,
  { row, webhook }: WebhookDelivery,
): Promise<PostOutcome> {
  if (webhook.state !== 'active') return { kind: 'unreachable', why: 'the webhook was disabled' }
  const now = runtime.now()
  try {
    const secrets = await openSecrets(openSecret, runtime.resources.db, { webhook, now })
    const { event: type, version, payload: data, eventId: id } = row
    const body = JSON.stringify({ type, timestamp: row.happenedAt.toISOString(), version, data })
    return await poster.post({ url: webhook.url, id, at: now, body, secrets })
  } catch (thrown) {
    // The secret cannot be opened by this process: see `missingKey`.
    runtime.log.error({ err: thrown, webhookId: webhook.id }, 'a delivery could not be signed')
    return { kind: 'unreachable', why: toAppError(thrown).message }
  }
}

/** What is wrong with an outcome; undefined: the receiver has the event. */
function errorOf(outcome: PostOutcome): string | undefined {
  if (outcome.kind === 'unreachable') return outcome.why
  const { status } = outcome
  if (status >= 200 && status < 300) return undefined
  return status >= 300 && status < 400 ? `status ${status}: redirects are not followed` : `status ${status}`
}

function tell({ log, publish }: Runtime, { webhook }: WebhookDelivery, disabled: Disabled): void {
  if (disabled === undefined) return
  log.warn({ webhookId: webhook.id, reason: disabled.reason }, 'a webhook was disabled')
  publishRecorded({ publish }, disabled.told)
  publish({ uris: [webhookUri(webhook.id)], spaceId: webhook.ownerId })
}
