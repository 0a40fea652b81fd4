/** webhooks.create: tells an address of events. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { newOwner, newTeamId } from '../../domain/teams/new-owner.ts'
import { assertUrl, scopesFor } from '../../domain/webhooks/rules.ts'
import { newSecret } from '../../domain/webhooks/secrets.ts'
import { insertWebhook } from '../../domain/webhooks/store.ts'
import {
  EventPatterns,
  toWebhook,
  Webhook,
  type WebhookRow,
  WebhookUrl,
  webhookLine,
  webhookUri,
} from '../../domain/webhooks/webhook.ts'
import { webhookHosts } from './settings.ts'

export const createWebhook = defineOperation({
  name: 'webhooks.create',
  summary: 'Have events posted to an address; the secret that signs them is shown once.',
  details:
    'Events are posted as JSON and signed by the rules of Standard Webhooks (standardwebhooks.com): check webhook-signature with the secret, and use webhook-id to leave out what arrived before. Events about one thing arrive in order. A webhook hears what its owner sees and its maker may read. It is disabled when the key that made it ends, and when its maker leaves the team that owns it. A delivery that fails is tried again for three days.',
  keywords:
    'new, add, subscribe, callback, notify, push, endpoint, http post, hook, integration, zapier, n8n',
  route: 'POST /v1/webhooks',
  input: z.object({ url: WebhookUrl, events: EventPatterns, teamId: newTeamId }),
  output: z.object({
    webhook: Webhook,
    secret: z.string().nullable().describe('Signs its requests; null when the call is repeated'),
  }),
  scope: 'webhooks:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  audience: 'people',
  shownOnce: ['secret'],
  example: { url: 'https://example.com/hooks/switchboard', events: ['task.*'] },
  async run({ url, events, teamId }, ctx) {
    assertUrl(url, ctx.settings.of(webhookHosts))
    const row: WebhookRow = {
      id: ctx.newId('webhook'),
      ownerId: await newOwner(ctx, teamId),
      personId: ctx.actor.personId,
      keyId: ctx.actor.keyId ?? null,
      url,
      events: [...new Set(events)],
      scopes: scopesFor(events, ctx),
      state: 'active',
      reason: null,
      secretNumber: 1,
      earlierUntil: null,
      failingSince: null,
      createdAt: ctx.now,
      updatedAt: ctx.now,
    }
    await insertWebhook(ctx, row)
    ctx.changed(webhookUri(row.id), row.ownerId)
    ctx.touched(webhookUri(row.id), row.ownerId)
    return { webhook: toWebhook(row), secret: await newSecret(ctx, row) }
  },
  tell: ({ webhook, secret }) =>
    secret === null
      ? `The webhook was created by an earlier call, which showed its secret: ${webhookLine(webhook)}`
      : `Created ${webhookLine(webhook)}\n${secret}\nKeep the secret now: it is not shown again.`,
  next: ({ webhook }) => [{ operation: 'webhooks.test', input: { webhookId: webhook.id } }],
})
