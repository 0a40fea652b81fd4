/** Calendar days (YYYY-MM-DD): today in a time zone, and sums of days. */
import { Temporal } from 'temporal-polyfill'

/** The day that `now` falls on in an IANA time zone. */
export function dayIn(timeZone: string, now: Date): string {
  return Temporal.Instant.fromEpochMilliseconds(now.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString()
}

export function addDays(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString()
}

/** The moment at which a day begins in an IANA time zone. */
export function startOfDay(day: string, timeZone: string): Date {
  return new Date(Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds)
}

/** Days from one day to another; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'day' }).days
}

/** Whether a text is an existing day of the calendar. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  try {
    const { year } = Temporal.PlainDate.from(text, { overflow: 'reject' })
    return year >= YEARS.first && year <= YEARS.last
  } catch {
    return false
  }
}

/** Years outside are typing errors; sums of days stay well within PostgreSQL's range. */
const YEARS = { first: 1900, last: 2999 } as const
