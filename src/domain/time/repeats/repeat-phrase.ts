/**
 * Reads everything that words say about a repeat: its days, the time and zone, the first day, and how long it lasts.
 */
import { Temporal } from 'temporal-polyfill'
import type { Moment } from '../clock.ts'
import { type Calendar, found, type ReadDay } from '../days/calendar-day.ts'
import { findTimeOrSpan, HOURS_PER_DAY, type Read, type SaidTime } from '../days/clock-words.ts'
import { apart, calendarOf } from '../days/date-words.ts'
import { readDay } from '../days/day-words.ts'
import { readPart, readTime } from '../days/time-words.ts'
import {
  type DayPart,
  dayPart,
  dayPartOfPlural,
  isEvery,
  monthNumber,
  ordinalNumber,
  smallNumber,
  weekdayNumber,
} from '../days/vocabulary.ts'
import { isAfterMidnight, isGuessed, wallTimeOf } from '../days/wall-time.ts'
import { normalWords } from '../days/words.ts'
import { isUnread, type Unread } from '../unread.ts'
import { readZone, type SaidZone, zoneOfRepeat } from '../zones/zone-words.ts'
import { readFastRepeat } from './fast-repeat.ts'
import type { Repeat } from './repeat.ts'
import { type RuleParts, withPart, writeRule } from './repeat-rule.ts'
import { ADVERBS, dayOfPlural } from './repeat-vocabulary.ts'
import { mayStartRepeat, readPattern } from './repeat-words.ts'
import { isRuleText, readRuleText } from './rule-text.ts'

const MAX_REPEAT_CHARS = 200
const MAX_REPEAT_WORDS = 24

/** Reads a text that is known to be a repeat: an RRULE, or words. */
export function readRepeat(text: string, moment: Moment): Repeat | Unread {
  if (text.length > MAX_REPEAT_CHARS)
    return { unread: 'the repeat is too long', instead: `Use up to ${MAX_REPEAT_CHARS} characters.` }
  if (isRuleText(text)) return readRuleText(text)
  const words = normalWords(text.replaceAll(',', ' '))
  return readWords(words, moment, true) ?? notUnderstood(text, words, moment)
}

/** Reads words as a repeat if all of them together describe one; undefined if they do not. */
export function readRepeatWords(words: readonly string[], moment: Moment): Repeat | Unread | undefined {
  const rule = words.length === 1 && /^rrule:/.test(words[0] ?? '') ? words[0] : undefined
  if (rule !== undefined) return readRuleText(rule)
  return words.some(mayStartRepeat) ? readWords(words, moment, false) : undefined
}

const REPEAT_EXAMPLES =
  'every weekday, every 2 weeks on monday, monthly on the 15th, every last friday at 9am'

/** Words that occur in repeats, besides names, numbers and times. */
const KNOWN =
  /^(every|each|ev|other|of|the|on|and|at|in|except|but|not|to|through|from|starting|until|till|for|times|noon|midnight|(week|work)?days?|weekends?|weeks?|months?|quarters?|years?|business|working|\d{1,3}(st|nd|rd|th)?)$/

function notUnderstood(text: string, words: readonly string[], moment: Moment): Unread {
  const fast = readFastRepeat(words)
  if (fast?.length === words.length) {
    if (fast.said.unit === 'hour' && fast.said.count > HOURS_PER_DAY)
      return { unread: `"${text}" is not a whole number of days`, instead: 'Write every 2 days at 9am.' }
    return {
      unread: `"${text}" is faster than daily`,
      instead: 'A task repeats daily or slower; a schedule may be faster.',
    }
  }
  const both = findTimeOrSpan(words)
  if (both !== undefined) return both
  const { pattern } = cutClauses({ words: apart(words), isRepeat: true, calendar: calendarOf(moment) })
  const unknown = pattern.filter((word) => !KNOWN.test(word) && !isCalendarWord(word)).join(' ')
  const isCron = /^[\d*@]\S*( \S+){4}$|^@\w+$/.test(text.trim())
  if (isCron)
    return {
      unread: `"${text}" is cron, which only schedules read`,
      instead: `Write for example: ${REPEAT_EXAMPLES}.`,
    }
  return {
    unread: `"${text}" is not a repeat that can be read${unknown === '' || unknown === words.join(' ') ? '' : `: "${unknown}" is not understood`}`,
    instead: `Write for example: ${REPEAT_EXAMPLES}; or an RRULE (FREQ=WEEKLY;BYDAY=MO).`,
  }
}

const isCalendarWord = (word: string): boolean =>
  ADVERBS.has(word) ||
  [weekdayNumber(word.replace(/s$/, '')), monthNumber(word), ordinalNumber(word), smallNumber(word)].some(
    (number) => number !== undefined,
  )

/** The clauses beside the pattern of days. */
interface Clauses {
  readonly pattern: readonly string[]
  readonly time: SaidTime | null
  /** More than one time of day was given. */
  readonly isTwice: boolean
  readonly part: DayPart | null
  readonly zone: SaidZone | null
  readonly from: Temporal.PlainDate | Unread | null
  readonly until: Temporal.PlainDate | Unread | null
  readonly span: Temporal.DurationLike | null
  readonly count: number | null
}

function readWords(words: readonly string[], moment: Moment, isRepeat: boolean): Repeat | Unread | undefined {
  const isCut = [words[0], words.at(-1)].some((word) => /^(and|&|\+)$/.test(word ?? ''))
  if (words.length > MAX_REPEAT_WORDS || isCut) return undefined
  const singular = apart(words).map((word) => dayPartOfPlural(word) ?? word)
  const clauses = cutClauses({ words: singular, isRepeat, calendar: calendarOf(moment) })
  const { pattern, part } = clauses
  // "Every morning", "9pm every night": the part of the day says which days.
  const isDaily = part !== null && pattern.length === 1 && isEvery(pattern[0])
  const rule = readPattern(isDaily ? ['every', 'day'] : pattern, isRepeat)
  if (rule === undefined || isUnread(rule)) return rule
  return withClauses(rule, clauses, moment)
}

function cutClauses(text: Omit<Place, 'index'>): Clauses {
  const { words } = text
  let clauses: Clauses = {
    pattern: [],
    time: null,
    isTwice: false,
    part: null,
    zone: null,
    from: null,
    until: null,
    span: null,
    count: null,
  }
  let index = 0
  while (index < words.length) {
    const clause = readClause(clauses, { ...text, index })
    clauses = clause
      ? { ...clauses, ...clause.said }
      : { ...clauses, pattern: [...clauses.pattern, words[index] ?? ''] }
    index += clause?.length ?? 1
  }
  return clauses
}

interface Place {
  readonly words: readonly string[]
  readonly index: number
  /** The words are known to repeat, so that an hour behind their days is a time: "every monday 9". */
  readonly isRepeat: boolean
  readonly calendar: Calendar
}

type Clause = { readonly said: Partial<Clauses>; readonly length: number }

const isDash = (word: string | undefined): boolean => /^[-–—]$/.test(word ?? '')

function readClause(clauses: Clauses, place: Place): Clause | undefined {
  const { words, index } = place
  const count = readCount(clauses, words.slice(index))
  const time = readTime(words, index) ?? (count === undefined ? readBareHour(place) : undefined)
  const isFirst = clauses.time === null
  if (time !== undefined)
    return { said: isFirst ? { time: time.said } : { isTwice: true }, length: time.length }
  if (isDash(words[index]) && readTime(words, index + 1) !== undefined) return { said: {}, length: 1 }
  const part = clauses.part === null ? readPart(words, index) : undefined
  if (part !== undefined) return { said: { part: part.said }, length: part.length }
  const zone = clauses.zone === null && clauses.time !== null ? readZone(words, index) : undefined
  if (zone !== undefined) return { said: { zone: zone.zone }, length: zone.length }
  return readBound(clauses, place) ?? count
}

/** The "9" of "every monday 9" and "daily 9". "The 9", "on day 9" and "monthly 9" name a day of the month instead. */
function readBareHour({ words, index, isRepeat }: Place): Read<SaidTime> | undefined {
  const [article, before = '', word = '', next] = Array.from({ length: 4 }, (_, at) => words[index - 2 + at])
  const isHour = /^\d{1,2}$/.test(word) && namesDay(before) && !(article === 'on' && before === 'day')
  if (!isRepeat || !isHour || monthNumber(next) !== undefined) return undefined
  const time = readTime(['at', word], 0)
  return time && { ...time, length: 1 }
}

const namesDay = (word: string): boolean =>
  /^(daily|(every|week|work)?days?|weekends?)$/.test(word) ||
  [weekdayNumber(word), dayOfPlural(word), dayPart(word)].some((day) => day !== undefined)

/** "starting monday", "from dec 1", "until 2026-12-31", "ending friday". */
function readBound(clauses: Clauses, { words, index, calendar }: Place): Clause | undefined {
  const bound = /^(?:(starting|from|beginning|since)|(until|till|ending|through|thru))$/.exec(
    words[index] ?? '',
  )
  const isFrom = bound?.[1] !== undefined
  if (bound === null || clauses[isFrom ? 'from' : 'until'] !== null) return undefined
  const start = words[index + 1] === 'on' || words[index + 1] === 'from' ? index + 2 : index + 1
  const period = isFrom ? readPeriodStart(words, start, calendar) : undefined
  const day = period ?? readDay(words, start, calendar)
  // "Monday through friday" lists days; "every day through friday" ends on one.
  if (day === undefined || (bound[2]?.startsWith('thr') && clauses.pattern.at(-1) !== 'day')) return undefined
  return { said: { [isFrom ? 'from' : 'until']: day.day.date }, length: start + day.length - index }
}

/** A start in "next month" is its first day. As a due date "next month" means its last day. */
function readPeriodStart(words: readonly string[], index: number, { today }: Calendar): ReadDay | undefined {
  const unit = words[index] === 'next' ? /^(week|month|year)$/.exec(words[index + 1] ?? '')?.[1] : undefined
  if (unit === undefined) return undefined
  const first = {
    week: today.subtract({ days: today.dayOfWeek - 1 }).add({ weeks: 1 }),
    month: today.with({ day: 1 }).add({ months: 1 }),
    year: today.with({ month: 1, day: 1 }).add({ years: 1 }),
  }[unit]
  return first && found(2, first)
}

/** "for 5 times", "5 times", "for 6 weeks". */
function readCount({ count, span }: Clauses, words: readonly string[]): Clause | undefined {
  if (count !== null || span !== null) return undefined
  const start = words[0] === 'for' ? 1 : 0
  const amount = smallNumber(words[start])
  if (amount === undefined) return undefined
  // "Three times a week" says how often, not for how long.
  if (/^(a|per|every|each) (day|week|month|year)$/.test(words.slice(start + 2, start + 4).join(' ')))
    return undefined
  if (words[start + 1] === 'times') return { said: { count: amount }, length: start + 2 }
  const unit = /^(day|week|month|year)s?$/.exec(words[start + 1] ?? '')?.[1]
  return start === 1 && unit !== undefined
    ? { said: { span: { [`${unit}s`]: amount } }, length: 3 }
    : undefined
}

function withClauses(rule: RuleParts, clauses: Clauses, moment: Moment): Repeat | Unread {
  const { from, time, part, zone } = clauses
  if (clauses.isTwice)
    return {
      unread: 'there is more than one time of day',
      instead: 'Give one time, and make another repeat for the other.',
    }
  if (from !== null && isUnread(from)) return from
  const ended = withEnd(rule, clauses, moment)
  if (isUnread(ended)) return ended
  const isDaily = writeRule(rule) === 'FREQ=DAILY'
  if (time?.isMidnight === true && !isDaily)
    return { unread: 'midnight may begin the day or end it', instead: 'Write 00:00 or 23:59.' }
  const wall = time === null && part === null ? null : wallTimeOf(time, part)
  if (wall === undefined)
    return { unread: 'the time of day is not clear', instead: 'Write the time as 22:00 or 10pm.' }
  if (part === 'night' && isAfterMidnight(wall) && !isDaily)
    return {
      unread: `${wall} at night is the next day's`,
      instead: 'Name the day and the time: every saturday at 02:00.',
    }
  const timeZone = zone === null ? null : zoneOfRepeat(zone, moment.timeZone)
  if (timeZone !== null && typeof timeZone !== 'string') return timeZone
  return {
    rule: writeRule(ended),
    time: wall,
    timeZone,
    from: from?.toString() ?? null,
    lengthMinutes: time?.lengthMinutes ?? null,
    isGuess: isGuessed(time, part),
    open: part === null && time?.isOpen === true ? time : null,
  }
}

function withEnd(rule: RuleParts, { from, until, span, count }: Clauses, moment: Moment): RuleParts | Unread {
  const said = [until, span, count].filter((each) => each !== null)
  if (said.length > 1)
    return {
      unread: 'it ends in two ways',
      instead: 'Give one end: until a day, or after a number of times.',
    }
  if (count !== null) return count < 1 ? NEVER : withPart(rule, 'COUNT', String(count))
  if (until !== null && isUnread(until)) return until
  const first = from !== null && !isUnread(from) ? from : calendarOf(moment).today
  const last = span === null ? until : first.add(span).subtract({ days: 1 })
  if (last === null) return rule
  return Temporal.PlainDate.compare(last, first) < 0
    ? NEVER
    : withPart(rule, 'UNTIL', last.toString().replaceAll('-', ''))
}

const NEVER: Unread = { unread: 'it ends before it begins', instead: 'Write a later end.' }
