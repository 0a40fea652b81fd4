/** The tasks of one repeating task. */
import { sql } from 'drizzle-orm'
import { tasks } from '../tables.ts'

/** The first of a repeating task stands for all of them; a task that does not repeat stands for itself. */
export const seriesOf = ({ id, seriesId }: { readonly id: string; readonly seriesId: string | null }) =>
  seriesId ?? id

/** The same of a row in `tasks`; null in an outer join without one. */
export const SERIES = sql<string | null>`coalesce(${tasks.seriesId}, ${tasks.id})`
