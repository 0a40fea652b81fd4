/** Takes back deletions that wait for their time. */
import { and, eq, inArray, like, sql } from 'drizzle-orm'
import type { AppError } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { heldBy, mayOnlyRead, visibleTo } from '../../access/visible-to.ts'
import type { CommandRow } from '../sync/settle-commands.ts'
import { todoistCommands as commands } from '../tables.ts'

/** The deletions that were taken back, or why not, by their ids; none for those that do not wait. */
export async function withdrawDeletionsBy(
  { db, actor, now }: Pick<Context, 'db' | 'actor' | 'now'>,
  ids: readonly string[],
): Promise<Map<string, CommandRow | AppError>> {
  const isWaiting = and(
    visibleTo({ actor }, commands),
    inArray(commands.id, [...ids]),
    like(commands.type, '%\\_delete'),
    eq(commands.state, 'waiting'),
  )
  const seen = await db
    .select({ id: commands.id, title: commands.title, isHeld: sql<boolean>`${heldBy({ actor }, commands)}` })
    .from(commands)
    .where(isWaiting)
  const rows = await db
    .update(commands)
    .set({ state: 'withdrawn', settledAt: now })
    .where(and(isWaiting, heldBy({ actor }, commands)))
    .returning()
  return new Map<string, CommandRow | AppError>([
    ...seen.filter(({ isHeld }) => !isHeld).map(({ id, title }) => [id, mayOnlyRead(title)] as const),
    ...rows.map((row) => [row.id, row] as const),
  ])
}

/** Takes back a command that was not sent. Answers whether it was still there to be taken back. */
export async function withdrawCommand(
  { db, now }: Pick<Context, 'db' | 'now'>,
  id: string,
): Promise<boolean> {
  const rows = await db
    .update(commands)
    .set({ state: 'withdrawn', settledAt: now })
    .where(and(eq(commands.id, id), eq(commands.state, 'waiting')))
    .returning({ id: commands.id })
  return rows.length > 0
}
