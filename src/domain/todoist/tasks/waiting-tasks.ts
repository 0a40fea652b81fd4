/** Tasks that Todoist does not have yet, as they will be. */
import { and, asc, eq, inArray, or } from 'drizzle-orm'
import type { Context } from '../../../core/operation/context.ts'
import { caseless } from '../../../core/text/comparable.ts'
import { isJsonObject, type JsonObject } from '../../../core/text/json.ts'
import { visibleTo } from '../../access/visible-to.ts'
import type { ChosenAccount } from '../accounts/choose-account.ts'
import { findAssignee, findProject, findSection, type Names, spellLabel } from '../names.ts'
import { readItem, zoneOfUser } from '../sync/read-wire.ts'
import type { CommandRow } from '../sync/settle-commands.ts'
import { todoistCommands as commands } from '../tables.ts'
import type { ItemQuery } from './list-items.ts'
import type { Planning } from './plan-task.ts'
import { planningFor } from './planning-for.ts'
import type { ItemRow, ItemSeen } from './task.ts'

/** The most of them in one answer. */
const WAITING_MAX = 100
const ENDING = ['item_delete', 'item_close', 'item_complete']

/**
 * Those that fit a query, in their order. A filter is evaluated on what Todoist has read: with one, none of them is
 * listed. A due date in words is known once Todoist has read it.
 */
export async function waitingTasks(
  ctx: Pick<Context, 'db' | 'actor' | 'now'>,
  accounts: readonly ChosenAccount[],
  query: Omit<ItemQuery, 'sort' | 'limit' | 'cursor'>,
): Promise<ItemSeen[]> {
  if (query.filter !== undefined) return []
  const rows = await readOpen(ctx, accounts)
  const made = rows.filter(({ type }) => type === 'item_add').slice(0, WAITING_MAX)
  const seen: ItemSeen[] = []
  for (const account of accounts) {
    const mine = made.filter(({ accountId }) => accountId === account.id)
    if (mine.length === 0) continue
    const planning = await planningFor(ctx.db, account)
    const about = (id: string) => rows.filter(({ subjectId, makes }) => subjectId === id && !makes)
    const tasks = mine.flatMap((row) => taskOf(row, about(row.id), { account, planning }) ?? [])
    seen.push(...tasks.filter(({ item }) => fits(item, query, planning)))
  }
  return seen
}

async function readOpen(
  ctx: Pick<Context, 'db' | 'actor'>,
  accounts: readonly ChosenAccount[],
): Promise<CommandRow[]> {
  return await ctx.db
    .select()
    .from(commands)
    .where(
      and(
        visibleTo(ctx, commands),
        inArray(
          commands.accountId,
          accounts.map(({ id }) => id),
        ),
        inArray(commands.state, ['waiting', 'sent']),
        or(eq(commands.makes, true), inArray(commands.type, ['item_update', ...ENDING])),
      ),
    )
    .orderBy(asc(commands.position))
}

interface Place {
  readonly account: ChosenAccount
  readonly planning: Planning
}

/** Undefined: what is done with it next ends it. */
function taskOf(
  { id, args }: CommandRow,
  later: readonly CommandRow[],
  { account, planning: { names } }: Place,
): ItemSeen | undefined {
  if (later.some(({ type }) => ENDING.includes(type))) return undefined
  const inbox = names.of('projects').find(({ wire }) => wire.inbox_project === true)?.id
  const given: JsonObject = Object.assign({ project_id: inbox }, args, ...later.map((each) => each.args))
  const { due, ...wire } = given
  const isRead = isJsonObject(due) && typeof due.date === 'string'
  const { spaceId, userWire } = account.mirror
  const mirrored = { accountId: account.id, spaceId, timeZone: zoneOfUser(userWire) }
  const { row } = readItem({ ...wire, ...(isRead && { due }), id }, mirrored)
  if (row === undefined) return undefined
  const nameOf = (kind: 'projects' | 'sections', of: string | null) =>
    names.of(kind).find((each) => each.id === of)?.name ?? null
  return {
    item: row,
    ...{ projectName: nameOf('projects', row.projectId), sectionName: nameOf('sections', row.sectionId) },
    isWaiting: true,
  }
}

/** @throws AppError for names that mean nothing */
function fits(
  item: ItemRow,
  query: Omit<ItemQuery, 'sort' | 'limit' | 'cursor'>,
  { names, ownId }: Planning,
): boolean {
  const { text, project, section, labels, match, priorities, dueFrom, dueTo, assignee } = query
  const projectId = project === undefined ? undefined : findProject(names, project).id
  const words = caseless(`${item.content} ${item.description}`)
  return (
    (text === undefined || words.includes(caseless(text))) &&
    (projectId === undefined || item.projectId === projectId) &&
    (section === undefined || item.sectionId === findSection(names, section, projectId).id) &&
    (labels === undefined || hasLabels(item, labels, { names, match })) &&
    (priorities === undefined || priorities.includes(item.priority)) &&
    (dueFrom === undefined || (item.dueDate !== null && item.dueDate >= dueFrom)) &&
    (dueTo === undefined || (item.dueDate !== null && item.dueDate <= dueTo)) &&
    (assignee === undefined || item.responsibleId === findAssignee(names, assignee, ownId))
  )
}

function hasLabels(
  item: ItemRow,
  labels: readonly string[],
  { names, match }: { readonly names: Names; readonly match: ItemQuery['match'] },
): boolean {
  const has = (label: string) => item.labels.includes(spellLabel(names, label))
  return match === 'all' ? labels.every(has) : labels.some(has)
}
