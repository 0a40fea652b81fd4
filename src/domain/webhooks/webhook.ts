/** A webhook as its owner sees it: everything but its secret. */
import { z } from 'zod'
import { idOf } from '../../core/operation/ids.ts'
import { webhooks } from './tables.ts'

export const WebhookId = idOf('webhook')
export const WEBHOOK_STATES = webhooks.state.enumValues

const URL_MAX_CHARS = 2000
/** The most patterns of one webhook. */
const PATTERNS_MAX = 50
const PATTERN_MAX_CHARS = 100

/** An address as it is given; `assertUrl` says what is wrong with it. */
export const WebhookUrl = z
  .url({ protocol: /^https?$/ })
  .max(URL_MAX_CHARS)
  .describe('Where events are posted')

export const EventPatterns = z
  .array(z.string().min(1).max(PATTERN_MAX_CHARS))
  .min(1)
  .max(PATTERNS_MAX)
  .describe('Names of events, or patterns: task.completed, task.*, *')

export const Webhook = z.object({
  id: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  owner: z.string().describe('The person or team whose events it is told of'),
  state: z.enum(WEBHOOK_STATES),
  reason: z
    .enum(webhooks.reason.enumValues)
    .nullable()
    .describe(
      'Why it is disabled: asked for, failing for too long, gone by its own words, its owner left, or its maker lost the right to read what it hears',
    ),
  failingSince: z.string().nullable(),
  createdBy: z.string().describe('Who made it, or last chose what it hears'),
  createdAt: z.string(),
})
export type Webhook = z.output<typeof Webhook>

export type WebhookRow = typeof webhooks.$inferSelect

export function toWebhook(row: WebhookRow): Webhook {
  const { id, url, events, ownerId, state, reason, personId } = row
  return {
    ...{ id, url, events, owner: ownerId, state, reason },
    failingSince: row.failingSince?.toISOString() ?? null,
    createdBy: personId,
    createdAt: row.createdAt.toISOString(),
  }
}

export function webhookLine({ id, url, events, state, reason, failingSince }: Webhook): string {
  const trouble = failingSince === null ? '' : `, failing since ${failingSince}`
  return `${id} ${url}: ${events.join(' ')}, ${state}${reason === null ? '' : ` (${reason})`}${trouble}`
}

export function webhookUri(id: string): string {
  return `webhook://${id}`
}
