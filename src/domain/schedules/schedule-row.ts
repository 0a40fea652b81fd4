/** A schedule as it is stored. */
import type { schedules } from './tables.ts'

export type ScheduleRow = typeof schedules.$inferSelect
