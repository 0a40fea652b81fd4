/** How long commands are kept after Todoist has them, or will never have them. */
import { lt } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import { deleteInBatches } from '../../db/delete-in-batches.ts'
import { todoistCommands as commands } from '../tables.ts'

const DAY_MS = 24 * 60 * 60_000
const KEPT_MS = 30 * DAY_MS

export async function deleteOldCommands(db: Db, now: Date): Promise<number> {
  return await deleteInBatches(db, commands, lt(commands.settledAt, new Date(now.getTime() - KEPT_MS)))
}
