/** Reads tasks of the mirror, as their people see them. */
import { and, desc, eq, getTableColumns, inArray, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Context } from '../../../core/operation/context.ts'
import { visibleTo } from '../../access/visible-to.ts'
import { todoistCommands as commands, todoistItems as items, todoistThings } from '../tables.ts'
import type { ItemRow, ItemSeen } from './task.ts'

type Reader = Pick<Context, 'db' | 'actor'>

export const projects = alias(todoistThings, 'project')
const sections = alias(todoistThings, 'section')

const openOf = sql`${commands.accountId} = ${items.accountId} and ${commands.subjectId} = ${items.id}
  and ${commands.state} in ('waiting', 'sent')`

const isWaiting = sql<boolean>`exists (select from ${commands} where ${openOf})`

/** Tasks whose deletion waits are gone for their people already. */
export const isBeingDeleted = sql`exists (select from ${commands} where ${openOf} and ${commands.type} = 'item_delete')`

/** Of a task, the project that it is in. */
export const ITS_PROJECT = and(
  eq(projects.accountId, items.accountId),
  eq(projects.kind, 'projects'),
  eq(projects.id, items.projectId),
)

const SEEN = {
  item: getTableColumns(items),
  projectName: projects.name,
  sectionName: sections.name,
  isWaiting,
}

/** The tasks that meet a condition, with what they are in. */
export function selectSeen(db: Context['db'], which: SQL | undefined) {
  return db
    .select(SEEN)
    .from(items)
    .leftJoin(projects, ITS_PROJECT)
    .leftJoin(
      sections,
      and(
        eq(sections.accountId, items.accountId),
        eq(sections.kind, 'sections'),
        eq(sections.id, items.sectionId),
      ),
    )
    .where(which)
    .$dynamic()
}

/** A task that a call means: one in the mirror, or one that is on its way to Todoist. */
export interface Target {
  readonly accountId: string
  readonly spaceId: string
  readonly id: string
  readonly title: string
  /** Undefined: Todoist does not have it yet. */
  readonly item: ItemRow | undefined
}

/** Tasks by their ids, for answers. */
export async function readSeen(
  ctx: Reader,
  ids: readonly { readonly accountId: string; readonly id: string }[],
): Promise<ItemSeen[]> {
  if (ids.length === 0) return []
  const which = and(
    visibleTo(ctx, items),
    inArray(
      items.id,
      ids.map(({ id }) => id),
    ),
  )
  const rows = await selectSeen(ctx.db, which).orderBy(desc(items.id))
  return rows.filter(({ item }) =>
    ids.some((each) => each.id === item.id && each.accountId === item.accountId),
  )
}
