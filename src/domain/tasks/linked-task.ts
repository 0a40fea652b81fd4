/** The task at the other end of a link, in statements that follow links. */
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { tasks } from './tables.ts'

export const linked = alias(tasks, 'linked')

/**
 * Joins the task with an id as `linked`. `offset 0` keeps the look-up apart from the conditions of the statement: without
 * statistics of the table, PostgreSQL would otherwise read the caller's whole space for every link.
 */
export function joinLinked(id: SQLWrapper): SQL {
  return sql`cross join lateral (select * from tasks where tasks.id = ${id} offset 0) linked`
}

export const isLinkedUnfinished = sql`linked.status in ('open', 'in_progress') and linked.trashed_at is null`
