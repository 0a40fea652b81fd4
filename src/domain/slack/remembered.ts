/** The messages of Slack that conversations remember, and where Slack has them. */
import { and, desc, eq, gte, isNotNull, lt, not, sql } from 'drizzle-orm'
import { conversationMessages, conversations } from '../conversations/tables.ts'
import type { Db } from '../db/db.ts'
import { inboxEvents } from '../inbox/tables.ts'
import { SLACK } from './workspaces.ts'

export interface Remembered {
  readonly channel: string
  /** Undefined: it was written to the bot privately, outside threads. */
  readonly threadTs: string | undefined
  readonly ts: string
}

/**
 * Those that arrived as events, the newest first: a press is remembered too, and Slack has no message of it. The key of a
 * message's order says in which thread it is, as the id of its conversation does not.
 */
export async function listRemembered(
  db: Db,
  teamId: string,
  { since, limit }: { readonly since: Date; readonly limit: number },
): Promise<Remembered[]> {
  const { id: conversationId, updatedAt } = conversations
  const { id: ts, text, isOurs, saidAt } = conversationMessages
  const channel = sql<string>`split_part(${conversationId}, '/', 2)`
  const ofTeam = `${SLACK}:${teamId}`
  const rows = await db
    .selectDistinct({ ts, channel, orderKey: inboxEvents.orderKey })
    .from(conversationMessages)
    .innerJoin(conversations, eq(conversationId, conversationMessages.conversationId))
    .innerJoin(
      inboxEvents,
      and(
        eq(inboxEvents.source, SLACK),
        eq(inboxEvents.eventId, sql`${`msg:${teamId}:`} || ${channel} || ':' || ${ts}`),
      ),
    )
    .where(
      and(
        // In bytes, `0` comes after `/`.
        and(gte(conversationId, `${ofTeam}/`), lt(conversationId, `${ofTeam}0`)),
        and(gte(updatedAt, since), gte(saidAt, since), isNotNull(text), not(isOurs)),
      ),
    )
    .orderBy(desc(ts))
    .limit(limit)
  return rows.map(({ orderKey, ...row }) => {
    const root = orderKey?.split(':').at(-1)
    return { ...row, threadTs: root === '-' ? undefined : root }
  })
}
