/** Numbers of open tasks: of projects, sections and labels, and those that are due. */
import { and, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import { todoistItems as items } from '../tables.ts'

const PLACES = {
  project: sql<string | null>`${items.projectId}`,
  section: sql<string | null>`${items.sectionId}`,
  label: sql<string | null>`unnest(${items.labels})`,
} as const

interface DueIn {
  readonly accountId: string
  /** Absent: in all projects. */
  readonly projectId: string | undefined
  /** The day of the user. */
  readonly today: string
}

export async function countDue(
  db: Db,
  { accountId, projectId, today }: DueIn,
): Promise<{ overdue: number; today: number }> {
  const [row] = await db
    .select({
      overdue: sql<number>`count(*) filter (where ${items.dueDate} < ${today})::int`,
      today: sql<number>`count(*) filter (where ${items.dueDate} = ${today})::int`,
    })
    .from(items)
    .where(
      and(
        eq(items.accountId, accountId),
        eq(items.checked, false),
        isNull(items.absentSince),
        projectId === undefined ? undefined : eq(items.projectId, projectId),
      ),
    )
  return row ?? { overdue: 0, today: 0 }
}

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
