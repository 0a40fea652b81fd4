/** Forgets what a person wrote in Slack and what the bot wrote to them. Slack itself keeps its own messages. */
import { sql } from 'drizzle-orm'
import { conversationMessages, conversations } from '../../conversations/tables.ts'
import type { Db } from '../../db/db.ts'
import { inboxEvents } from '../../inbox/tables.ts'
import { outbox } from '../../outbox/tables.ts'
import { slackPosts } from '../../slack/posts/tables.ts'
import { slackHomes } from '../../slack/shown/tables.ts'
import { SLACK } from '../../slack/workspaces.ts'
import { personIdentities } from '../tables.ts'

/** Who wrote, pressed or commanded, wherever an event says so. */
const AUTHOR = sql`coalesce(body::jsonb #>> '{event,message,user}', body::jsonb #>> '{event,previous_message,user}',
  body::jsonb #>> '{event,user}', body::jsonb #>> '{user,id}', body::jsonb ->> 'user_id')`

/** Called while the identities and the conversations of the person are there. */
export async function forgetSlackWords(db: Db, personId: string): Promise<void> {
  const users = sql`(select split_part(external_id, '/', 2) from ${personIdentities}
    where provider = ${SLACK} and person_id = ${personId})`
  const direct = sql`(select split_part(id, '/', 2) from ${conversations}
    where space_id = ${personId} and id like 'slack:%/D%/%')`
  await db.execute(sql`delete from ${inboxEvents} where source = ${SLACK} and ${AUTHOR} in ${users}`)
  await db.execute(sql`delete from ${outbox} where channel = ${SLACK} and (payload ->> 'onlyFor' in ${users}
    or payload ->> 'channel' in ${users} or payload ->> 'channel' in ${direct})`)
  // What waits there for an answer, and what was talked about last, may be their words.
  await db.execute(sql`update ${conversations} set state = null, version = version + 1
    where space_id <> ${personId} and state is not null
      and id in (select conversation_id from ${conversationMessages} where person_id = ${personId})`)
  await db.execute(sql`delete from ${slackHomes} where user_id in ${users}`)
  await db.execute(sql`delete from ${slackPosts}
    where only_for in ${users} or channel in ${users} or channel in ${direct}`)
}
