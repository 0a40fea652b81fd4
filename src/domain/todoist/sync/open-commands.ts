/** Commands on their way to Todoist. */
import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import { todoistCommands as commands } from '../tables.ts'
import type { CommandRow } from './settle-commands.ts'

/** Commands that Todoist takes in one request. */
const BATCH_MAX = 100

/**
 * The commands of an account that may be sent now. A deletion that waits for its time holds nothing back; any other
 * command that waits holds back those about the same thing.
 */
function isSendable(accountId: string, now: Date) {
  const at = sql`${now.toISOString()}::timestamptz`
  const isHeldBack = sql`exists (select from ${commands} earlier
    where earlier.account_id = ${accountId} and earlier.state in ('waiting', 'sent')
      and earlier.position < ${commands.position} and earlier.not_before > ${at} and earlier.type <> 'item_delete'
      and (earlier.subject_id = ${commands.subjectId} or ${commands.subjectId} = earlier.id
        or strpos(${commands.args}::text, to_json(earlier.id)::text) > 0))`
  return and(
    eq(commands.accountId, accountId),
    inArray(commands.state, ['waiting', 'sent']),
    sql`coalesce(${commands.notBefore} <= ${at}, true)`,
    sql`not ${isHeldBack}`,
  )
}

/** The next commands of an account, marked as sent. */
export async function takeBatch(db: Db, accountId: string, now: Date): Promise<CommandRow[]> {
  const next = await db
    .select()
    .from(commands)
    .where(isSendable(accountId, now))
    .orderBy(asc(commands.position))
    .limit(BATCH_MAX)
    // One that is taken back meanwhile is not sent.
    .for('update')
  if (next.length === 0) return []
  const ids = next.map(({ id }) => id)
  await db
    .update(commands)
    .set({ state: 'sent', attempts: sql`${commands.attempts} + 1` })
    .where(inArray(commands.id, ids))
  return next.map((row) => ({ ...row, attempts: row.attempts + 1 }))
}

/** Whether a command waits that was not sent yet and may be now. */
export async function hasUnsent(db: Db, accountId: string, now: Date): Promise<boolean> {
  const found = await db
    .select({ id: commands.id })
    .from(commands)
    .where(and(isSendable(accountId, now), eq(commands.state, 'waiting')))
    .limit(1)
  return found.length > 0
}
