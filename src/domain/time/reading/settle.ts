/** Settles which moment the words mean: FlowCoach's bounds, the person's zone or the zone that was named. */
import { Temporal } from 'temporal-polyfill'
import { instantOf, localNow, type Moment, utcText } from '../clock.ts'
import type { Said } from '../days/date-words.ts'
import { isAfterMidnight, wallTimeOf } from '../days/wall-time.ts'
import { isUnread, type Unread } from '../unread.ts'
import { instantIn } from '../zones/zone-words.ts'

/** How far ahead a date in words may be. */
const MAX_YEARS_AHEAD = 2

/** A moment in words. */
export interface ReadDate {
  /** YYYY-MM-DD in `timeZone`. */
  readonly date: string
  /** HH:MM in `timeZone`. */
  readonly time: string | null
  /** IANA name: the person's own, or a zone given by its IANA name. */
  readonly timeZone: string
  /** The exact moment, if the wall time alone does not determine it; otherwise null. */
  readonly at: string | null
  /** False when only a time of day was given. */
  readonly dated: boolean
  readonly implied: 1 | 2 | 4 | null
  readonly lengthMinutes: number | null
}

/** The last day that words may name, YYYY-MM-DD. */
export function lastDate(moment: Moment): string {
  return localNow(moment).toPlainDate().add({ years: MAX_YEARS_AHEAD }).toString()
}

/** FlowCoach's rule: words mean the future (today counts), within two years. */
export function settle(said: Said, moment: Moment): ReadDate | Unread {
  if (said.instant !== null) {
    const timeZone = said.zone?.kind === 'name' ? said.zone.timeZone : moment.timeZone
    return ofInstant(said.instant, { ...moment, timeZone }, { dated: true })
  }
  const date = said.day?.date
  if (isUnread(date)) return date
  const isEvening = said.day?.isTonight === true && said.time !== null && !said.time.isMidnight
  const part = isEvening ? 'night' : said.part
  const isTimed = said.time !== null || said.part !== null
  const time = isTimed ? wallTimeOf(said.time, part) : null
  if (time === undefined || (part === 'night' && isAfterMidnight(time) && said.time?.isMidnight !== true))
    return {
      unread: 'the time of day and its part of the day do not agree',
      instead: 'Write the time as 18:30 or 6:30pm.',
    }
  return date === undefined ? nextTime(said, time ?? '00:00', moment) : onDay(said, { date, time }, moment)
}

interface Wall {
  readonly date: Temporal.PlainDate
  readonly time: string | null
}

function onDay(said: Said, { date, time }: Wall, moment: Moment): ReadDate | Unread {
  const today = localNow(moment).toPlainDate()
  if (said.time?.isMidnight === true) {
    // Only the midnight that ends today is unambiguous.
    if (!date.equals(today))
      return {
        unread: `midnight on ${date.toString()} may begin the day or end it`,
        instead: `Write "${date.toString()} 00:00" or "${date.toString()} 23:59".`,
      }
    return onWall(said, { date: date.add({ days: 1 }), time }, moment)
  }
  return onWall(said, { date, time }, moment)
}

function onWall(said: Said, { date, time }: Wall, moment: Moment): ReadDate | Unread {
  const today = localNow(moment).toPlainDate()
  if (Temporal.PlainDate.compare(date, today) < 0)
    return {
      unread: `${date.toString()} is past`,
      instead: `Write a day to come, or ${date.toString()} for that very day.`,
    }
  const refused = tooFar(date.toString(), moment)
  if (refused !== undefined) return refused
  const facts = {
    ...{ dated: said.day !== null, implied: said.day?.implied ?? null },
    lengthMinutes: said.time?.lengthMinutes ?? null,
  }
  const { timeZone } = moment
  if (time === null) return { date: date.toString(), time, timeZone, at: null, ...facts }
  if (said.zone !== null && said.zone.kind !== 'name') {
    const instant = instantIn(said.zone, { date: date.toString(), time }, timeZone)
    if (instant === undefined || isUnread(instant)) return instant ?? NO_SUCH_TIME
    return ofInstant(instant, moment, facts)
  }
  const zone = said.zone?.timeZone ?? timeZone
  const instant = instantOf(date.toString(), time, zone)
  if (instant === undefined) return NO_SUCH_TIME
  if (instant.epochMilliseconds < moment.now.getTime()) return past(`${date.toString()} ${time}`)
  return { date: date.toString(), time, timeZone: zone, at: null, ...facts }
}

const NO_SUCH_TIME: Unread = { unread: 'there is no such time', instead: 'Write the time as 18:30.' }

const past = (text: string): Unread => ({ unread: `${text} is past`, instead: 'Write a time to come.' })

function tooFar(date: string, moment: Moment): Unread | undefined {
  if (date <= lastDate(moment)) return undefined
  return {
    unread: `${date} is more than ${MAX_YEARS_AHEAD} years ahead`,
    instead: 'Write such a date in full, as 2031-01-31, in the field due.',
  }
}

/** A time of day alone: the next one to come. */
function nextTime(said: Said, time: string, moment: Moment): ReadDate | Unread {
  const today = localNow(moment).toPlainDate()
  // A zone's own day may be the one before or after the person's.
  const days = said.zone === null ? [0, 1] : [-1, 0, 1, 2]
  let last: ReadDate | Unread = NO_SUCH_TIME
  for (const ahead of days) {
    const date = today.add({ days: ahead })
    const wall = { date: date.toString(), time }
    const zone = said.zone ?? { kind: 'place' as const, text: '', timeZone: moment.timeZone }
    const instant = instantIn(zone, wall, moment.timeZone)
    if (instant === undefined || isUnread(instant)) {
      last = instant ?? NO_SUCH_TIME
      continue
    }
    if (instant.epochMilliseconds < moment.now.getTime()) continue
    const facts = { dated: false, lengthMinutes: said.time?.lengthMinutes ?? null }
    if (said.zone?.kind === 'name')
      return { ...wall, timeZone: said.zone.timeZone, at: null, implied: null, ...facts }
    return said.zone === null
      ? { ...wall, timeZone: moment.timeZone, at: null, implied: null, ...facts }
      : ofInstant(instant, moment, facts)
  }
  return last
}

/** An instant on the person's wall clock, in whole minutes. */
export function wallTime(instant: Temporal.Instant, timeZone: string): { date: string; time: string } {
  const local = instant.toZonedDateTimeISO(timeZone)
  return {
    date: local.toPlainDate().toString(),
    time: local.toPlainTime().toString({ smallestUnit: 'minute' }),
  }
}

type Facts = Pick<ReadDate, 'dated'> & Partial<Pick<ReadDate, 'implied' | 'lengthMinutes'>>

function ofInstant(instant: Temporal.Instant, moment: Moment, facts: Facts): ReadDate | Unread {
  const wall = wallTime(instant, moment.timeZone)
  if (instant.epochMilliseconds < moment.now.getTime()) return past(`${wall.date} ${wall.time}`)
  const shared = { implied: null, lengthMinutes: null, ...facts }
  return tooFar(wall.date, moment) ?? { ...wall, timeZone: moment.timeZone, at: utcText(instant), ...shared }
}
