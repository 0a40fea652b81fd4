/** Names of time zones: their schema, and whether two are the same. */
import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'

const TIME_ZONE_MAX_CHARS = 64

/** An IANA name (`Europe/Paris`, `UTC`); a bare offset is refused, because it knows no summer time. */
export const TimeZone = z
  .string()
  .max(TIME_ZONE_MAX_CHARS)
  .refine(isTimeZone, 'must be an IANA time zone such as Europe/Paris')

/** The zone of this machine; UTC if it has none, or an unknown one (TZ=Foo/Bar). */
export function systemTimeZone(): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  return isTimeZone(timeZone) ? timeZone : 'UTC'
}

/** Whether two names mean one zone, as `Asia/Calcutta` and `Asia/Kolkata` do. */
export function isSameZone(one: string, other: string): boolean {
  if (one === other) return true
  if (!isTimeZone(one) || !isTimeZone(other)) return false
  const instant = Temporal.Instant.fromEpochMilliseconds(0)
  return instant.toZonedDateTimeISO(one).equals(instant.toZonedDateTimeISO(other))
}

/** Whether the time zone database knows a name. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
