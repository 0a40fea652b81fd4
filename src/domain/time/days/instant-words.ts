/** Reads words that name one exact moment: a date-time with its offset, "in 30 minutes", "in 2 hours". */
import { Temporal } from 'temporal-polyfill'
import type { Moment } from '../clock.ts'
import { smallNumber } from './vocabulary.ts'

const OFFSET_TIME =
  /^(\d{4}-\d{2}-\d{2})t(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(z|[+-]\d{2}(?::?\d{2})?)(\[[^[\]]+\])?$/i

/** "20260508T173000Z", as calendars and logs write it (the basic form of ISO 8601). */
const BASIC =
  /^(\d{4})(\d{2})(\d{2})(?:t(\d{2})(\d{2})(\d{2}(?:\.\d{1,9})?)?(z|[+-]\d{2}(?::?\d{2})?)?(\[[^[\]]+\])?)?$/i

/** A date or date-time of the basic form in the extended form; any other text unchanged. */
export function extendedForm(text: string): string {
  const [, year, month, day, hour, minute, second, offset = '', zone = ''] = BASIC.exec(text) ?? []
  if (year === undefined) return text
  const date = `${year}-${month}-${day}`
  return hour === undefined ? date : `${date}T${hour}:${minute}:${second ?? '00'}${offset}${zone}`
}

/** The zone in the brackets of a date-time. */
export function bracketZone(text: string): string | undefined {
  return /\[([^[\]]+)\]$/.exec(text)?.[1]
}

/** The moment that all the words name; undefined if they name none, or a date and time that do not exist. */
export function readInstant(words: readonly string[], { now }: Moment): Temporal.Instant | undefined {
  if (words.length === 1) return parseInstant(words[0] ?? '')
  const isFromNow = words.slice(-2).join(' ') === 'from now'
  const span = words[0] === 'in' ? words.slice(1) : isFromNow ? words.slice(0, -2) : []
  const minutes = readSpanMinutes(span)
  if (minutes === undefined) return undefined
  return Temporal.Instant.fromEpochMilliseconds(now.getTime()).add({ minutes })
}

/**
 * The instant of a date-time with `Z` or an offset, optionally with its zone in brackets (RFC 9557), which must agree.
 */
export function parseInstant(written: string): Temporal.Instant | undefined {
  const text = extendedForm(written)
  const [, , , , zone] = OFFSET_TIME.exec(text) ?? []
  if (!OFFSET_TIME.test(text)) return undefined
  try {
    const bare = text.slice(0, text.length - (zone?.length ?? 0)).toUpperCase()
    const instant = Temporal.Instant.from(bare)
    if (zone !== undefined) Temporal.ZonedDateTime.from(`${bare}${zone}`, { offset: 'reject' })
    return instant
  } catch {
    return undefined
  }
}

const MINUTES_PER_HOUR = 60

/** "30 minutes", "2 hours", "an hour and a half", "half an hour", "1.5 hours", "2 hours and 15 minutes", "1h30". */
function readSpanMinutes(words: readonly string[]): number | undefined {
  const text = words
    .filter((word) => word !== 'and')
    .join(' ')
    .replace(/\d(?=[a-z])|[a-z](?=\d)/g, '$& ')
  if (/^half (an )?hour$/.test(text)) return MINUTES_PER_HOUR / 2
  const halved = / a half$/.test(text)
  const [amount = '', unit = '', more, moreUnit, ...others] = (halved ? text.slice(0, -7) : text).split(' ')
  const first = amountOf(amount)
  const factor = unitMinutes(unit)
  if (first === undefined || factor === undefined || others.length > 0) return undefined
  const half = halved && factor === MINUTES_PER_HOUR ? MINUTES_PER_HOUR / 2 : 0
  const isGlued = unit === 'h' && /^[0-5]\d$/.test(more ?? '')
  const second = more === undefined ? 0 : minutesIn(more, isGlued ? (moreUnit ?? 'm') : moreUnit)
  const total = first * factor + half + (second ?? Number.NaN)
  return Number.isInteger(total) && total >= 1 && !(halved && half === 0) ? total : undefined
}

const amountOf = (word: string): number | undefined =>
  /^\d{1,3}\.\d{1,2}$/.test(word) ? Number(word) : smallNumber(word)

function unitMinutes(word: string): number | undefined {
  if (/^(m|min|mins|minutes?)$/.test(word)) return 1
  return /^(h|hrs?|hours?)$/.test(word) ? MINUTES_PER_HOUR : undefined
}

function minutesIn(amount: string, unit: string | undefined): number | undefined {
  const minutes = smallNumber(amount)
  return minutes !== undefined && unitMinutes(unit ?? '') === 1 ? minutes : undefined
}
