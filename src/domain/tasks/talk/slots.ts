/** What people type for a length of work, a day or a priority when they talk about tasks. */

import { MAX_MINUTES } from '../../planning/effort.ts'
import { normalWords } from '../../time/days/words.ts'
import { readDue } from '../../time/reading/read-due.ts'
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

/** Whether words are meant as a day or a moment, even as one that cannot be: the operation then says why. */
export function isWhen(text: string): boolean {
  const words = normalWords(text)
  if (words.length > DATE_MAX_WORDS) return false
  return !isUnread(readDue(text, ANY_MOMENT)) || readToken(words, true, ANY_MOMENT)?.kind === 'refused'
}

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
