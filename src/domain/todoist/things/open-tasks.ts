/** How many open tasks projects, sections and labels have. */
import { and, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import { todoistItems as items } from '../tables.ts'

const PLACES = {
  project: sql<string | null>`${items.projectId}`,
  section: sql<string | null>`${items.sectionId}`,
  label: sql<string | null>`unnest(${items.labels})`,
} as const

/** By the ids of the account and of the place; of a label, by its name. */
export async function countOpenTasks(
  db: Db,
  accountIds: readonly string[],
  place: keyof typeof PLACES,
): Promise<(accountId: string, id: string) => number> {
  const key: SQL<string | null> = PLACES[place]
  const rows = await db
    .select({ accountId: items.accountId, id: key, count: sql<number>`count(*)::int` })
    .from(items)
    .where(
      and(inArray(items.accountId, [...accountIds]), eq(items.checked, false), isNull(items.absentSince)),
    )
    .groupBy(items.accountId, sql`2`)
  const counts = new Map(rows.map(({ accountId, id, count }) => [JSON.stringify([accountId, id]), count]))
  return (accountId, id) => counts.get(JSON.stringify([accountId, id])) ?? 0
}
