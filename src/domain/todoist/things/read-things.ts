/** Reads comments and reminders, which are many, only as far as a call needs them. */
import { and, eq, inArray, isNull, or } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import { todoistThings as things } from '../tables.ts'
import type { ThingKind, ThingRow } from '../thing-row.ts'
import type { Known } from './known-accounts.ts'

export interface Wanted {
  readonly kinds: readonly ThingKind[]
  /** Those on this task or project; absent: all. */
  readonly parentId?: string | undefined
  /** These alone, by their ids or the commands that make them; absent: all. */
  readonly refs?: readonly string[] | undefined
}

/** Also those that Todoist does not have yet, and without those that are being deleted; by account. */
export async function readThings(
  db: Db,
  known: readonly Known[],
  { kinds, parentId, refs }: Wanted,
): Promise<(known: Known) => readonly ThingRow[]> {
  const idsIn = ({ names }: Known) => refs?.map((ref) => names.onTheirWay.idOf(ref))
  const inAccounts = known.map((each) => {
    const ids = idsIn(each)
    const isWanted = ids === undefined ? undefined : inArray(things.id, ids)
    return and(eq(things.accountId, each.account.id), isWanted)
  })
  const rows = await db
    .select()
    .from(things)
    .where(
      and(
        or(...inAccounts),
        inArray(things.kind, [...kinds]),
        isNull(things.absentSince),
        parentId === undefined ? undefined : eq(things.parentId, parentId),
      ),
    )
  return (each) => {
    const { added, deleted } = each.names.onTheirWay
    const ids = idsIn(each)
    const mine = [...rows.filter(({ accountId }) => accountId === each.account.id), ...added]
    return mine.filter(
      (row) =>
        kinds.includes(row.kind) &&
        !deleted.has(row.id) &&
        (parentId === undefined || row.parentId === parentId) &&
        (ids === undefined || ids.includes(row.id)),
    )
  }
}
