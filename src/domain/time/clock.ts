/** The person's clock: one instant and one time zone, always passed in, so that every rule here is pure. */
import { Temporal } from 'temporal-polyfill'

/** The moment and time zone for reading words. `timeZone` is a valid IANA name (checked where it comes in). */
export interface Moment {
  now: Date
  timeZone: string
}

/** The person's wall clock. Throws RangeError for a time zone that does not exist. */
export function localNow({ now, timeZone }: Moment): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone)
}

/** The person's calendar day, YYYY-MM-DD. */
export function localDate(moment: Moment): string {
  return localNow(moment).toPlainDate().toString()
}

/**
 * The instant of a local wall time. A time that a DST change skips moves later by the gap, and a time that occurs twice
 * means the first (Temporal's "compatible"). Undefined for an impossible date, time or zone.
 */
export function instantOf(date: string, time: string, timeZone: string): Temporal.Instant | undefined {
  try {
    return Temporal.PlainDateTime.from(`${date}T${time}`).toZonedDateTime(timeZone).toInstant()
  } catch {
    return undefined
  }
}

/** A UTC moment as stored: whole minutes, `YYYY-MM-DDTHH:MM:00.000Z`. */
export function utcText(instant: Temporal.Instant): string {
  return new Date(
    instant.round({ smallestUnit: 'minute', roundingMode: 'floor' }).epochMilliseconds,
  ).toISOString()
}
