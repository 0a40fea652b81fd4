/** Events of accounts. */
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Context } from '../../core/operation/context.ts'
import { defineEvent } from '../../core/operation/event.ts'
import { exampleId } from '../../core/operation/ids.ts'
import type { RowEvent } from '../outbox/hear.ts'
import { accountUri } from './account.ts'

const payload = z.object({
  accountId: z.string(),
  connector: z.string(),
  name: z.string(),
  because: z.string(),
})

export const accountBroken = defineEvent({
  name: 'account.broken',
  version: 1,
  summary:
    'A connected account can no longer be used, and has to be connected again: its service refuses it, or its secret is lost.',
  payload,
  scope: 'accounts:read',
  example: {
    accountId: exampleId('account'),
    connector: 'todoist',
    name: 'ada@example.com',
    because: 'The token was revoked.',
  },
})

/** The event of an account that `broken`, a part of the statement, marks. */
export function brokenEvent({ now, newId }: Pick<Context, 'now' | 'newId'>): RowEvent {
  return {
    event: accountBroken,
    id: newId('event'),
    at: now,
    uri: sql`${accountUri('')}::text || id`,
    payload: sql`jsonb_build_object('accountId', id, 'connector', connector, 'name', name, 'because', broken_because)`,
    concerns: sql`array[space_id]`,
  }
}
