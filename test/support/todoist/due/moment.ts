/** A day, a time of day that floats, or a moment fixed by its zone: the three forms of a due date. */
import { Temporal } from 'temporal-polyfill'

export interface Moment {
  readonly date: Temporal.PlainDate
  readonly time?: Temporal.PlainTime | undefined
  readonly zone?: string | undefined
}

const DAY = /^\d{4}-\d{2}-\d{2}$/
const FLOATING = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/
const FIXED = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/

/** Reads the wire's form; a fixed moment is seen from `zone`. */
export function readMoment(text: string, zone: string): Moment | undefined {
  try {
    if (DAY.test(text)) return { date: Temporal.PlainDate.from(text) }
    if (FLOATING.test(text)) return split(Temporal.PlainDateTime.from(text))
    if (!FIXED.test(text)) return undefined
    const zoned = Temporal.Instant.from(text).toZonedDateTimeISO(zone)
    return { ...split(zoned.toPlainDateTime()), zone }
  } catch {
    return undefined
  }
}

export function writeMoment({ date, time, zone }: Moment): string {
  if (time === undefined) return date.toString()
  const dateTime = date.toPlainDateTime(time)
  if (zone === undefined) return dateTime.toString({ smallestUnit: 'second' })
  return dateTime.toZonedDateTime(zone).toInstant().toString({ smallestUnit: 'second' })
}

export function split(dateTime: Temporal.PlainDateTime): Moment {
  return { date: dateTime.toPlainDate(), time: dateTime.toPlainTime() }
}

/** Whether `moment` comes after `now`: a day does once that day is over. */
export function isAfter(moment: Moment, now: Temporal.PlainDateTime): boolean {
  if (moment.time === undefined) return Temporal.PlainDate.compare(moment.date, now.toPlainDate()) > 0
  return Temporal.PlainDateTime.compare(moment.date.toPlainDateTime(moment.time), now) > 0
}

export function nowIn(zone: string, nowMs: number): Temporal.PlainDateTime {
  return Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone).toPlainDateTime()
}
