/** Users as Slack describes them. */
import { lt, sql } from 'drizzle-orm'
import type { Db } from '../db/db.ts'
import { deleteInBatches } from '../db/delete-in-batches.ts'
import { personIdentities } from '../people/tables.ts'
import { slackUsers } from './tables.ts'
import { SLACK } from './workspaces.ts'

/** Milliseconds after which a user of whom nothing was heard is forgotten. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000

/** Forgets how the users of a person are called. Called while the identities of the person are there. */
export async function forgetUsersOf(db: Db, personId: string): Promise<void> {
  await db.execute(sql`delete from ${slackUsers} u using ${personIdentities} i
    where i.provider = ${SLACK} and i.person_id = ${personId} and u.user_id = split_part(i.external_id, '/', 2)`)
}

/** Answers with the number of users that were forgotten. */
export async function deleteOldUsers(db: Db, now: Date): Promise<number> {
  return await deleteInBatches(db, slackUsers, lt(slackUsers.readAt, new Date(now.getTime() - KEPT_MS)))
}
