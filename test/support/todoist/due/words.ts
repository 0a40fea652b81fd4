/** Reads the dates that people type, as far as tests need them: a stand-in reads less than Todoist does. */
import { Temporal } from 'temporal-polyfill'
import type { Moment } from './moment.ts'

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const WEEKDAY =
  'mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?'
const MONTH =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?'
const TIME = /(?:^|\s)(?:at\s+|@\s*)?(?:(\d{1,2})(?::(\d{2}))?\s*(am|pm)|(\d{1,2}):(\d{2})|(noon))$/

/** The number of a day of the week, 1 to 7, from a word that starts with its first three letters. */
export function readWeekday(word: string): number | undefined {
  if (!new RegExp(`^(?:${WEEKDAY})$`).test(word)) return undefined
  return DAYS.indexOf(word.slice(0, 3)) + 1
}

export interface Timed {
  readonly rest: string
  readonly time: Temporal.PlainTime | undefined
}

/** Takes the time of day off the end of `text`. */
export function takeTime(text: string): Timed {
  const found = TIME.exec(text)
  if (found === null) return { rest: text, time: undefined }
  const [whole, hour12, minute12, half, hour24, minute24, noon] = found
  const hour =
    noon !== undefined
      ? 12
      : half === undefined
        ? Number(hour24)
        : (Number(hour12) % 12) + (half === 'pm' ? 12 : 0)
  const minute = Number(minute12 ?? minute24 ?? 0)
  if (hour > 23 || minute > 59 || Number(hour12 ?? 1) > 12) return { rest: text, time: undefined }
  return { rest: text.slice(0, -whole.length).trim(), time: new Temporal.PlainTime(hour, minute) }
}

/** A day by itself or with a time: `today`, `fri 5pm`, `in 3 days`, `5 Dec`, `2026-12-05 14:00`. */
export function readWords(text: string, now: Temporal.PlainDateTime): Moment | undefined {
  const { rest, time } = takeTime(text.trim().toLowerCase())
  const today = now.toPlainDate()
  if (rest === '' && time !== undefined) {
    const isOver = Temporal.PlainTime.compare(time, now.toPlainTime()) <= 0
    return { date: isOver ? today.add({ days: 1 }) : today, time }
  }
  const date = readDay(rest, today)
  return date && { date, ...(time && { time }) }
}

export function readDay(text: string, today: Temporal.PlainDate): Temporal.PlainDate | undefined {
  return readNamedDay(text, today) ?? readCountedDay(text, today) ?? readCalendarDay(text, today)
}

function readNamedDay(text: string, today: Temporal.PlainDate): Temporal.PlainDate | undefined {
  if (text === 'today' || text === 'tod') return today
  if (text === 'tomorrow' || text === 'tom' || text === 'tmr') return today.add({ days: 1 })
  if (text === 'yesterday') return today.subtract({ days: 1 })
  if (text === 'next week') return today.add({ days: 8 - today.dayOfWeek })
  if (text === 'next month') return today.add({ months: 1 }).with({ day: 1 })
  const weekday = readWeekday(text.replace(/^(?:on|next|this)\s+/, ''))
  if (weekday === undefined) return undefined
  return today.add({ days: (weekday - today.dayOfWeek + 7) % 7 || 7 })
}

function readCountedDay(text: string, today: Temporal.PlainDate): Temporal.PlainDate | undefined {
  const found = /^(?:in\s+|\+)?(\d+|a)\s+(day|week|month|year)s?$/.exec(text)
  if (found === null) return undefined
  const count = found[1] === 'a' ? 1 : Number(found[1])
  return today.add({ [`${found[2]}s`]: count })
}

function readCalendarDay(text: string, today: Temporal.PlainDate): Temporal.PlainDate | undefined {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text)
  if (iso !== null) return dayOf(Number(iso[1]), Number(iso[2]), Number(iso[3]))
  const dayFirst = new RegExp(`^(\\d{1,2})(?:st|nd|rd|th)?\\s+(${MONTH})(?:\\s+(\\d{4}))?$`).exec(text)
  const monthFirst = new RegExp(`^(${MONTH})\\s+(\\d{1,2})(?:st|nd|rd|th)?(?:,?\\s+(\\d{4}))?$`).exec(text)
  const [day, month, year] = dayFirst
    ? [dayFirst[1], dayFirst[2], dayFirst[3]]
    : [monthFirst?.[2], monthFirst?.[1], monthFirst?.[3]]
  if (day === undefined || month === undefined) return undefined
  const number = MONTHS.indexOf(month.slice(0, 3)) + 1
  const found = dayOf(Number(year ?? today.year), number, Number(day))
  if (found === undefined || year !== undefined) return found
  return Temporal.PlainDate.compare(found, today) < 0 ? found.add({ years: 1 }) : found
}

function dayOf(year: number, month: number, day: number): Temporal.PlainDate | undefined {
  try {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' })
  } catch {
    return undefined
  }
}
