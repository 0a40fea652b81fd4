/** Reads a length of work in minutes: "20m", "half an hour", "about 20 min", "15-30 min" (the upper bound). */

import { MAX_MINUTES } from '../../planning/effort.ts'
import { smallNumber } from '../../time/days/vocabulary.ts'

const QUALIFIERS: ReadonlySet<string> = new Set([
  ...[
    'for',
    'take',
    'takes',
    'about',
    'abt',
    'around',
    'roughly',
    'approx',
    'approximately',
    'aprox',
    'circa',
  ],
  ...['ca', 'maybe', 'probably', 'max', 'est', 'estimate', 'estimated', 'duration', '~', '≈'],
])

const PHRASES: ReadonlyMap<string, number> = new Map([
  ['half hour', 30],
  ['half an hour', 30],
  ['half-hour', 30],
  ['half hr', 30],
  ['quarter hour', 15],
  ['quarter of an hour', 15],
  ['quarter-hour', 15],
  ['quarter hr', 15],
  ['1/4 hour', 15],
  ['1/2 hour', 30],
  ['three quarters of an hour', 45],
  ['hour and a half', 90],
])

const NUMBER = '(\\d{1,4}(?:[.,]\\d{1,2})?)'
const MINUTE = '(m|mins?|minutes?|minuts?)'
const HOUR = '(h|hrs?|hours?)'
const UNIT = '(m|mins?|minutes?|h|hrs?|hours?)'
const RANGE = new RegExp(`^${NUMBER} ?${UNIT}? ?(?:[-–—]|to) ?${NUMBER} ?${UNIT}$`)
const HOURS_AND_MINUTES = new RegExp(`^(\\d{1,3}) ?${HOUR} ?(?:and )?([0-5]?\\d) ?${MINUTE}?$`)
const HOURS = new RegExp(`^${NUMBER} ?${HOUR}\\+?$`)
const MINUTES = new RegExp(`^(\\d{1,5}) ?\\+? ?${MINUTE}\\+?$`)
const OPEN_ENDED = /^(\d{1,3})(?:\+|plus)(?: ?(?:m|min|mins|minutes))?$/
/** FlowCoach's form accepts these without a unit between separators. */
const BARE = /^(2|10|30)$/

/**
 * The minutes that all the lower-case words mean together; undefined if they are not a length, zero, or above
 * `MAX_MINUTES`. `isSetOff`: they are between separators, where a bare 2, 10 or 30 is a length too.
 */
export function readMinutes(words: readonly string[], isSetOff: boolean): number | undefined {
  if (words.length > 8) return undefined
  let start = 0
  while (QUALIFIERS.has(words[start] ?? '')) start += 1
  const text = words.slice(start).join(' ').replace(/^[~≈]/, '')
  if (text === '') return undefined
  const minutes = readLength(spelledOut(text), isSetOff)
  return minutes !== undefined && minutes >= 1 && minutes <= MAX_MINUTES ? minutes : undefined
}

/** "an hour" to "1 hour", "ten minutes" to "10 minutes"; "a half hour" to "half hour". */
function spelledOut(text: string): string {
  const [first, ...rest] = text.split(' ')
  if (rest.length === 0) return text
  if (/^an?$/.test(first ?? '') && /^(half|quarter|hour and)/.test(rest.join(' '))) return rest.join(' ')
  const amount = /^[a-z]+$/.test(first ?? '') ? smallNumber(first) : undefined
  return amount === undefined || (first === 'three' && rest[0] === 'quarters')
    ? text
    : `${amount} ${rest.join(' ')}`
}

function readLength(text: string, isSetOff: boolean): number | undefined {
  const phrase = PHRASES.get(text)
  if (phrase !== undefined) return phrase
  const range = RANGE.exec(text)
  if (range !== null) return upperBound(range)
  const both = HOURS_AND_MINUTES.exec(text)
  if (both !== null) return Number(both[1]) * 60 + Number(both[3])
  const hours = HOURS.exec(text)
  if (hours !== null) return Math.round(decimal(hours[1]) * 60)
  const minutes = MINUTES.exec(text) ?? OPEN_ENDED.exec(text) ?? (isSetOff ? BARE.exec(text) : null)
  return minutes === null ? undefined : Number(minutes[1])
}

function upperBound([, from, fromUnit, to, toUnit = 'm']: readonly (string | undefined)[]): number {
  const factor = (unit: string): number => (unit.startsWith('h') ? 60 : 1)
  return Math.round(Math.max(decimal(from) * factor(fromUnit ?? toUnit), decimal(to) * factor(toUnit)))
}

const decimal = (text: string | undefined): number => Number((text ?? '').replace(',', '.'))
