/** Makes the mirrors of accounts that were connected. */
import { sql } from 'drizzle-orm'
import { connectedAccounts } from '../../accounts/tables.ts'
import type { Db } from '../../db/db.ts'
import { todoistAccounts as mirrors } from '../tables.ts'
import { TODOIST } from '../todoist.ts'

/** Makes a mirror for each account that still lacks one. */
export async function addMirrors(db: Db, now: Date): Promise<void> {
  await db.execute(sql`insert into ${mirrors} (account_id, space_id, next_at)
    select id, space_id, ${now.toISOString()}::timestamptz from ${connectedAccounts}
    where connector = ${TODOIST} and not exists (select from ${mirrors} where account_id = ${connectedAccounts.id})
    on conflict do nothing`)
}
