/** Whether a text is in a task. */
import { type SQL, sql } from 'drizzle-orm'
import { comparableSql, patternOf } from '../../db/comparable.ts'
import { todoistItems as items } from '../tables.ts'

export function hasText(text: string): SQL {
  return sql`${comparableSql(sql`${items.content} || ' ' || ${items.description}`)} ilike ${patternOf(text)}`
}
