/** Lists open tasks of the mirror. */
import { and, eq, gte, inArray, lte, or, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type AppError, toRefusal } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { decodeCursor, sortText, toPage } from '../../../core/schema/page.ts'
import type { ChosenAccount } from '../accounts/choose-account.ts'
import { findAssignee, findProject, findSection, type Names, spellLabel } from '../names.ts'
import { zoneOfUser } from '../sync/read-wire.ts'
import { todoistItems as items } from '../tables.ts'
import { filterCondition } from './filter.ts'
import { type ItemOrder, readFirst } from './first-items.ts'
import { hasLabels } from './has-labels.ts'
import { hasText } from './has-text.ts'
import { planningFor } from './planning-for.ts'
import type { ItemSeen } from './task.ts'

export const ITEM_SORTS = ['due', 'priority'] as const satisfies readonly ItemOrder[]

export interface ItemQuery {
  readonly text?: string | undefined
  readonly project?: string | undefined
  readonly section?: string | undefined
  readonly labels?: readonly string[] | undefined
  /** Whether a task has one of the labels, or all of them. */
  readonly match: 'any' | 'all'
  readonly priorities?: readonly number[] | undefined
  readonly dueFrom?: string | undefined
  readonly dueTo?: string | undefined
  readonly assignee?: string | undefined
  /** The name of a saved filter, or words of Todoist's filter language. */
  readonly filter?: string | undefined
  readonly sort: (typeof ITEM_SORTS)[number]
  readonly limit: number
  readonly cursor?: string | undefined
}

type Reader = Pick<Context, 'db' | 'actor' | 'now'>

const NO_DATE = '9999-12-31'
const NO_TIME = '99:99'

/** The place of a task in each order, as a text. */
const PLACE = {
  due: sql<string>`concat(coalesce(${items.dueDate}, ${NO_DATE}), ' ', coalesce(${items.dueTime}, ${NO_TIME}), ' ', ${items.priority}) collate "C"`,
  priority: sql<string>`concat(${items.priority}, ' ', coalesce(${items.dueDate}, ${NO_DATE}), ' ', coalesce(${items.dueTime}, ${NO_TIME})) collate "C"`,
} as const

/**
 * A page of the open tasks of these accounts.
 * @throws AppError `not_found`, `invalid_input` for a name that no account has, a filter that is not understood, or a
 * cursor of another list
 */
export async function listItems(
  ctx: Reader,
  accounts: readonly ChosenAccount[],
  query: ItemQuery,
): Promise<{ items: ItemSeen[]; nextCursor: string | null }> {
  const inAccounts = await conditionsOf(ctx, accounts, query)
  const { sort, limit, cursor } = query
  const place = sql`(${PLACE[sort]}, ${items.id}, ${items.accountId})`
  const [afterKey, afterId, afterAccount] =
    cursor === undefined ? [] : decodeCursor(cursor, sort, z.tuple([sortText, sortText, sortText]))
  const isNext =
    afterKey === undefined ? undefined : sql`${place} > (${afterKey}, ${afterId}, ${afterAccount})`
  const which = and(or(...inAccounts), isNext)
  const rows = await readFirst(ctx, { which, order: sort, limit: limit + 1 })
  return toPage(rows, limit, ({ item }) => ({ sort, after: [keyOf(item, sort), item.id, item.accountId] }))
}

/** The same in this process as in SQL. */
function keyOf({ dueDate, dueTime, priority }: ItemSeen['item'], sort: ItemQuery['sort']): string {
  const due = `${dueDate ?? NO_DATE} ${dueTime ?? NO_TIME}`
  return sort === 'due' ? `${due} ${priority}` : `${priority} ${due}`
}

/** A condition for each account in which the names of the query mean something. */
async function conditionsOf(
  ctx: Reader,
  accounts: readonly ChosenAccount[],
  query: ItemQuery,
): Promise<SQL[]> {
  const conditions: SQL[] = []
  let refusal: AppError | undefined
  for (const account of accounts) {
    try {
      const condition = await conditionIn(ctx, account, query)
      if (condition !== undefined) conditions.push(condition)
    } catch (thrown) {
      refusal = toRefusal(thrown)
    }
  }
  if (conditions.length === 0 && refusal !== undefined) throw refusal
  return conditions.length === 0 ? [sql`false`] : conditions
}

async function conditionIn(ctx: Reader, account: ChosenAccount, query: ItemQuery): Promise<SQL | undefined> {
  const { names, ownId } = await planningFor(ctx.db, account)
  const { text, project, section, assignee, filter, priorities, dueFrom, dueTo } = query
  const projectId = project === undefined ? undefined : findProject(names, project).id
  const reading = { names, ownId, now: ctx.now, timeZone: zoneOfUser(account.mirror.userWire) }
  return and(
    eq(items.accountId, account.id),
    text === undefined ? undefined : hasText(text),
    projectId === undefined ? undefined : eq(items.projectId, projectId),
    section === undefined ? undefined : eq(items.sectionId, findSection(names, section, projectId).id),
    assignee === undefined ? undefined : eq(items.responsibleId, findAssignee(names, assignee, ownId)),
    labelCondition(names, query),
    priorities === undefined ? undefined : inArray(items.priority, [...priorities]),
    dueFrom === undefined ? undefined : gte(items.dueDate, dueFrom),
    dueTo === undefined ? undefined : lte(items.dueDate, dueTo),
    filter === undefined ? undefined : filterCondition(filter, reading),
  )
}

function labelCondition(names: Names, { labels, match }: ItemQuery): SQL | undefined {
  if (labels === undefined) return undefined
  return hasLabels(
    labels.map((label) => spellLabel(names, label)),
    match,
  )
}
