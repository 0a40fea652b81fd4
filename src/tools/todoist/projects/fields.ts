/** Fields that a new project and a changed one have alike. */
import { z } from 'zod'
import { DESCRIPTION_MAX_CHARS } from '../../../domain/todoist/tasks/task.ts'
import { Color } from '../../../domain/todoist/things/colors.ts'

export const projectFields = {
  description: z.string().max(DESCRIPTION_MAX_CHARS).optional(),
  color: Color.optional(),
  view: z.enum(['list', 'board', 'calendar']).optional(),
  isFavorite: z.boolean().optional(),
}
