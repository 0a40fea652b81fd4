/** Posts that were given up. */
import { and, eq } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import { outbox } from '../../outbox/tables.ts'
import { POST_EVENT, SLACK } from './rows.ts'

/** The receivers of the outbox with such posts. */
export async function findDeadReceivers(db: Db): Promise<string[]> {
  const rows = await db
    .selectDistinct({ id: outbox.receiverId })
    .from(outbox)
    .where(and(eq(outbox.state, 'dead'), eq(outbox.channel, SLACK), eq(outbox.event, POST_EVENT)))
  return rows.map(({ id }) => id)
}
