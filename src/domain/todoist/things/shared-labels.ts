/** Labels that are only names on tasks: other people in shared projects gave them, or their own label was deleted. */
import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import { caseless } from '../../../core/text/comparable.ts'
import type { Db } from '../../db/db.ts'
import { findLabel } from '../names.ts'
import { todoistItems as items } from '../tables.ts'
import type { ThingRow } from '../thing-row.ts'
import type { Known } from './known-accounts.ts'

const LABELS_MAX = 500

/** A shared label has no id at Todoist; its name is used in its place. */
export interface SharedLabels {
  of(known: Known): readonly ThingRow[]
}

export async function readSharedLabels(db: Db, known: readonly Known[]): Promise<SharedLabels> {
  const name = sql<string>`unnest(${items.labels})`
  const rows = await db
    .selectDistinct({ accountId: items.accountId, name })
    .from(items)
    .where(
      and(
        inArray(
          items.accountId,
          known.map(({ account }) => account.id),
        ),
        eq(items.checked, false),
        isNull(items.absentSince),
      ),
    )
    .orderBy(items.accountId, sql`2`)
    .limit(LABELS_MAX)
  return {
    of({ account, names }) {
      const own = new Set(names.of('labels').map((label) => caseless(label.name)))
      return rows
        .filter(({ accountId, name: each }) => accountId === account.id && !own.has(caseless(each)))
        .map(({ name: each }) => sharedLabel(account.id, account.mirror.spaceId, each))
    },
  }
}

function sharedLabel(accountId: string, spaceId: string, name: string): ThingRow {
  return {
    ...{ accountId, spaceId, kind: 'labels', id: name, name, parentId: null, position: 0 },
    ...{ isArchived: false, absentSince: null, wire: { is_shared: true } },
  }
}

export function isSharedLabel({ wire }: Pick<ThingRow, 'wire'>): boolean {
  return wire.is_shared === true
}

/** A label of the person's own, or a shared one. @throws AppError as `findLabel` does */
export function findAnyLabel(shared: SharedLabels, said: string, known: Known): ThingRow {
  const name = caseless(said.replace(/^@/, ''))
  const found = shared.of(known).find((label) => caseless(label.name) === name)
  return found ?? findLabel(known.names, said)
}

/** Tells which labels of a list an account did not have before, own or shared. */
export async function newLabelsIn(
  db: Db,
  known: readonly Known[],
): Promise<(accountId: string, labels: unknown) => string[]> {
  const shared = await readSharedLabels(db, known)
  const had = new Map(
    known.map((each) => [
      each.account.id,
      new Set([...each.names.of('labels'), ...shared.of(each)].map(({ name }) => caseless(name))),
    ]),
  )
  return (accountId, labels) =>
    Array.isArray(labels)
      ? labels.map(String).filter((label) => had.get(accountId)?.has(caseless(label)) === false)
      : []
}
