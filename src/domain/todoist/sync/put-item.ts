/** Puts one task into the mirror that Todoist answered with, before the next synchronization brings it. */
import { eq } from 'drizzle-orm'
import type { Context } from '../../../core/operation/context.ts'
import type { JsonObject } from '../../../core/text/json.ts'
import { makeStorable } from '../../../core/text/storable.ts'
import { todoistItems as items, todoistAccounts as mirrors } from '../tables.ts'
import { addMirrors } from './add-mirrors.ts'
import { readItem, zoneOfUser } from './read-wire.ts'
import { upsertRows } from './upsert-rows.ts'
import { mirrorUri } from './uri.ts'

/** Answers with its id. */
export async function putItem(
  { db, now, changed }: Pick<Context, 'db' | 'now' | 'changed'>,
  accountId: string,
  wire: JsonObject,
): Promise<string> {
  await addMirrors(db, now)
  const [mirror] = await db.select().from(mirrors).where(eq(mirrors.accountId, accountId))
  if (mirror === undefined) throw new Error(`the account ${accountId} has no mirror`)
  const { spaceId, userWire } = mirror
  const mirrored = { accountId, spaceId, timeZone: zoneOfUser(userWire) }
  const { id, row } = readItem(makeStorable(wire).value, mirrored)
  if (row !== undefined) await upsertRows(db, items, { rows: [row], key: ['accountId', 'id'] })
  changed(mirrorUri(accountId), spaceId)
  return id
}
