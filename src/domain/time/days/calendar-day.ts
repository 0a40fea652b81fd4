/** A calendar day that a reader found: an existing day, or the reason why there is none. */
import { Temporal } from 'temporal-polyfill'
import type { Unread } from '../unread.ts'
import type { DateOrder } from './date-order.ts'
import { monthName } from './vocabulary.ts'

type PlainDate = Temporal.PlainDate

/** The calendar for reading days. */
export interface Calendar {
  readonly today: PlainDate
  readonly order: DateOrder | undefined
}

/** A day in words, or the reason why there is no such day. */
export interface SaidDay {
  readonly date: PlainDate | Unread
  /** The priority that FlowCoach derives from the same words: today and tomorrow 2, this week 4. */
  readonly implied: 1 | 2 | 4 | null
  /** The words were "tonight". */
  readonly isTonight: boolean
}

export interface ReadDay {
  readonly length: number
  readonly day: SaidDay
}

export function found(length: number, date: PlainDate | Unread, implied: 1 | 2 | 4 | null = null): ReadDay {
  return { length, day: { date, implied, isTonight: false } }
}

/** The date, or that it does not exist. */
export function existing(year: number, month: number, day: number): PlainDate | Unread {
  try {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' })
  } catch {
    const name = monthName(month)
    const unread = name === '' ? `there is no month ${month}` : `there is no ${day} ${name} ${year}`
    return { unread, instead: 'Write a date that exists.' }
  }
}

/** FlowCoach's rule: a day without a year is the next one to come. */
export function comingDate(month: number, day: number, today: PlainDate): PlainDate | Unread {
  for (const year of [today.year, today.year + 1, today.year + 2]) {
    const date = existing(year, month, day)
    if (!('unread' in date) && Temporal.PlainDate.compare(date, today) >= 0) return date
  }
  return { unread: `there is no ${day} ${monthName(month)}`, instead: 'Write a date that exists.' }
}
