/** Keeps the mirrors of all accounts going: what waits is sent, and what is due is read. */
import { and, eq, sql } from 'drizzle-orm'
import type { Runtime } from '../../../core/call/runtime.ts'
import { partsOfRuntime } from '../../accounts/sync-parts.ts'
import { connectedAccounts } from '../../accounts/tables.ts'
import type { Db } from '../../db/db.ts'
import { todoistCommands as commands, todoistAccounts as mirrors } from '../tables.ts'
import { TODOIST } from '../todoist.ts'
import { addMirrors } from './add-mirrors.ts'
import { syncAccount } from './sync-account.ts'

/** Accounts that one process synchronizes at a time. */
const AT_A_TIME = 8
/** Hours after which everything is read again, to find what changes alone did not tell. */
const FULL_EVERY_HOURS = 24

export async function sweepMirrors(runtime: Runtime): Promise<void> {
  const { db } = runtime.resources
  const now = runtime.now()
  await addMirrors(db, now)
  await orderFullChecks(db, now)
  const due = await findDue(db, now)
  const parts = partsOfRuntime(runtime, TODOIST)
  const work = async () => {
    for (let id = due.shift(); id !== undefined; id = due.shift()) await syncAccount(parts, id)
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work))
}

async function orderFullChecks(db: Db, now: Date): Promise<void> {
  await db
    .update(mirrors)
    .set({ syncToken: null, nextAt: now })
    .where(
      sql`${mirrors.syncToken} is not null
        and ${mirrors.fullAt} < ${now.toISOString()}::timestamptz - ${FULL_EVERY_HOURS} * interval '1 hour'`,
    )
}

async function findDue(db: Db, now: Date): Promise<string[]> {
  const at = sql`${now.toISOString()}::timestamptz`
  const hasCommands = sql`exists (select from ${commands} where ${commands.accountId} = ${mirrors.accountId}
    and ${commands.state} in ('waiting', 'sent') and coalesce(${commands.notBefore} <= ${at}, true))`
  const rows = await db
    .select({ accountId: mirrors.accountId })
    .from(mirrors)
    .innerJoin(connectedAccounts, eq(connectedAccounts.id, mirrors.accountId))
    .where(
      and(
        eq(connectedAccounts.state, 'connected'),
        sql`coalesce(${mirrors.waitingUntil} <= ${at}, true)`,
        sql`coalesce(${mirrors.leaseUntil} < clock_timestamp(), true)`,
        sql`(${mirrors.nextAt} <= ${at} or ${hasCommands})`,
      ),
    )
    .orderBy(mirrors.nextAt)
  return rows.map(({ accountId }) => accountId)
}
