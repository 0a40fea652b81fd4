/** Settles what a line says about dates: the due date, the repeat, and the length of a span. */

import type { SaidTime } from '../../time/days/clock-words.ts'
import type { Said } from '../../time/days/date-words.ts'
import { type DayPart, weekdayNumber } from '../../time/days/vocabulary.ts'
import { wallTimeOf } from '../../time/days/wall-time.ts'
import { normalWord } from '../../time/days/words.ts'
import { type Due, type Moment, makeDue } from '../../time/due.ts'
import { dueOf } from '../../time/reading/read-due.ts'
import { lastDate, settle } from '../../time/reading/settle.ts'
import { firstDue, type Repeat } from '../../time/repeats/repeat.ts'
import { isUnread, type Unread } from '../../time/unread.ts'
import { zoneOfRepeat } from '../../time/zones/zone-words.ts'
import type { Reading } from './reading.ts'
import type { Word } from './text.ts'
import { ACTION_VERBS } from './words.ts'

export interface When {
  readonly due: Due | null
  readonly repeat: string | null
  /** The priority that FlowCoach derives from the same words. */
  readonly implied: 1 | 2 | 4 | null
  readonly minutes: number | null
}

/** The moment of a line, or why it cannot be used. */
export function settleWhen(reading: Reading, moment: Moment): When | Unread {
  const { minutes } = reading
  const { said, repeat } = inHalf(reading)
  const span = repeat?.lengthMinutes ?? said?.time?.lengthMinutes ?? null
  if (span !== null && minutes !== null && minutes !== span)
    return { unread: 'the length is given twice', instead: 'Give the span, or the minutes.' }
  const shared = { implied: said?.day?.implied ?? null, minutes: minutes ?? span }
  if (repeat !== null) {
    const due = firstTurn(repeat, said, moment)
    return isUnread(due ?? undefined)
      ? (due as Unread)
      : { due: due as Due | null, repeat: repeat.rule, ...shared }
  }
  if (said === null) return { due: null, repeat: null, ...shared }
  const read = settle(said, moment)
  if (isUnread(read)) return read
  return { due: dueOf(read, moment) ?? null, repeat: null, ...shared }
}

/** What the line says, with the half of the day that the title implies for a time without one. */
function inHalf({ said, repeat, words }: Reading): Pick<Reading, 'said' | 'repeat'> {
  const part = said?.time == null || said.part !== null ? null : partOfTitle(words, said.time)
  const open = repeat?.open ?? null
  const partOfRepeat = open === null ? null : partOfTitle(words, open)
  return {
    said: said && part !== null ? { ...said, part } : said,
    repeat:
      repeat && partOfRepeat !== null ? { ...repeat, time: wallTimeOf(open, partOfRepeat) ?? null } : repeat,
  }
}

/** The first due date of a repeating task: the given day, or the repeat's first day within the bounds of words. */
function firstTurn(repeat: Repeat, said: Said | null, moment: Moment): Due | Unread | null {
  const timed = said === null ? repeat : withTime(repeat, said, moment)
  if (isUnread(timed)) return timed
  if (said !== null && (said.day !== null || said.instant !== null)) return onSaidDay(timed, said, moment)
  const due = firstDue(timed, moment)
  return due === null || due.date > lastDate(moment) ? null : due
}

/** The repeat at a time of day that the line gives separately. */
function withTime(repeat: Repeat, { time, part, zone }: Said, moment: Moment): Repeat | Unread {
  if (time === null && part === null) return repeat
  const wall = wallTimeOf(time, part)
  if (wall === undefined || time?.isMidnight === true)
    return { unread: 'the time of day is not clear', instead: 'Write the time as 22:00 or 10pm.' }
  const timeZone = zone === null ? null : zoneOfRepeat(zone, moment.timeZone)
  return isUnread(timeZone) ? timeZone : { ...repeat, time: wall, timeZone }
}

function onSaidDay(repeat: Repeat, said: Said, moment: Moment): Due | Unread | null {
  const read = settle(said, moment)
  if (isUnread(read)) return read
  if (said.instant !== null) return dueOf(read, moment) ?? null
  const date = said.day === null ? read.date : String(said.day.date)
  return makeDue({ date, time: repeat.time, timeZone: repeat.timeZone }, moment) ?? null
}

const MORNING = /^(breakfast|sunrise)$/
const EVENING = /^(dinner|supper|drinks|cocktails|party|concert|movie|bedtime|sunset)$/
const RISING = /^(wake( up| [a-z]+ up)?|get( [a-z]+)? up|alarm)$/
/** Verbs whose object is an event at that time: "Meet Ana for dinner at 7", but not "Book dinner at 9". */
const ATTENDING = /^(meet|attend|go|watch)$/
/** Words that may follow the event itself: "Dinner with Ana", but not "Dinner prep". */
const FOLLOWING = /^(with|w\/|at|@|in|on|for|today|tomorrow|tonight)$/

/**
 * The part of the day that a title implies for a time without am or pm ("Dinner at 7", "Wake up at 6"); null where it
 * implies nothing, or the other half.
 */
function partOfTitle(words: readonly Word[], time: SaidTime): DayPart | null {
  const normal = words.map(({ text }) => normalWord(text))
  const isRising = [1, 2, 3].some((length) => RISING.test(normal.slice(0, length).join(' ')))
  if (!time.isOpen || (!isRising && isAboutEvent(normal[0] ?? ''))) return null
  const isMorning = isRising || hasEvent(normal, MORNING)
  if (isMorning === hasEvent(normal, EVENING)) return null
  const part = isMorning ? 'morning' : 'evening'
  return wallTimeOf(time, part) === undefined ? null : part
}

const isAboutEvent = (verb: string): boolean => ACTION_VERBS.has(verb) && !ATTENDING.test(verb)

function hasEvent(normal: readonly string[], event: RegExp): boolean {
  return normal.some((word, index) => {
    const next = normal[index + 1]
    return (
      event.test(word) && (next === undefined || FOLLOWING.test(next) || weekdayNumber(next) !== undefined)
    )
  })
}
