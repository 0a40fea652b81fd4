/** The days on which people work. */
import { WEEKDAYS, type Weekday } from '../access/tables.ts'

/** Where a person has set none. */
export const USUAL_WORK_DAYS: readonly Weekday[] = WEEKDAYS.slice(0, 5)
