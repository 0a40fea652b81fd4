/**
 * Reads how a task repeats and finds its next date, apart from the project's own readers: tests compare the two.
 * A repeat by months keeps to the day of the month on which it last fell.
 */
import { Temporal } from 'temporal-polyfill'
import { isAfter, type Moment, split } from './moment.ts'
import { readDay, readWeekday, takeTime } from './words.ts'

type Unit = 'hour' | 'day' | 'workday' | 'week' | 'month' | 'year'

export interface Rule {
  /** Counted from the day on which it is completed (`every!`). */
  readonly isFromCompletion: boolean
  readonly step: number
  readonly unit: Unit
  readonly weekdays: readonly number[]
  readonly monthDay?: number | 'last' | undefined
  readonly time?: Temporal.PlainTime | undefined
  readonly starting?: Temporal.PlainDate | undefined
  readonly ending?: Temporal.PlainDate | undefined
}

type Pattern = Pick<Rule, 'step' | 'unit' | 'weekdays' | 'monthDay'>

const WORDS: Record<string, Unit> = { daily: 'day', weekly: 'week', monthly: 'month', yearly: 'year' }
const SATURDAY = 6

export function readRepeat(text: string, now: Temporal.PlainDateTime): Rule | undefined {
  const lower = text.trim().toLowerCase()
  const today = now.toPlainDate()
  const starting = takeDay(
    lower,
    /\s+(?:starting|from|beginning)\s+(?:on\s+)?(.+?)(?=\s+(?:until|ending)\s|$)/,
    today,
  )
  const ending = takeDay(starting.rest, /\s+(?:until|ending)\s+(?:on\s+)?(.+)$/, today)
  if (starting.isUnread || ending.isUnread) return undefined
  const { rest, time } = takeTime(ending.rest)
  const found = /^(?:every|ev|each)(!?)\s+(.+)$/.exec(rest)
  const word = WORDS[rest]
  const pattern = word === undefined ? readPattern(found?.[2] ?? '') : plain(1, word)
  if (pattern === undefined) return undefined
  return {
    ...pattern,
    isFromCompletion: found?.[1] === '!',
    time,
    starting: starting.day,
    ending: ending.day,
  }
}

function takeDay(text: string, pattern: RegExp, today: Temporal.PlainDate) {
  const found = pattern.exec(text)
  if (found === null) return { rest: text, day: undefined, isUnread: false }
  const { rest: words, time } = takeTime(found[1] ?? '')
  const day = readDay(words, today)
  const rest = text.slice(0, found.index) + text.slice(found.index + found[0].length)
  return {
    rest: time === undefined ? rest : `${rest} ${time}`.slice(0, -3),
    day,
    isUnread: day === undefined,
  }
}

function plain(step: number, unit: Unit): Pattern {
  return { step, unit, weekdays: [] }
}

function readPattern(text: string): Pattern | undefined {
  if (/^(?:weekday|workday)s?$/.test(text)) return plain(1, 'workday')
  if (text === 'weekend') return { ...plain(1, 'week'), weekdays: [SATURDAY] }
  const counted = /^(?:(\d+)\s+|(other)\s+)?(hour|day|week|month|year)s?$/.exec(text)
  if (counted !== null) return plain(Number(counted[1] ?? (counted[2] ? 2 : 1)), counted[3] as Unit)
  const monthDay = /^(\d{1,2})(?:st|nd|rd|th)(?:\s+of\s+(?:the|each|every)\s+month)?$/.exec(text)
  if (monthDay !== null) return { ...plain(1, 'month'), monthDay: Number(monthDay[1]) }
  if (/^last day(?: of the month)?$/.test(text)) return { ...plain(1, 'month'), monthDay: 'last' }
  return readWeekdays(text)
}

function readWeekdays(text: string): Pattern | undefined {
  const isEveryOther = text.startsWith('other ')
  const words = (isEveryOther ? text.slice(6) : text).split(/\s*(?:,|&|\band\b)\s*/)
  const weekdays = words.map((word) => readWeekday(word.trim()))
  if (weekdays.some((day) => day === undefined)) return undefined
  return { step: isEveryOther ? 2 : 1, unit: 'week', weekdays: weekdays as number[] }
}

/** The first date on or after which the rule holds, not before today. */
export function firstOf(rule: Rule, now: Temporal.PlainDateTime): Moment {
  const today = now.toPlainDate()
  const from = rule.starting && Temporal.PlainDate.compare(rule.starting, today) > 0 ? rule.starting : today
  if (rule.unit === 'hour') return split(now.add({ hours: rule.step }))
  let date = from
  while (!fits(rule, date)) date = date.add({ days: 1 })
  const moment = { date, time: rule.time }
  if (rule.time === undefined || isAfter(moment, now)) return moment
  return step(rule, moment)
}

function fits({ unit, weekdays, monthDay }: Rule, date: Temporal.PlainDate): boolean {
  if (unit === 'workday') return date.dayOfWeek < SATURDAY
  if (weekdays.length > 0) return weekdays.includes(date.dayOfWeek)
  if (monthDay === 'last') return date.day === date.daysInMonth
  return monthDay === undefined || date.day === Math.min(monthDay, date.daysInMonth)
}

/** The date after the one of `current` and after `now`; `undefined`: it was the last. */
export function nextOf(rule: Rule, current: Moment, now: Temporal.PlainDateTime): Moment | undefined {
  const completed: Moment = { ...current, date: now.toPlainDate() }
  const fromHour = rule.unit === 'hour' ? { ...current, ...split(now) } : completed
  let next = step(rule, rule.isFromCompletion ? fromHour : current)
  while (!isAfter(next, now)) next = step(rule, next)
  if (rule.ending !== undefined && Temporal.PlainDate.compare(next.date, rule.ending) > 0) return undefined
  return next
}

function step(rule: Rule, moment: Moment): Moment {
  if (rule.unit !== 'hour') return { ...moment, date: stepDay(rule, moment.date) }
  const time = moment.time ?? new Temporal.PlainTime()
  return { ...moment, ...split(moment.date.toPlainDateTime(time).add({ hours: rule.step })) }
}

function stepDay(rule: Rule, date: Temporal.PlainDate): Temporal.PlainDate {
  if (rule.unit === 'workday' || rule.weekdays.length > 0) {
    let next = date.add({ days: 1 })
    while (!fits(rule, next)) next = next.add({ days: 1 })
    const isNextWeek = rule.weekdays.length > 0 && next.dayOfWeek <= date.dayOfWeek
    return isNextWeek ? next.add({ weeks: rule.step - 1 }) : next
  }
  if (rule.monthDay !== undefined) {
    const month = date.add({ months: rule.step }).with({ day: 1 })
    const day = rule.monthDay === 'last' ? month.daysInMonth : Math.min(rule.monthDay, month.daysInMonth)
    return fits(rule, date) ? month.with({ day }) : firstFit(rule, date)
  }
  return date.add({ [`${rule.unit}s`]: rule.step })
}

function firstFit(rule: Rule, date: Temporal.PlainDate): Temporal.PlainDate {
  let next = date.add({ days: 1 })
  while (!fits(rule, next)) next = next.add({ days: 1 })
  return next
}
