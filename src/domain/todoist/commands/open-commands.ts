/** The commands of an account that people look at: those that wait, and those that were refused. */
import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import type { CommandRow } from '../sync/settle-commands.ts'
import { todoistCommands as commands } from '../tables.ts'

const SHOWN_MAX = 50

export async function openCommands(db: Db, accountId: string) {
  const isWaiting = and(eq(commands.accountId, accountId), inArray(commands.state, ['waiting', 'sent']))
  const isRefused = and(eq(commands.accountId, accountId), eq(commands.state, 'refused'))
  const waiting = await db
    .select()
    .from(commands)
    .where(isWaiting)
    .orderBy(asc(commands.position))
    .limit(SHOWN_MAX)
  const refused = await db
    .select()
    .from(commands)
    .where(isRefused)
    .orderBy(desc(commands.position))
    .limit(SHOWN_MAX)
  const [counted] = await db.select({ count: sql<number>`count(*)::int` }).from(commands).where(isWaiting)
  return { waiting: waiting.map(shown), waitingCount: counted?.count ?? 0, refused: refused.map(shown) }
}

function shown({ id, type, title, notBefore, fault }: CommandRow) {
  return {
    ...{ commandId: id, type, content: title },
    ...{ waitsUntil: notBefore?.toISOString() ?? null, because: fault?.message ?? null },
  }
}
