/** The half of the day that a title implies for a time without am or pm: "Dinner at 7", "Wake up at 6". */
import type { SaidTime } from '../../time/days/clock-words.ts'
import { type DayPart, weekdayNumber } from '../../time/days/vocabulary.ts'
import { wallTimeOf } from '../../time/days/wall-time.ts'
import { normalWord } from '../../time/days/words.ts'
import type { Word } from './text.ts'
import { ACTION_VERBS } from './words.ts'

const MORNING = /^(breakfast|sunrise)$/
const EVENING = /^(dinner|supper|drinks|cocktails|party|concert|movie|bedtime|sunset)$/
const RISING = /^(wake( up| [a-z]+ up)?|get( [a-z]+)? up|alarm)$/
/** Verbs whose object is an event at that time: "Meet Ana for dinner at 7", but not "Book dinner at 9". */
const ATTENDING = /^(meet|attend|go|watch)$/
/** Words that may follow the event itself: "Dinner with Ana", but not "Dinner prep". */
const FOLLOWING = /^(with|w\/|at|@|in|on|for|today|tomorrow|tonight)$/

/**
 * The part of the day that the title's words imply for an open time; null where they imply nothing, or the other half.
 */
export function partOfTitle(words: readonly Word[], time: SaidTime): DayPart | null {
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
