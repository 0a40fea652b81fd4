/** How far a file is on its way to Slack, kept in its row between the steps. */
import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import { type OutboxRow, outbox } from '../../outbox/tables.ts'
import type { StoredPost } from '../post.ts'

type FileStep = Pick<Extract<StoredPost, { kind: 'file' }>, 'fileId' | 'isSharing'>

/** False: another sender has the row now. */
export async function keepStep(db: Db, row: OutboxRow, step: FileStep): Promise<boolean> {
  return await store(db, row, sql`${outbox.payload} || ${JSON.stringify(step)}::jsonb`)
}

/** The file begins again at its first step. False: another sender has the row now. */
export async function forgetSteps(db: Db, row: OutboxRow): Promise<boolean> {
  return await store(db, row, sql`${outbox.payload} - 'fileId' - 'isSharing'`)
}

async function store(db: Db, row: OutboxRow, payload: SQL): Promise<boolean> {
  const { receiverId, eventId, state, attempts } = outbox
  const isIt = and(eq(receiverId, row.receiverId), eq(eventId, row.eventId))
  const stored = await db
    .update(outbox)
    .set({ payload })
    .where(and(isIt, eq(state, 'sending'), eq(attempts, row.attempts)))
    .returning({ id: eventId })
  return stored.length > 0
}
