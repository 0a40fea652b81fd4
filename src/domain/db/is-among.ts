/** A condition on many values, as one parameter: PostgreSQL takes 65,535 at most. */
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'

export function isAmong(column: SQLWrapper, values: readonly string[]): SQL<boolean> {
  return sql<boolean>`${column} in (select json_array_elements_text(${JSON.stringify(values)}::json))`
}
