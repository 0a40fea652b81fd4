/** Reads which days are asked about, past or to come: "friday", "this week", "yesterday", "the next 3 days". */
import { Temporal } from 'temporal-polyfill'
import { localDate, type Moment } from '../clock.ts'
import { smallNumber, weekdayNumber } from '../days/vocabulary.ts'
import { normalWords } from '../days/words.ts'
import { isUnread, type Unread } from '../unread.ts'
import { readDue } from './read-due.ts'

/** Calendar days (YYYY-MM-DD), both included. */
export interface Days {
  readonly from: string
  readonly to: string
}

type PlainDate = Temporal.PlainDate

/** A week is Monday to Sunday and a weekend Saturday and Sunday; anything else is a day as `readDue` reads it. */
export function readDays(text: string, moment: Moment): Days | Unread {
  const today = Temporal.PlainDate.from(localDate(moment))
  const words = normalWords(text).filter((word, at) => !(at === 0 && /^(the|on|for|in|during)$/.test(word)))
  const span = readSpan(words, today) ?? readDistance(words, today) ?? readPastDay(words, today)
  if (span !== undefined) return { from: span[0].toString(), to: span[1].toString() }
  const due = readDue(text, moment)
  return isUnread(due) ? due : { from: due.date, to: due.date }
}

type Span = readonly [from: PlainDate, to: PlainDate]

const STEPS: ReadonlyMap<string, number> = new Map([
  ['last', -1],
  ['past', -1],
  ['previous', -1],
  ['this', 0],
  ['current', 0],
  ['next', 1],
  ['coming', 1],
])

function readSpan(words: readonly string[], today: PlainDate): Span | undefined {
  const [which = '', unit = which] = words
  const step = words.length === 1 ? 0 : STEPS.get(which)
  if (words.length > 2 || step === undefined) return undefined
  const monday = today.subtract({ days: today.dayOfWeek - 1 }).add({ weeks: step })
  if (unit === 'week') return [monday, monday.add({ days: 6 })]
  if (unit === 'weekend') return [monday.add({ days: 5 }), monday.add({ days: 6 })]
  if (unit !== 'month') return undefined
  const first = today.with({ day: 1 }).add({ months: step })
  return [first, first.with({ day: first.daysInMonth })]
}

/** "The next 3 days" and "the last two weeks", with today. */
function readDistance([which, amount, unit = '', ...more]: readonly string[], today: PlainDate) {
  const count = smallNumber(amount)
  const days = /^weeks?$/.test(unit) ? 7 : /^days?$/.test(unit) ? 1 : undefined
  if (more.length > 0 || count === undefined || days === undefined) return undefined
  const away = { days: count * days - 1 }
  if (/^(next|coming)$/.test(which ?? '')) return [today, today.add(away)] as const
  return /^(last|past)$/.test(which ?? '') ? ([today.subtract(away), today] as const) : undefined
}

/** Days that a due date cannot be, since it has to come. */
function readPastDay([which, named, ...more]: readonly string[], today: PlainDate): Span | undefined {
  if (which === 'yesterday' && named === undefined)
    return [today.subtract({ days: 1 }), today.subtract({ days: 1 })]
  const weekday = weekdayNumber(named)
  if (which !== 'last' || weekday === undefined || more.length > 0) return undefined
  const day = today.subtract({ days: (today.dayOfWeek - weekday + 7) % 7 || 7 })
  return [day, day]
}
