/** The list of the tasks that a person sees: filters, three orders, and pages that begin where the last one ended. */
import { and, eq, gte, inArray, isNotNull, isNull, lt, lte, or, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { decodeCursor, sortText, toPage } from '../../core/schema/page.ts'
import { comparable } from '../../core/text/comparable.ts'
import { firstVisible, visibleTo } from '../access/visible-to.ts'
import { comparableListSql, comparableSql, patternOf } from '../db/comparable.ts'
import { dueSort } from '../time/due.ts'
import {
  type FullTaskRow,
  isBlocked,
  readTasks,
  type Scoped,
  selectTasks,
  shownParentId,
  toTask,
} from './store.ts'
import { TASK_TEXT, tasks } from './tables.ts'
import { Priority, type Task } from './task.ts'

/** Newest first; by due date, undated last; by priority, then due date. */
export const TASK_SORTS = ['created', 'due', 'priority'] as const
export type TaskSort = (typeof TASK_SORTS)[number]

export interface TaskFilter {
  readonly status?: readonly Task['status'][] | undefined
  readonly projectId?: string | undefined
  readonly parentId?: string | undefined
  readonly labels?: readonly string[] | undefined
  readonly priority?: readonly number[] | undefined
  readonly assignee?: string | undefined
  readonly text?: string | undefined
  readonly blocked?: boolean | undefined
  readonly trashed?: boolean | undefined
  /** Local dates, both included. */
  readonly dueFrom?: string | undefined
  readonly dueTo?: string | undefined
  readonly deadlineFrom?: string | undefined
  readonly deadlineTo?: string | undefined
  /** Done at this moment or later, and before this one. */
  readonly doneSince?: Date | undefined
  readonly doneBefore?: Date | undefined
  /** Overdue or past the deadline at this moment; `today` is its local date. */
  readonly overdueAt?: { readonly now: Date; readonly today: string } | undefined
}

export interface TaskPage {
  readonly sort: TaskSort
  readonly limit: number
  readonly cursor?: string | undefined
}

/**
 * One page of the tasks that a person sees.
 * @throws AppError `invalid_input` for a cursor of another list.
 */
export async function listTasks(
  ctx: Scoped,
  filter: TaskFilter,
  page: TaskPage,
): Promise<{ items: Task[]; nextCursor: string | null }> {
  const order = ORDERS[page.sort]
  const after = page.cursor === undefined ? undefined : order.isAfter(page.cursor)
  const where = and(...conditions(ctx, filter), after)
  const first = sql`order by ${order.by} limit ${page.limit + 1}`
  const visible = firstVisible(
    ctx,
    tasks,
    (condition) => sql`select * from tasks where ${and(condition, where)} ${first}`,
  )
  const rows = await readTasks(
    ctx,
    sql`${selectTasks(ctx)} from (select distinct on (${order.columns}) * from (${visible}) visible ${first}) tasks order by ${order.by}`,
  )
  const { items, nextCursor } = toPage(rows, page.limit, (row) => ({
    sort: page.sort,
    after: order.position(row),
  }))
  return { items: items.map(toTask), nextCursor }
}

interface Order {
  /** The columns that it sorts by, which end in the id. */
  readonly columns: SQL
  readonly by: SQL
  /** @throws AppError `invalid_input` */
  isAfter(cursor: string): SQL
  position(row: FullTaskRow): (string | number)[]
}

const ORDERS: Record<TaskSort, Order> = {
  created: {
    columns: sql`id`,
    by: sql`id desc`,
    isAfter(cursor) {
      const [id] = decodeCursor(cursor, 'created', z.tuple([sortText]))
      return sql`${tasks.id} < ${id}`
    },
    position: (row) => [row.id],
  },
  due: {
    columns: sql`due_sort, id`,
    by: sql`due_sort, id`,
    isAfter(cursor) {
      const [due, id] = decodeCursor(cursor, 'due', z.tuple([sortText, sortText]))
      return sql`(${tasks.dueSort}, ${tasks.id}) > (${due}, ${id})`
    },
    position: (row) => [row.dueSort, row.id],
  },
  priority: {
    columns: sql`priority, due_sort, id`,
    by: sql`priority, due_sort, id`,
    isAfter(cursor) {
      const [priority, due, id] = decodeCursor(cursor, 'priority', z.tuple([Priority, sortText, sortText]))
      return sql`(${tasks.priority}, ${tasks.dueSort}, ${tasks.id}) > (${priority}::smallint, ${due}, ${id})`
    },
    position: (row) => [row.priority, row.dueSort, row.id],
  },
}

function conditions(ctx: Scoped, filter: TaskFilter): (SQL | undefined)[] {
  return [
    filter.trashed ? isNotNull(tasks.trashedAt) : isNull(tasks.trashedAt),
    filter.status?.length ? inArray(tasks.status, [...filter.status]) : undefined,
    filter.priority?.length ? inArray(tasks.priority, [...filter.priority]) : undefined,
    filter.projectId
      ? and(eq(tasks.projectId, filter.projectId), visibleTo(ctx, { spaceId: tasks.spaceId }))
      : undefined,
    // The stored link finds the rows through its index; the shown link leaves out what the caller may not see.
    filter.parentId
      ? and(eq(tasks.parentId, filter.parentId), eq(shownParentId(ctx), filter.parentId))
      : undefined,
    filter.assignee ? eq(tasks.assigneeId, filter.assignee) : undefined,
    filter.labels?.length ? hasLabels(filter.labels) : undefined,
    filter.text ? hasText(filter.text) : undefined,
    filter.blocked === undefined ? undefined : filter.blocked ? isBlocked(ctx) : sql`not ${isBlocked(ctx)}`,
    ...whenConditions(filter),
  ]
}

function whenConditions(filter: TaskFilter): (SQL | undefined)[] {
  return [
    filter.dueFrom || filter.dueTo ? isDueWithin(filter.dueFrom, filter.dueTo) : undefined,
    filter.deadlineFrom ? gte(tasks.deadline, filter.deadlineFrom) : undefined,
    filter.deadlineTo ? lte(tasks.deadline, filter.deadlineTo) : undefined,
    filter.doneSince || filter.doneBefore ? eq(tasks.status, 'done') : undefined,
    filter.doneSince ? gte(tasks.completedAt, filter.doneSince) : undefined,
    filter.doneBefore ? lt(tasks.completedAt, filter.doneBefore) : undefined,
    filter.overdueAt ? isOverdueAt(filter.overdueAt) : undefined,
  ]
}

function hasLabels(labels: readonly string[]): SQL {
  return sql`${comparableListSql(sql`labels`)} @> ${sql.param(labels.map(comparable), tasks.labels)}`
}

/** The title or the notes contain the text, in any case. */
function hasText(text: string): SQL {
  return sql`${comparableSql(TASK_TEXT)} ilike ${patternOf(text)}`
}

/** A condition on the sort key, so that the range follows its index; both days included, undated tasks left out. */
function isDueWithin(from: string | undefined, to: string | undefined): SQL | undefined {
  return and(
    from ? gte(tasks.dueSort, from) : undefined,
    to ? lte(tasks.dueSort, lastOfDay(to)) : lt(tasks.dueSort, UNDATED),
  )
}

const UNDATED = dueSort(null)
const lastOfDay = (date: string) => dueSort({ date, time: null, timeZone: null, at: null })

function isOverdueAt({ now, today }: { now: Date; today: string }): SQL | undefined {
  return and(
    inArray(tasks.status, ['open', 'in_progress']),
    or(
      sql`${tasks.dueAt} < ${now.toISOString()}::timestamptz`,
      and(isNull(tasks.dueAt), sql`${tasks.dueDate} < ${today}::date`),
      sql`${tasks.deadline} < ${today}::date`,
    ),
  )
}
