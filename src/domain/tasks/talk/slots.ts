/** What people type for a length of work, a day or a priority when they talk about tasks. */

import { MAX_MINUTES } from '../../planning/effort.ts'
import { normalWords } from '../../time/days/words.ts'
import { readDays } from '../../time/reading/read-days.ts'
import { readDue } from '../../time/reading/read-due.ts'
import { readRepeat } from '../../time/repeats/repeat-phrase.ts'
import { isUnread } from '../../time/unread.ts'
import { readMinutes } from '../capture/minutes.ts'
import { readToken } from '../capture/tokens.ts'

/** Any moment will do for telling whether words are a date: the operation reads them at its own. */
const ANY_MOMENT = { now: new Date(0), timeZone: 'UTC' }

/** The words of the longest date that is read. */
const DATE_MAX_WORDS = 10

/** Minutes of work: `30`, `2h`, `half an hour`; undefined for other words. */
export function minutesIn(text: string): number | undefined {
  if (/^\d{1,5}$/.test(text)) {
    const minutes = Number(text)
    return minutes >= 1 && minutes <= MAX_MINUTES ? minutes : undefined
  }
  return readMinutes(normalWords(text), false)
}

export const isLength = (text: string): boolean => minutesIn(text) !== undefined

/** A length with its unit: in "no, 7" the number may be a time of day. */
export const isSaidLength = (text: string): boolean => isLength(text) && !/^\d+$/.test(text)

/** Whether words are meant as a day or a moment, even as one that cannot be: the operation then says why. */
export function isWhen(text: string): boolean {
  const words = normalWords(text)
  if (words.length > DATE_MAX_WORDS) return false
  return !isUnread(readDue(text, ANY_MOMENT)) || readToken(words, true, ANY_MOMENT)?.kind === 'refused'
}

/** Whether words are one or several days, past or to come. */
export function isDays(text: string): boolean {
  if (/^\d+$/.test(text) || normalWords(text).length > DATE_MAX_WORDS) return false
  const due = readDue(text, ANY_MOMENT)
  return (isUnread(due) || due.time === null) && !isUnread(readDays(text, ANY_MOMENT))
}

/** Whether words are a rule by which a task repeats. */
export function isRepeat(text: string): boolean {
  return !isUnread(readRepeat(text, ANY_MOMENT))
}

/** The moment after a while: "2 days" is "in 2 days"; undefined for other words. */
export function whenAfter(text: string): string | undefined {
  const when = `in ${text}`
  return isUnread(readDue(when, ANY_MOMENT)) ? undefined : when
}

/** A while by which something is put off: "a week", "2 days". */
export const isWhile = (text: string): boolean => whenAfter(text) !== undefined

/** A label as people type it, with or without its sign. */
export const isLabel = (text: string): boolean => /^[@#]?[^\s,@#]+$/.test(text)

/** The hour to which a task is put off when only a day is named. */
const SNOOZE_TIME = '9:30'

/** The moment to which a task is put off: tomorrow morning, or the day that was named at that time. */
export function snoozedTo(when = 'tomorrow'): string {
  const due = readDue(when, ANY_MOMENT)
  return isUnread(due) || due.time !== null ? when : `${when} ${SNOOZE_TIME}`
}

/** P1 to P4 and the words for them; undefined for other words. */
export function priorityIn(text: string): number | undefined {
  const token = readToken(normalWords(text), true, ANY_MOMENT)
  return token?.kind === 'code' || token?.kind === 'word' ? token.priority : undefined
}

export const isPriority = (text: string): boolean => priorityIn(text) !== undefined
