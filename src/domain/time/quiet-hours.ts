/** Quiet hours: two times of a person's day between which nothing disturbs them. */
import { Temporal } from 'temporal-polyfill'
import { localNow, type Moment } from './clock.ts'

/** Times as HH:MM. The first may be later than the second, which then is of the next day; equal ones mean no such hours. */
export interface QuietHours {
  readonly from: string
  readonly to: string
}

/** When the quiet hours that last at a moment end; undefined: the moment is outside them. */
export function quietUntil({ from, to }: QuietHours, moment: Moment): Date | undefined {
  const local = localNow(moment)
  const time = local.toPlainTime()
  const [start, end] = [Temporal.PlainTime.from(from), Temporal.PlainTime.from(to)]
  const isBefore = (one: Temporal.PlainTime, other: Temporal.PlainTime) =>
    Temporal.PlainTime.compare(one, other) < 0
  const isOverMidnight = isBefore(end, start)
  const hasBegun = !isBefore(time, start)
  const isOver = !isBefore(time, end)
  if (isOverMidnight ? !hasBegun && isOver : !hasBegun || isOver) return undefined
  const days = isOverMidnight && hasBegun ? 1 : 0
  return endOf(local, local.toPlainDate().add({ days }).toPlainDateTime(end))
}

/** The moment of a local time after `local`, which a clock change may skip or repeat. */
function endOf(local: Temporal.ZonedDateTime, end: Temporal.PlainDateTime): Date {
  const at = end.toZonedDateTime(local.timeZoneId)
  if (Temporal.ZonedDateTime.compare(at, local) <= 0) {
    // The hour comes a second time.
    return new Date(end.toZonedDateTime(local.timeZoneId, { disambiguation: 'later' }).epochMilliseconds)
  }
  const isSkipped = !at.toPlainDateTime().equals(end)
  const change = isSkipped ? at.getTimeZoneTransition('previous') : null
  return new Date((change ?? at).epochMilliseconds)
}
