/** The tokens of a captured line: length, priority, date and time. Each is read from whole words or not at all. */
import type { Moment } from '../../time/clock.ts'
import { readSaid, type Said } from '../../time/days/date-words.ts'
import type { Repeat } from '../../time/repeats/repeat.ts'
import { readRepeatWords } from '../../time/repeats/repeat-phrase.ts'
import { isUnread, type Unread } from '../../time/unread.ts'
import { readMinutes } from './minutes.ts'

export type Priority = 1 | 2 | 3 | 4

/**
 * `isWeak`: a plain adjective ("high", "low") that is a priority only between separators. `refused`: words for a date
 * or time that cannot be used.
 */
export type Token =
  | { kind: 'minutes'; minutes: number }
  | { kind: 'code'; priority: Priority }
  | { kind: 'word'; priority: Priority; isWeak: boolean }
  | { kind: 'when'; said: Said | null; repeat: Repeat | null }
  | { kind: 'refused'; why: Unread }

/** The longest token, in words: "every 2 weeks on mon, wed and fri at 9 am PST until dec 31 2027". */
export const MAX_TOKEN_WORDS = 16

const STRONG_WORDS: ReadonlyMap<string, Priority> = new Map([
  ['urgent', 1],
  ['critical', 1],
  ['asap', 1],
  ['mustdo', 1],
  ['must-do', 1],
  ['soon', 2],
  ['later', 4],
  ['someday', 4],
])

const LEVELS: ReadonlyMap<string, Priority> = new Map([
  ['top', 1],
  ['highest', 1],
  ['high', 2],
  ['normal', 3],
  ['medium', 3],
  ['med', 3],
  ['regular', 3],
  ['low', 4],
  ['lowest', 4],
])

/**
 * Reads all the lower-case words as one token. `isSetOff`: they are between separators, where words that are ordinary
 * in a sentence are tokens.
 */
export function readToken(words: readonly string[], isSetOff: boolean, moment: Moment): Token | undefined {
  if (words.length === 0 || words.length > MAX_TOKEN_WORDS || words.includes('')) return undefined
  return readPriority(words) ?? readEstimate(words, isSetOff) ?? readWhen(words, moment)
}

/** A length of work as a token. */
export function readEstimate(words: readonly string[], isSetOff: boolean): Token | undefined {
  const minutes = readMinutes(words, isSetOff)
  return minutes === undefined ? undefined : { kind: 'minutes', minutes }
}

/**
 * P1 to P4 ("p1", "priority 1") and FlowCoach's priority words; those of today, tomorrow and this week come with dates.
 */
function readPriority(words: readonly string[]): Token | undefined {
  if (words.length > 2) return undefined
  const [first = '', second] = words
  const code = /^(?:p|(?:prio|priority) p?)([1-4])$/.exec(words.join(' '))?.[1]
  if (code !== undefined) return { kind: 'code', priority: Number(code) as Priority }
  if (second === undefined) {
    const strong = STRONG_WORDS.get(first)
    if (strong !== undefined) return { kind: 'word', priority: strong, isWeak: false }
    const level = /^(top|highest|lowest)$/.test(first) ? undefined : LEVELS.get(first)
    return level === undefined ? undefined : { kind: 'word', priority: level, isWeak: true }
  }
  const named = /^(prio|priority)$/
  const level = named.test(second) ? first : named.test(first) ? second : ''
  const priority = LEVELS.get(level) ?? STRONG_WORDS.get(level)
  return priority === undefined ? undefined : { kind: 'word', priority, isWeak: false }
}

/** A date, a time of day, a repeat, or these together: "every monday 9am", "tomorrow at 14:30". */
function readWhen(words: readonly string[], moment: Moment): Token | undefined {
  const repeat = readRepeatWords(words[0] === 'on' ? words.slice(1) : words, moment)
  if (repeat !== undefined)
    return isUnread(repeat)
      ? { kind: 'refused', why: repeat }
      : (mayBeLength(words) ?? { kind: 'when', said: null, repeat })
  const said = readSaid(words, moment)
  return said === undefined ? undefined : (mayBeLength(words) ?? { kind: 'when', said, repeat: null })
}

/** "Friday 17h" is five o'clock for some people, and seventeen hours of work for others. */
function mayBeLength(words: readonly string[]): Token | undefined {
  const word = words.find(
    (each, index) => /^(1[3-9]|2[0-3])h(\d\d)?$/.test(each) && !/^(at|@|in)$/.test(words[index - 1] ?? ''),
  )
  if (word === undefined) return undefined
  const [hour = '', minute = ''] = word.split('h')
  return {
    kind: 'refused',
    why: {
      unread: `"${word}" may be a time of day or a length`,
      instead: `Write ${hour}:${minute === '' ? '00' : minute}, or the minutes.`,
    },
  }
}
