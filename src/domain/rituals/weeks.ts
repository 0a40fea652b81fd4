/** Weeks, which begin on Monday and are named by that day. */
import { Temporal } from 'temporal-polyfill'

/** The Monday of the week of a day. */
export function weekOf(day: string): string {
  const date = Temporal.PlainDate.from(day)
  return date.subtract({ days: date.dayOfWeek - 1 }).toString()
}
