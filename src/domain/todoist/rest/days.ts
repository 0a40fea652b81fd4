/** Days of a user as the moments that Todoist's REST takes. */
import { Temporal } from 'temporal-polyfill'

/** The first moment of a day, in UTC. */
export function startOfDay(day: string, timeZone: string): string {
  const start = Temporal.PlainDate.from(day).toZonedDateTime(timeZone)
  return start.toInstant().toString({ smallestUnit: 'second' })
}
