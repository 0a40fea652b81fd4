/**
 * Texts in SQL in the form in which they are compared: see `core/text/comparable.ts`. PostgreSQL supports it since
 * version 13.
 */
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { comparable } from '../../core/text/comparable.ts'

/** A text in its comparable form. */
export function comparableSql(text: SQLWrapper): SQL<string> {
  return sql`normalize(${text}, NFC)`
}

/**
 * A list of texts, each in its comparable form. The function is created by a migration, so that an index can use it.
 */
export function comparableListSql(texts: SQLWrapper): SQL<string[]> {
  return sql`comparable(${texts})`
}

/** An ILIKE pattern that matches any text containing `text`. */
export function patternOf(text: string): string {
  return `%${wholePatternOf(text)}%`
}

/** An ILIKE pattern that matches the same text in any letter case. */
export function wholePatternOf(text: string): string {
  return comparable(text).replace(/[\\%_]/g, '\\$&')
}
