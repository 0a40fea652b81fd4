/** Lists of projects: filtered, in one of several orders, a page at a time; and the projects that need attention. */
import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Context } from '../../core/operation/context.ts'
import { decodeCursor, sortText, toPage } from '../../core/schema/page.ts'
import { firstVisible, visibleTo } from '../access/visible-to.ts'
import { comparableSql, patternOf } from '../db/comparable.ts'
import { rowReader } from '../db/read-rows.ts'
import { type AuditState, OUTCOME_MIN_CHARS } from './audit.ts'
import { isStalledSql, momentumSql } from './momentum.ts'
import { DECAYING_STATES, type ProjectState } from './rules.ts'
import type { ProjectRow } from './store.ts'
import { nameKey, projects } from './tables.ts'

export const PROJECT_SORTS = ['newest', 'name', 'due', 'momentum'] as const
type ProjectSort = (typeof PROJECT_SORTS)[number]

interface ListQuery {
  readonly states?: readonly ProjectState[] | undefined
  readonly type?: ProjectRow['type'] | undefined
  readonly audit?: AuditState | undefined
  readonly text?: string | undefined
  readonly sort: ProjectSort
  readonly limit: number
  readonly cursor?: string | undefined
}

/** The sort value of the last project, and its id. */
const Place = z.tuple([sortText, sortText])

type Reader = Pick<Context, 'db' | 'actor'>

const readProject = rowReader(projects)

/** @throws AppError `invalid_input` for a cursor of another list. */
export async function listProjects(ctx: Reader, query: ListQuery, today: string) {
  const order = orderOf(query.sort, today)
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, query.sort, Place)
  const isWanted = and(...filters(query, today), after && order.past(after))
  const first = sql`order by ${order.by} limit ${query.limit + 1}`
  const firstOf = (isInSpace: SQL) =>
    sql`select * from ${projects} where ${and(isInSpace, isWanted)} ${first}`
  // Under the name of the table, whose columns the order names.
  const records = await ctx.db.execute<Record<string, unknown> & { key: string }>(
    sql`select *, ${order.key} as key from (${firstVisible(ctx, projects, firstOf)}) as projects ${first}`,
  )
  const rows = records.map((record) => ({ project: readProject(record), key: record.key }))
  const page = toPage(rows, query.limit, ({ project, key }) => ({
    sort: query.sort,
    after: [key, project.id],
  }))
  return { rows: page.items.map(({ project }) => project), nextCursor: page.nextCursor }
}

function filters({ states, type, audit, text }: ListQuery, today: string): (SQL | undefined)[] {
  return [
    states === undefined ? sql`${projects.state} <> 'archived'` : inArray(projects.state, [...states]),
    type && eq(projects.type, type),
    audit && sql`${auditSql(today)} = ${audit}`,
    text === undefined ? undefined : sql`${comparableSql(PROJECT_TEXT)} ilike ${patternOf(text)}`,
  ]
}

const PROJECT_TEXT = sql`${projects.name} || ' ' || coalesce(${projects.outcome}, '')`

/** `auditState` in SQL, for filters. */
function auditSql(today: string): SQL {
  return sql`case
    when ${projects.state} not in (${list(DECAYING_STATES)}) then null
    when ${isStalledSql(today)} then 'stalled'
    when coalesce(length(${projects.outcome}), 0) < ${number(OUTCOME_MIN_CHARS)} or ${projects.dueDate} is null
      then 'needs_definition'
    else 'healthy' end`
}

interface Order {
  /** The sort value of a row, before its id. */
  readonly key: SQL<string>
  readonly by: SQL
  past(place: z.output<typeof Place>): SQL
}

function orderOf(sort: ProjectSort, today: string): Order {
  switch (sort) {
    case 'newest':
      return {
        key: sql<string>`''`,
        by: sql`${projects.id} desc`,
        past: ([, id]) => sql`${projects.id} < ${id}`,
      }
    case 'name':
      // Ids order equal beginnings of names.
      return ascending(nameKey(projects.name))
    case 'due':
      // Projects without a date come after every date.
      return ascending(sql<string>`coalesce(${projects.dueDate}::text, '~') collate "C"`)
    case 'momentum':
      // Padded so that it sorts as text: any text in a cursor is then a valid place.
      return ascending(sql<string>`lpad(${momentumSql(today)}::text, 3, '0') collate "C"`)
  }
}

function ascending(key: SQL<string>): Order {
  return {
    key,
    by: sql`${key} asc, ${projects.id} asc`,
    past: ([value, id]) => sql`(${key}, ${projects.id}) > (${value}::text, ${id})`,
  }
}

/** Why an active or planned project needs attention, the most pressing reason first. */
export const ATTENTIONS = ['stalled', 'needs_definition', 'past_due', 'no_next_action'] as const
type Attention = (typeof ATTENTIONS)[number]

export interface Reviewed {
  readonly project: ProjectRow
  readonly attention: Attention
  readonly hasNextAction: boolean
}

/** How many projects need which attention; `healthy` ones need none. */
export type ReviewCounts = Record<Attention | 'healthy', number>

/** Names are written out: the query builder would leave the table off `projects.id` and so mean the task's. */
const HAS_NEXT_ACTION = sql<boolean>`exists (select 1 from tasks t where t.project_id = projects.id
  and (t.space_id = projects.space_id or projects.moving is not null)
  and t.trashed_at is null and t.status in ('open', 'in_progress'))`

/** The projects that need attention, the most pressing first, and their number by kind. */
export async function reviewProjects(
  ctx: Reader,
  today: string,
  limit: number,
): Promise<{ items: Reviewed[]; counts: ReviewCounts }> {
  const audit = auditSql(today)
  const attention = sql<Attention | 'healthy'>`case
    when ${audit} <> 'healthy' then ${audit}
    when ${projects.dueDate} < ${today}::date then 'past_due'
    when not ${HAS_NEXT_ACTION} then 'no_next_action' else 'healthy' end`
  const inWork = and(visibleTo(ctx, projects), inArray(projects.state, [...DECAYING_STATES]))
  const rank = sql`array_position(array[${list(ATTENTIONS)}]::text[], ${attention})`
  const items = await ctx.db
    .select({ project: projects, attention, hasNextAction: HAS_NEXT_ACTION })
    .from(projects)
    .where(and(inWork, sql`${attention} <> 'healthy'`))
    .orderBy(rank, momentumSql(today), projects.id)
    .limit(limit)
  const counted = await ctx.db
    .select({ attention, count: sql<number>`count(*)::int` })
    .from(projects)
    .where(inWork)
    .groupBy(sql`1`)
  const counts: ReviewCounts = { stalled: 0, needs_definition: 0, past_due: 0, no_next_action: 0, healthy: 0 }
  for (const { attention: kind, count } of counted) counts[kind] = count
  return { items: items.filter(isReviewed), counts }
}

function isReviewed(item: {
  project: ProjectRow
  attention: Attention | 'healthy'
  hasNextAction: boolean
}): item is Reviewed {
  return item.attention !== 'healthy'
}

function list(words: readonly string[]): SQL {
  return sql.raw(words.map((word) => `'${word}'`).join(', '))
}

function number(value: number): SQL {
  return sql.raw(String(value))
}
