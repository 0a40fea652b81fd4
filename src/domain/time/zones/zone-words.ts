/** Reads the words that name the time zone of a time, and settles which zone that is. */
import type { Temporal } from 'temporal-polyfill'
import { instantOf, localDate, type Moment } from '../clock.ts'
import { isUnread, type Unread } from '../unread.ts'
import { zoneOfCountry } from './country-zones.ts'
import {
  parseOffset,
  type ZoneMeaning,
  zoneMeanings,
  zoneNamed,
  zoneOfLongName,
  zoneOfPlace,
} from './zone-names.ts'

/** A zone in words. */
export type SaidZone =
  /** `Europe/Paris`. */
  | { readonly kind: 'name'; readonly text: string; readonly timeZone: string }
  /** "Paris time". */
  | { readonly kind: 'place'; readonly text: string; readonly timeZone: string }
  /** `PST`, `ET`. */
  | { readonly kind: 'abbreviation'; readonly text: string; readonly meanings: readonly ZoneMeaning[] }
  /** `UTC+2`, `+05:30`. */
  | { readonly kind: 'offset'; readonly text: string; readonly offsetMinutes: number }

interface ReadZone {
  readonly length: number
  readonly zone: SaidZone
}

/** The zone that starts at `index`; undefined if none does. */
export function readZone(words: readonly string[], index: number): ReadZone | undefined {
  const word = words[index] ?? ''
  return readOffset(word, words[index + 1]) ?? readPlace(words, index) ?? readName(word)
}

function readOffset(word: string, next: string | undefined): ReadZone | undefined {
  const [, base, glued = ''] = /^(utc|gmt|z)?([+-].+)?$/i.exec(word.replace(/[−–]/, '-')) ?? []
  if (base === undefined && glued === '') return undefined
  const text = `${(base ?? 'UTC').toUpperCase()}${glued}`
  // "7pm +1" means a guest: an offset alone has at least two figures.
  if (base === undefined && /^.\d$/.test(glued)) return undefined
  if (glued !== '') return offset(1, text, parseOffset(glued))
  const apart = next !== undefined && /^[+-]\d/.test(next) ? parseOffset(next) : null
  return apart === null ? offset(1, text, 0) : offset(2, `${text}${next}`, apart)
}

function offset(length: number, text: string, offsetMinutes: number | null): ReadZone | undefined {
  return offsetMinutes === null ? undefined : { length, zone: { kind: 'offset', text, offsetMinutes } }
}

const REGIONS = /^(eastern|central|mountain|pacific)$/i
/** The most words of a name: "in central european summer time". */
const MAX_NAME_WORDS = 5

/** "Paris time", "UK time", "US Pacific", "Pacific time", "Central European summer time". */
function readPlace(words: readonly string[], index: number): ReadZone | undefined {
  const isAmerican = words[index] === 'us' && REGIONS.test(words[index + 1] ?? '')
  const lead = isAmerican || words[index] === 'in' ? 1 : 0
  const end = words.slice(index, index + MAX_NAME_WORDS).indexOf('time')
  if (end > lead) {
    const text = words.slice(index + lead, index + end + 1).join(' ')
    return readNamed(end + 1, text)
  }
  const at = isAmerican ? index + 1 : index
  return REGIONS.test(words[at] ?? '') ? regional(at + 1 - index, words[at] ?? '') : undefined
}

const regional = (length: number, region: string): ReadZone | undefined =>
  abbreviated(length, `${region.charAt(0).toUpperCase()}${region.slice(1).toLowerCase()}`)

/** A name that ends in "time". */
function readNamed(length: number, text: string): ReadZone | undefined {
  const name = text.toLowerCase()
  const place = name.slice(0, -' time'.length)
  // London uses it only in winter, and the whole world counts from it.
  if (name === 'greenwich mean time') return offset(length, 'GMT', 0)
  if (REGIONS.test(place)) return regional(length, place)
  const timeZone = zoneOfPlace(place) ?? zoneOfCountry(place)
  if (timeZone !== undefined) return { length, zone: { kind: 'place', text, timeZone } }
  const meaning = zoneOfLongName(name)
  return meaning && { length, zone: { kind: 'abbreviation', text, meanings: [meaning] } }
}

/** Whether a city or a country, in lower case, has a different clock from the person's. */
export function isElsewhere(name: string, moment: Moment): boolean {
  const timeZone = zoneOfPlace(name) ?? zoneOfCountry(name)
  const today = { date: localDate(moment), time: '12:00' }
  return timeZone !== undefined && !sameClock(timeZone, moment.timeZone, today)
}

function readName(word: string): ReadZone | undefined {
  const timeZone = zoneNamed(word)
  if (timeZone !== undefined) return { length: 1, zone: { kind: 'name', text: timeZone, timeZone } }
  return abbreviated(1, word)
}

function abbreviated(length: number, word: string): ReadZone | undefined {
  const meanings = zoneMeanings(word)
  if (meanings === undefined) return undefined
  const text = /^[a-z]+$/.test(word) ? word.toUpperCase() : word
  return { length, zone: { kind: 'abbreviation', text, meanings } }
}

/** The IANA name of the zone that words name: "Berlin", "Japan", "PST", "Europe/Paris"; undefined for other words. */
export function zoneIn(text: string): string | undefined {
  const name = text.trim().replace(/ time$/i, '')
  const place = name.toLowerCase()
  const [meaning, ...others] = zoneMeanings(name) ?? []
  return (
    zoneNamed(name) ??
    zoneOfPlace(place) ??
    zoneOfCountry(place) ??
    (others.length === 0 ? meaning?.timeZone : undefined)
  )
}

/** A wall time in a zone that was named. */
interface Wall {
  readonly date: string
  readonly time: string
}

/**
 * The moment of a wall time in a zone, named by a person whose own zone is `home`; undefined for an impossible time.
 */
export function instantIn(zone: SaidZone, wall: Wall, home: string): Temporal.Instant | Unread | undefined {
  const at = (timeZone: string) => instantOf(wall.date, wall.time, timeZone)
  if (zone.kind === 'offset') {
    return at('UTC')?.subtract({ minutes: zone.offsetMinutes })
  }
  if (zone.kind !== 'abbreviation') return at(zone.timeZone)
  const meaning = meantBy(zone, home)
  if (isUnread(meaning)) return meaning
  const { timeZone, offsetMinutes } = meaning
  if (offsetMinutes === null) return at(timeZone)
  const literal = at('UTC')?.subtract({ minutes: offsetMinutes })
  const isInForce = (name: string) => literal !== undefined && offsetAt(literal, name) === offsetMinutes
  if (isInForce(timeZone) || (isOwn(meaning, home, wall) && isInForce(home))) return literal
  // A person who names their own clock by the other season's abbreviation means their own clock.
  return sameClock(timeZone, home, wall) ? at(home) : outOfSeason(zone.text, timeZone, wall)
}

/**
 * The IANA name of the zone of a repeat. No single offset holds all year, so an abbreviation means the region's clock,
 * and an offset alone is refused.
 */
export function zoneOfRepeat(zone: SaidZone, home: string): string | Unread {
  if (zone.kind === 'offset') {
    if (zone.offsetMinutes === 0) return 'UTC'
    return {
      unread: `${zone.text} does not say when clocks change`,
      instead: 'Write the name of the time zone in which it repeats, such as Europe/Paris.',
    }
  }
  if (zone.kind !== 'abbreviation') return zone.timeZone
  const meaning = meantBy(zone, home)
  if (isUnread(meaning)) return meaning
  const january = { date: '2026-01-01', time: '12:00' }
  return isOwn(meaning, home, january) || sameClock(meaning.timeZone, home, january) ? home : meaning.timeZone
}

function meantBy(
  { text, meanings }: SaidZone & { kind: 'abbreviation' },
  home: string,
): ZoneMeaning | Unread {
  const meaning = meanings.find((each) => each.home === null || each.home.test(home))
  if (meaning !== undefined) return meaning
  const names = meanings.map(({ timeZone }) => timeZone)
  return {
    unread: `${text} is the name of more than one time zone`,
    instead: `Write the zone's own name${names.length > 0 ? `, such as ${names.join(' or ')}` : ' (Europe/Paris)'}, or an offset (UTC+2).`,
  }
}

function outOfSeason(text: string, timeZone: string, { date, time }: Wall): Unread {
  return {
    unread: `${text} is not in force in ${timeZone} on ${date}`,
    instead: `Write "${time} ${timeZone}" for the clock there, or an offset (UTC+2).`,
  }
}

const offsetAt = (instant: Temporal.Instant, timeZone: string): number =>
  instant.toZonedDateTimeISO(timeZone).offsetNanoseconds / 60e9

/** Whether the person's own clock has this name: "MST" in Phoenix, "AST" in Puerto Rico. */
function isOwn({ timeZone, offsetMinutes }: ZoneMeaning, home: string, { date, time }: Wall): boolean {
  const instant = instantOf(date, time, home)
  if (instant === undefined || home.split('/')[0] !== timeZone.split('/')[0]) return false
  const standard = (name: string) => Math.min(...seasons(name, date))
  return offsetAt(instant, home) === offsetMinutes && standard(home) === standard(timeZone)
}

/** Whether two zones have the same time in winter and in summer of the year. */
function sameClock(one: string, other: string, { date }: Wall): boolean {
  return seasons(one, date).join() === seasons(other, date).join()
}

/** Offsets of a zone in January and July of a date's year, in minutes. */
function seasons(timeZone: string, date: string): number[] {
  return ['01-01', '07-01'].map((day) => {
    const instant = instantOf(`${date.slice(0, 4)}-${day}`, '12:00', 'UTC')
    return instant === undefined ? Number.NaN : offsetAt(instant, timeZone)
  })
}
