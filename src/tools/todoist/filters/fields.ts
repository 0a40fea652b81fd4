/** Fields that a new filter and a changed one have alike. */
import { z } from 'zod'
import { Color } from '../../../domain/todoist/things/colors.ts'

/** The most characters of a query at Todoist. */
const QUERY_MAX_CHARS = 1_024

export const filterFields = {
  query: z.string().trim().min(1).max(QUERY_MAX_CHARS).describe("In Todoist's filter language"),
  color: Color.optional(),
  isFavorite: z.boolean().optional(),
}
