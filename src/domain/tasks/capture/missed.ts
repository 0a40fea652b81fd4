/** Finds words for a date or time in a title from which nothing was read, so that the person learns why. */

import { nounFor } from '../../../core/text/counts.ts'
import type { Moment } from '../../time/clock.ts'
import { asTimeOrSpan, readClock, timeOrSpan } from '../../time/days/clock-words.ts'
import { isEvery, MONTH_WORDS, weekdayNumber } from '../../time/days/vocabulary.ts'
import { readDue } from '../../time/reading/read-due.ts'
import { readFastRepeat } from '../../time/repeats/fast-repeat.ts'
import { readRepeat } from '../../time/repeats/repeat-phrase.ts'
import { isUnread, type Unread } from '../../time/unread.ts'
import { dayIn, isThing, normalTitle } from './loose.ts'
import { isOfName } from './names.ts'
import type { Reading } from './reading.ts'
import type { When } from './when.ts'
import { isDayRow, isPlaceInRow } from './when-context.ts'

/** Why a title still contains words for a date or time; null if it contains none, or if nothing more has to be read. */
export function missedMoment({ words }: Reading, { due, repeat }: When, moment: Moment): Unread | null {
  if (due?.time != null) return null
  // "Friday's numbers" and "High Noon" are things.
  const normal = normalTitle(words).map((word, index) =>
    POSSESSIVE.test(words[index]?.text ?? '') || isOfName(words, index) ? '' : word,
  )
  const isDated = due !== null || repeat !== null
  return (isDated ? null : missedDay(normal, moment)) ?? missedTime(normal)
}

const POSSESSIVE = /['’]s$/i

function missedDay(normal: readonly string[], moment: Moment): Unread | null {
  const text = normal.join(' ')
  const fast = fastRepeatIn(normal)
  // Schedules read such words, and tasks do not.
  const repeat = fast === undefined ? undefined : readRepeat(fast, moment)
  if (isUnread(repeat)) return repeat
  const row = normal.find(isDayRow)
  if (row !== undefined)
    return { unread: `"${row}" is more than one day`, instead: `Write "every ${row}" for a repeat.` }
  const [unitless] = /\bin \d{1,3}$/.exec(text) ?? []
  if (unitless !== undefined)
    return {
      unread: `"${unitless}" has no unit`,
      instead: `Write "${unitless} ${nounFor(Number(unitless), 'minute')}" for a time.`,
    }
  const days = normal.map((word, index) => (isPlaceInRow(word, normal[index + 1]) ? '' : word))
  const day = dayIn(withoutSources(days), moment) ?? VAGUE.exec(days.join(' '))?.[0]
  if (day === undefined) return null
  if (!isUnread(readDue(text, moment)))
    return { unread: 'the message says when, but not what', instead: 'Write both: call Ana tomorrow 9am.' }
  const time = missedTime(normal)
  if (time === null)
    return {
      unread: `"${day}" is in the title, and was not read as a date`,
      instead: 'Write one day at the end: call Ana friday, or call Ana dec 15.',
    }
  if (normal.some((_, index) => timeOrSpan(normal, index) !== undefined)) return time
  return {
    unread: 'a day and a time are in the title, and were not read as one moment',
    instead: 'Write them side by side: friday 18:30, or friday 18:30-20:10.',
  }
}

function fastRepeatIn(normal: readonly string[]): string | undefined {
  for (const [index, word] of normal.entries()) {
    // An "hourly rate" does not repeat.
    const read = isEvery(word) ? readFastRepeat(normal, index) : undefined
    if (read !== undefined) return normal.slice(index, index + read.length).join(' ')
  }
  return undefined
}

/** "Notes from monday": a past day. */
const withoutSources = (normal: readonly string[]): string[] =>
  normal.map((word, index) => (/^(from|since|of|about|re|last)$/.test(normal[index - 1] ?? '') ? '' : word))

/** Days that are not clear, and the first of a row of days. */
const VAGUE = new RegExp(
  `\\b(early|mid|late)[ -](((next|this) )?(week|month|year)|${MONTH_WORDS.join('|')})\\b|\\b(on|over|during|at) the weekend\\b|\\bon (the )?\\d{1,2}(st|nd|rd|th)\\b`,
)

function missedTime(normal: readonly string[]): Unread | null {
  for (const [index, word] of normal.entries()) {
    const isBeside = /^(at|@)$/.test(normal[index - 1] ?? '') || isNear(normal[index - 1])
    const both = isBeside ? timeOrSpan(normal, index) : undefined
    if (both !== undefined) return asTimeOrSpan(both)
    const isFigures = isNear(normal[index - 1]) && /^([01]?\d|2[0-3])[.][0-5]\d$/.test(word)
    if (!isFigures && !isBareHour(normal, index) && !isTime(normal, index)) continue
    return {
      unread: `"${word}" is in the title, and was not read as a time`,
      instead: 'Write the time beside its day: call Ana friday 18:30.',
    }
  }
  return null
}

/** "At 9" at the start or the end; "Look at 9 houses" does not name an hour. */
const isBareHour = (normal: readonly string[], index: number): boolean =>
  /^(at|@)$/.test(normal[index - 1] ?? '') &&
  /^([1-9]|1\d|2[0-3])$/.test(normal[index] ?? '') &&
  (index === 1 || index === normal.length - 1)

const isNear = (word: string | undefined): boolean =>
  /^(today|tomorrow|tonight)$/.test(word ?? '') || weekdayNumber(word) !== undefined

const CLOCK = /^~?(\d{1,2}(:[0-5]\d)?[ap]m(-?ish)?|([01]?\d|2[0-3]):[0-5][05]|noon)$/

/** A time that is not part of a thing. "The 6:05 train", "my 7am alarm" and "for friday 9am exam" are things. */
function isTime(normal: readonly string[], index: number): boolean {
  if (isThing(normal, index) || (isNear(normal[index - 1]) && normal[index - 2] === 'for')) return false
  const isApart = /^[ap]m$/.test(normal[index + 1] ?? '')
  return CLOCK.test(normal[index] ?? '') || (isApart && readClock(normal, index, true) !== undefined)
}
