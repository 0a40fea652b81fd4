/** Due dates as Todoist writes them. They are kept word for word; these rules only read them, and move them to a day. */
import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import type { JsonObject } from '../../core/text/json.ts'
import { isDay } from '../time/calendar.ts'
import { isTimeZone } from '../time/zones/time-zone.ts'

const WireDue = z.looseObject({
  /** `YYYY-MM-DD`; `...T12:00:00`, the same time wherever the person is; or `...Z`, with `timezone`. */
  date: z.string(),
  timezone: z.string().nullish(),
  string: z.string().nullish(),
  is_recurring: z.boolean().nullish(),
})

export interface WireDue {
  readonly date: string
  readonly timeZone: string | null
  readonly isRecurring: boolean
  readonly wire: JsonObject
}

/** Undefined for what is not a valid due date. */
export function readWireDue(wire: JsonObject): WireDue | undefined {
  const { data } = WireDue.safeParse(wire)
  const day = data && partsOf(data.date)?.day
  if (data === undefined || day === undefined || !isDay(day)) return undefined
  const { date, timezone, is_recurring: isRecurring } = data
  return { date, timeZone: timezone ?? null, isRecurring: isRecurring ?? false, wire }
}

const FORM = /^(?<day>\d{4}-\d{2}-\d{2})(?:T(?<time>\d{2}:\d{2})(?<rest>[\d:.]*)(?<zulu>Z?))?$/

interface Parts {
  readonly day: string
  /** HH:MM; undefined: the whole day. */
  readonly time: string | undefined
  readonly rest: string | undefined
  /** Whether it is a moment in UTC. */
  readonly isFixed: boolean
}

function partsOf(date: string): Parts | undefined {
  const { day, time, rest, zulu } = FORM.exec(date)?.groups ?? {}
  return day === undefined ? undefined : { day, time, rest, isFixed: zulu === 'Z' }
}

/** The day and the time (HH:MM; null: the whole day) in the time zone of the user. */
export function dueIn(
  { date }: Pick<WireDue, 'date'>,
  timeZone: string,
): { date: string; time: string | null } {
  const { day = date, time = null, isFixed = false } = partsOf(date) ?? {}
  if (!isFixed) return { date: day, time }
  const local = Temporal.Instant.from(date).toZonedDateTimeISO(timeZone)
  return {
    date: local.toPlainDate().toString(),
    time: local.toPlainTime().toString({ smallestUnit: 'minute' }),
  }
}

/**
 * The same due date on another day: the rule by which it repeats, its time and its time zone stay. `time` (HH:MM): another
 * time as well.
 */
export function moveDue({ date, timeZone, wire }: WireDue, day: string, time?: string): JsonObject {
  return { ...wire, date: movedDate({ date, timeZone }, day, time) }
}

function movedDate(
  { date, timeZone }: Pick<WireDue, 'date' | 'timeZone'>,
  day: string,
  time: string | undefined,
): string {
  const before = partsOf(date)
  if (before?.time === undefined) return time === undefined ? day : `${day}T${time}:00`
  if (!before.isFixed) return `${day}T${time === undefined ? `${before.time}${before.rest}` : `${time}:00`}`
  const zone = timeZone !== null && isTimeZone(timeZone) ? timeZone : 'UTC'
  const local = Temporal.Instant.from(date).toZonedDateTimeISO(zone).toPlainTime()
  const plainTime = time === undefined ? local : Temporal.PlainTime.from(time)
  const moved = Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: zone, plainTime })
  return moved.toInstant().toString({ smallestUnit: 'second' })
}
