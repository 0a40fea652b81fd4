/** Whether a task has labels, found by their index. */
import { type SQL, sql } from 'drizzle-orm'
import { comparable } from '../../../core/text/comparable.ts'
import { comparableListSql } from '../../db/comparable.ts'
import { todoistItems as items } from '../tables.ts'

export function hasLabels(labels: readonly string[], match: 'any' | 'all'): SQL {
  const compares = match === 'all' ? sql`@>` : sql`&&`
  return sql`${comparableListSql(items.labels)} ${compares} ${sql.param(labels.map(comparable), items.labels)}`
}
