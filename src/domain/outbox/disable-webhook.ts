/** Disables a webhook, and tells its owner in the same statement. */
import { type SQL, sql } from 'drizzle-orm'
import type { Recorded } from '../../core/call/ledger.ts'
import type { Context } from '../../core/operation/context.ts'
import type { Event } from '../../core/operation/event.ts'
import { changesOf } from '../db/changes-of.ts'
import { webhooks } from '../webhooks/tables.ts'
import { type WebhookRow, webhookUri } from '../webhooks/webhook.ts'
import { webhookDisabled } from '../webhooks/webhook-messages.ts'
import { heardOfRows, recordedIn } from './hear.ts'

type Writer = Pick<Context, 'db' | 'now' | 'newId'>

/** Undefined: no row matches `where`, and nothing was changed. */
export async function disableWebhook(
  { db, now, newId }: Writer,
  where: SQL | undefined,
  set: Partial<WebhookRow>,
): Promise<Recorded | undefined> {
  const changes = { ...set, state: 'disabled', updatedAt: now } as const
  const { parts, columns } = heardOfRows(
    [
      {
        ...{ event: webhookDisabled as unknown as Event, id: newId('event'), at: now },
        uri: sql`${webhookUri('')}::text || id`,
        payload: sql`jsonb_build_object('webhookId', id, 'url', url, 'reason', reason)`,
        concerns: sql`array[owner_id]`,
      },
    ],
    sql`disabled`,
  )
  const [record] = await db.execute(sql`
    with changed as (update ${webhooks} set ${changesOf(webhooks, changes)} where ${where} returning *),
      disabled as (select *, owner_id as space_id from changed), ${sql.join([...parts], sql`, `)}
    select ${columns} from disabled`)
  return record && recordedIn(record)
}
