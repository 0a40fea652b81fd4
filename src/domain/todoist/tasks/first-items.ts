/**
 * Reads the first open tasks of the mirror in an order. Their keys are found first, which is a walk along an index for the order by
 * due date, so that whole tasks are read of that page alone.
 */
import { and, isNull, type SQL, sql } from 'drizzle-orm'
import type { Context } from '../../../core/operation/context.ts'
import { firstVisible } from '../../access/visible-to.ts'
import { todoistItems as items, todoistThings as things } from '../tables.ts'
import { isBeingDeleted, selectSeen } from './read-items.ts'
import type { ItemSeen } from './task.ts'

/** By what each order compares; what has no date or time comes last, and no two are alike. */
const ORDERS = {
  due: [items.dueDate, items.dueTime, items.priority, items.id, items.accountId],
  priority: [items.priority, items.dueDate, items.dueTime, items.id, items.accountId],
} as const
export type ItemOrder = keyof typeof ORDERS

const isInArchive = sql`exists (select from ${things} where ${things.accountId} = ${items.accountId}
  and ${things.kind} = 'projects' and ${things.id} = ${items.projectId} and ${things.isArchived})`

/** Open, in a project that is not archived, and not on its way to being deleted. The first two as the index has them. */
const isOpen = and(
  sql`not ${items.checked}`,
  isNull(items.absentSince),
  sql`not ${isInArchive}`,
  sql`not ${isBeingDeleted}`,
)

export interface FirstItems {
  readonly which: SQL | undefined
  readonly order: ItemOrder
  readonly limit: number
}

/** Those that the caller sees. */
export async function readFirst(
  ctx: Pick<Context, 'db' | 'actor'>,
  { which, order, limit }: FirstItems,
): Promise<ItemSeen[]> {
  const first = firstVisible(
    ctx,
    items,
    (inSpace) => sql`select ${items.accountId}, ${items.id} from ${items} where ${and(inSpace, isOpen, which)}
      order by ${sql.join([...ORDERS[order]], sql`, `)} limit ${limit}`,
  )
  return await selectSeen(ctx.db, sql`(${items.accountId}, ${items.id}) in (${first})`)
    .orderBy(...ORDERS[order])
    .limit(limit)
}
