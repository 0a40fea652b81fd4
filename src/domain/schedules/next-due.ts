/** When a schedule is due: cron on the wall clock of its time zone, whose changes neither skip nor double a firing. */
import { CronExpressionParser } from 'cron-parser'
import { Temporal } from 'temporal-polyfill'

/**
 * The most steps of a search: the minutes of a repeated hour, and the changes of a leap year's cycle, many times over.
 */
const MAX_STEPS = 5_000
const HOURS_PER_DAY = 24

/**
 * The first due moment after `after`; undefined for a cron expression that is not valid or never matches. A wall time
 * that a clock change skips is due at the first moment that exists after it; a repeated one is due the first time. Only
 * where every hour is meant, the repeated hour counts again: such a schedule has a rhythm, and would otherwise be
 * silent for that hour.
 */
export function nextDue(cron: string, timeZone: string, after: Date): Date | undefined {
  const hours = hoursOf(cron)
  if (hours === undefined) return undefined
  const search: Search = { cron, timeZone, isRhythm: hours === HOURS_PER_DAY }
  let from: From = { at: zoned(after.getTime(), timeZone), inclusive: false }
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const found = advance(search, from)
    if (found === undefined) return undefined
    if ('due' in found) return new Date(found.due)
    from = found
  }
  return undefined
}

/** Whether it can be read as cron at all; it may still name days that never come. */
export function isCron(cron: string): boolean {
  return hoursOf(cron) !== undefined
}

/** How many hours of a day match. */
function hoursOf(cron: string): number | undefined {
  try {
    return CronExpressionParser.parse(cron, { tz: 'UTC' }).fields.hour.values.length
  } catch {
    return undefined
  }
}

interface Search {
  readonly cron: string
  readonly timeZone: string
  readonly isRhythm: boolean
}

interface From {
  readonly at: Temporal.ZonedDateTime
  /** Whether `at` itself may be due. */
  readonly inclusive: boolean
}

/** Searches until the next clock change: until then wall time and elapsed time run alike. */
function advance({ cron, timeZone, isRhythm }: Search, from: From): { due: number } | From | undefined {
  const wall = nextWall(cron, from)
  if (wall === undefined) return undefined
  const moment = wallMs(wall) - from.at.offsetNanoseconds / 1e6
  const change = from.at.getTimeZoneTransition('next')
  if (change !== null && moment >= change.epochMilliseconds) {
    const isSkipped = Temporal.PlainDateTime.compare(wall, change.toPlainDateTime()) < 0
    return isSkipped ? { due: change.epochMilliseconds } : { at: change, inclusive: true }
  }
  const firstTime = wall.toZonedDateTime(timeZone).epochMilliseconds
  if (!isRhythm && firstTime < moment) return { at: zoned(moment, timeZone), inclusive: false }
  return { due: moment }
}

function zoned(epochMs: number, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(timeZone)
}

/** Wall time as if it were UTC, which skips and repeats no hour. */
function wallMs(wall: Temporal.PlainDateTime): number {
  return wall.toZonedDateTime('UTC').epochMilliseconds
}

function nextWall(cron: string, { at, inclusive }: From): Temporal.PlainDateTime | undefined {
  const minute = at.toPlainDateTime().round({ smallestUnit: 'minute', roundingMode: 'floor' })
  const after = inclusive ? minute.subtract({ minutes: 1 }) : minute
  try {
    const found = CronExpressionParser.parse(cron, { tz: 'UTC', currentDate: new Date(wallMs(after)) }).next()
    return zoned(found.getTime(), 'UTC').toPlainDateTime()
  } catch {
    return undefined
  }
}
