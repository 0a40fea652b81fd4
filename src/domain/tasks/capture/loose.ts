/**
 * Finds a day or a time that is still in a title although another moment was read: how the two belong together is
 * unclear.
 */
import type { Moment } from '../../time/clock.ts'
import { readClock, type SaidTime } from '../../time/days/clock-words.ts'
import { calendarOf } from '../../time/days/date-words.ts'
import { readDay } from '../../time/days/day-words.ts'
import { normalWord } from '../../time/days/words.ts'
import { isOwnWord } from './names.ts'
import { type Reading, refuseTwo } from './reading.ts'
import { isDayRow, isFraction } from './when-context.ts'

/** How many words of a line are searched, so that the work stays linear. */
const MAX_LOOSE_WORDS = 60

/** Refuses the moment of a reading whose title contains another one. */
export function refuseLoose(reading: Reading, moment: Moment): void {
  const { said, repeat, words } = reading
  if (said === null || said.isDeadline) return
  const normal = normalTitle(words)
  const isDayOpen = repeat === null && said.day === null && said.instant === null
  const row = isDayOpen ? normal.find(isDayRow) : undefined
  if (row !== undefined)
    reading.refused ??= {
      unread: `"${row}" is more than one day`,
      instead: `Write "every ${row}" for a repeat.`,
    }
  if (isDayOpen && dayIn(normal, moment) !== undefined) refuseTwo(reading)
  const { time } = said
  if (time !== null && normal.some((_, index) => isOtherTime(normal, index, time))) refuseTwo(reading)
}

/** The words of a title in the form for comparison; empty for words in quotation marks. */
export function normalTitle(words: Reading['words']): string[] {
  return words
    .slice(0, MAX_LOOSE_WORDS)
    .map((word) => (word.isLiteral ? '' : normalWord(word.text).replace(/['’]s$/, '')))
}

/** The first words of a title that are a day. */
export function dayIn(normal: readonly string[], moment: Moment): string | undefined {
  const calendar = calendarOf(moment)
  for (const [index, word] of normal.entries()) {
    const previous = normal[index - 1] ?? ''
    // Ordinary words, and ordinals ("the 3rd floor"), are not days.
    const isOwn =
      /^(the|in|a|an)$|^\d+(st|nd|rd|th)$/.test(word) || isFraction(word) || isOwnWord(word, previous)
    if (/^\d{1,2}\.\d{1,2}$/.test(word)) {
      if (/^(on|by|due|before)$/.test(previous)) return word
      continue
    }
    const day = isOwn ? undefined : readDay(normal, index, calendar)
    if (day !== undefined) return normal.slice(index, index + day.length).join(' ')
  }
  return undefined
}

/** Whether the word before a time makes it part of a thing. */
export const isThing = (normal: readonly string[], index: number): boolean =>
  /^(the|a|an|my|our|your|his|her|their|this|that|for)$/.test(normal[index - 1] ?? '')

/** "6:05am", "@ 10am": another time than the one that was read. "The 6:05 train" and "my 7am alarm" are things. */
function isOtherTime(normal: readonly string[], index: number, { hour, minute }: SaidTime): boolean {
  const word = normal[index] ?? ''
  if (!/^\d{1,2}(:[0-5]\d)?[ap]m?$|^\d{1,2}:[0-5][05]$/.test(word)) return false
  if (isThing(normal, index)) return false
  const time = readClock(normal, index, true)?.said
  return time !== undefined && !(time.hour % 12 === hour % 12 && time.minute === minute)
}
