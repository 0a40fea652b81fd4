/** The words before a date or time, and whether the date or time may be taken from them. */
import type { Moment } from '../../time/clock.ts'
import { isEvery, monthNumber, smallNumber, weekdayNumber } from '../../time/days/vocabulary.ts'
import { normalWord } from '../../time/days/words.ts'
import { isCasedZone } from '../../time/zones/zone-names.ts'
import { isElsewhere } from '../../time/zones/zone-words.ts'
import { isSeparator, type Word } from './text.ts'
import type { Token } from './tokens.ts'
import { DANGLING } from './words.ts'

/** "after 9am", "early friday": the word before changes the meaning, and no reader knows how. */
const CHANGING = new Set(
  'after past around approximately roughly circa early late mid beginning ending commencing not except only no than since last previous following some any another bimonthly bi-monthly semimonthly semi-monthly semiannually semi-annually biannually bi-annually triweekly'.split(
    ' ',
  ),
)

/** Whether the word before a date would be left hanging, or would change its meaning. */
export function isHanging(previous: string | undefined): boolean {
  return previous !== undefined && (DANGLING.has(previous) || CHANGING.has(previous))
}

/** How many words may be between "every" and the days. */
const MAX_APART = 2

/** "Every", and Todoist's "every!", which counts from the day on which a task is completed. */
const isEveryOrFromDone = (word: string | undefined): boolean => isEvery(word?.replace(/!$/, ''))

/** "every full moon at 9pm": the time is part of a repeat that is not understood. */
export function isAfterEvery(words: readonly string[], start: number): boolean {
  return words.slice(Math.max(0, start - MAX_APART - 1), start).some(isEveryOrFromDone)
}

/** "every jan, apr, jul, oct 20": the last of several days of a repeat. */
export function endsRow(words: readonly string[], start: number): boolean {
  const isOfRow = (word = ''): boolean =>
    /^(and|or|&|\+|the)$|^\d/.test(word) || (monthNumber(word) ?? weekdayNumber(word)) !== undefined
  let index = start - 1
  while (isOfRow(words[index])) index -= 1
  return index < start - 1 && isEveryOrFromDone(words[index])
}

/** "On the 2nd floor", "on the 1st try": an ordinal of a thing, not a day of a month. */
export function isPlaceInRow(ordinal: string | undefined, thing: string | undefined): boolean {
  return /^\d{1,2}(st|nd|rd|th)$/.test(ordinal ?? '') && RANKED.test(thing ?? '')
}

const RANKED =
  /^(floor|page|try|attempt|draft|round|row|line|level|street|st|avenue|ave|grade|place|item|point|slide|chapter|section|version|iteration|edition|generation|anniversary|birthday|time|day|week|month|quarter|half|one)$/

/** A row of days written as one word: "mon-fri", "tue/thu", "MWF". */
export function isDayRow(word: string): boolean {
  const days = word.split(/[-–/+&]/)
  return (
    /^(mwf|m\/w\/f|m-w-f|tth|t\/th|tu\/th|m-f|m-th)$/.test(word) ||
    (days.length > 1 && days.every((day) => weekdayNumber(day.replace(/(?<=day)s$/, '')) !== undefined))
  )
}

/** Fractions, ratings and names in the form of a date. */
export function isFraction(word: string): boolean {
  return /^(1\/2|1\/3|2\/3|1\/4|3\/4|[1-4]\/5|[1-9]\/10|9\/11|24\/7|50\/50)$/.test(word)
}

/**
 * Refuses the token where the words after its time name an unknown zone, or may name one: "9am Springfield time", "9am
 * her time", "11am PDT/2pm EDT", "9am Singapore". Read without the zone, the time would be wrong.
 */
export function inUnknownZone(
  token: Token,
  { words, next, moment }: { words: readonly Word[]; next: number; moment: Moment },
): Token | undefined {
  if (token.kind !== 'when' || (token.said?.time ?? token.repeat?.time ?? null) === null) return undefined
  const following = words.slice(next, next + MAX_ZONE_WORDS + 1)
  const unknown = unknownZone(following.slice(0, MAX_ZONE_WORDS).map(({ text }) => text))
  if (unknown !== undefined)
    return refusal(`"${unknown}" is not a time zone`, 'Write the zone as Europe/Paris or UTC+2.')
  const place = placeAlone(following, moment)
  if (place !== undefined)
    return refusal(
      `"${place}" may be where it takes place, or whose time is meant`,
      `Write "${place} time", or put the place before the time.`,
    )
  const last = normalWord(words[next - 1]?.text ?? '')
  if (!MAY_BE_TITLE.test(last) || endsPhrase(words[next - 1], words[next])) return undefined
  return refusal(
    `"${last}" may be a time zone or a word of the title`,
    'Write the zone as Europe/Paris, or put the time at the end.',
  )
}

/**
 * Refuses the token after an unknown zone, or after a time that is not read: "9am her time tomorrow", "this time
 * friday".
 */
export function afterUnreadTime(token: Token, words: readonly Word[], start: number): Token | undefined {
  const before = words
    .slice(Math.max(0, start - MAX_ZONE_WORDS - 2), start)
    .map(({ text }) => normalWord(text))
  if (token.kind !== 'when') return undefined
  const half = /\bhalf (?:\d{1,2}|[a-z]+)$/.exec(before.join(' '))?.[0]
  // "Half six" is half an hour before six in German and Dutch, and after it in English.
  if (half !== undefined && smallNumber(half.slice(5)) !== undefined && !half.endsWith(' a'))
    return refusal(`"${half}" has two meanings`, 'Write half past six, or 18:30.')
  if (before.pop() !== 'time') return undefined
  const at = before.findLastIndex((word) => /^\d{1,2}(:\d\d)?([ap]m)?$|^this$/.test(word))
  if (at < 0) return undefined
  const said = [...before.slice(at), 'time'].join(' ')
  return refusal(`"${said}" is not understood`, 'Write the time as 18:30, and the zone as Europe/Paris.')
}

const refusal = (unread: string, instead: string): Token => ({ kind: 'refused', why: { unread, instead } })

/** Zones that are also ordinary words or other abbreviations: "9am CT scan", "9am Central Park", "9AM CAT FOOD". */
const MAY_BE_TITLE = /^(eastern|central|mountain|pacific|[ecmp]t|eat|cat|pet|art|wet|west|cot|wit|gst)$/i

/** Whether the last word names a region of the United States in lower case, which is an ordinary word elsewhere. */
export function endsInRegion(words: readonly string[]): boolean {
  return /^(eastern|central|mountain|pacific)$/.test(words.at(-1) ?? '')
}

/** Events that take place at a time in a zone: "9am PT call with Ana". */
const MEETINGS = new Set(
  'call meeting mtg standup stand-up sync webinar demo interview 1:1 kickoff kick-off check-in all-hands townhall launch release deadline flight lunch dinner breakfast'.split(
    ' ',
  ),
)

/**
 * Whether a phrase ends with a word: by its punctuation, at the end of the line, or before a word that begins another
 * phrase.
 */
function endsPhrase(last: Word | undefined, next: Word | undefined): boolean {
  if (next === undefined || isSeparator(next) || /[,;:)\].!?]$/.test(last?.text ?? '')) return true
  const following = normalWord(next.text)
  return (
    MEETINGS.has(following) ||
    DANGLING.has(following) ||
    /^[^\p{L}\p{N}]/u.test(next.text) ||
    /^(re|regarding|on)$/.test(following)
  )
}

/** The most words of a zone's name. */
const MAX_ZONE_WORDS = 5

function unknownZone(words: readonly string[]): string | undefined {
  const [first = ''] = words
  const letters = /^\(?([A-Z]{2,5})(?=[/+−–-])/.exec(first)?.[1]
  if (letters !== undefined && isCasedZone(letters)) return first.replace(/^\(|[).,]+$/g, '')
  const start = /^(in|at)$/.test(first) ? 1 : 0
  const end = words.findIndex((word, index) => index > start && normalWord(word) === 'time')
  const name = words.slice(start, end).map((word) => word.replace(/^\(/, ''))
  const isName = name.every((word) => /^\p{Lu}/u.test(word)) || /^(her|his|their|your)$/i.test(name.join(' '))
  return end > start && isName ? [...name, 'time'].join(' ') : undefined
}

/** A city or country at the end of a line or a part of it: "9am Singapore", "9am in the UK". */
function placeAlone(words: readonly Word[], moment: Moment): string | undefined {
  const end = words.findIndex((word, index) => endsPart(word, words[index + 1]))
  const part = words.slice(0, end + 1).map(({ text }) => text.replace(/^\(|[).,;:!?]+$/g, ''))
  const name = part.join(' ').replace(/^in (the )?/, '')
  return end >= 0 && /^\p{Lu}/u.test(name) && isElsewhere(name.toLowerCase(), moment) ? name : undefined
}

const endsPart = (word: Word, next: Word | undefined): boolean =>
  next === undefined || isSeparator(next) || /[,;:).]$/.test(word.text)
