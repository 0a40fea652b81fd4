/** inbox.list: what other services reported. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../core/schema/page.ts'
import { InboxEvent, inboxLine, toInboxEvent } from '../../domain/inbox/event.ts'
import { listEvents as readEvents } from '../../domain/inbox/store.ts'
import { INBOX_STATES } from '../../domain/inbox/tables.ts'

const SOURCE_MAX_CHARS = 200

export const listEvents = defineOperation({
  name: 'inbox.list',
  summary: 'List events that other services reported through hooks, newest first.',
  details:
    'You see your own events and those of your teams. An admin also sees events that belong to nobody here, which are never handled.',
  keywords:
    'show, webhook deliveries, incoming, received, failed, dead letters, log of hooks, github, stripe',
  route: 'GET /v1/inbox',
  input: z.object({
    state: z.enum(INBOX_STATES).optional(),
    source: z
      .string()
      .max(SOURCE_MAX_CHARS)
      .optional()
      .describe('Only this hook: its path below /hooks/, such as todoist or own/hook_...; or slack'),
    ...pageInput,
  }),
  output: pageOf(InboxEvent),
  scope: 'inbox:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { state: 'failed' },
  async run(query, ctx) {
    const { items, nextCursor } = await readEvents(ctx, query)
    return { items: items.map((row) => toInboxEvent(row, ctx)), nextCursor }
  },
  line: inboxLine,
  none: 'No events.',
  table: ({ items }) => ({
    columns: ['id', 'received', 'source', 'type', 'operation', 'state', 'attempts', 'outcome'],
    rows: items.map((event) => [
      event.id,
      event.receivedAt,
      event.source,
      event.type ?? '',
      event.operation ?? '',
      event.state,
      String(event.attempts),
      event.error?.message ?? event.result ?? '',
    ]),
  }),
})
