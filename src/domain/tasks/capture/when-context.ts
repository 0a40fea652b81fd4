/** What stands before words that say when, and whether they may be taken from it. */
import { normalWord } from '../../time/words.ts'
import { isCasedZone } from '../../time/zone-names.ts'
import type { Word } from './text.ts'
import type { Token } from './tokens.ts'
import { DANGLING } from './words.ts'

/** "after 9am", "early friday": the words before change what is said, and no reader knows how. */
const CHANGING = new Set(
  'after past around approximately roughly circa early late mid beginning not except only no than since last previous'.split(
    ' ',
  ),
)

/** Whether the word before a date would be left hanging, or change its meaning. */
export function isHanging(previous: string | undefined): boolean {
  return previous !== undefined && (DANGLING.has(previous) || CHANGING.has(previous))
}

/** How many words may stand between "every" and what it repeats on. */
const MAX_APART = 2

/** "every full moon at 9pm": a repeat that is not understood, of which the time is a part. */
export function isAfterEvery(words: readonly string[], start: number): boolean {
  return words
    .slice(Math.max(0, start - MAX_APART - 1), start)
    .some((word) => /^(every|ev|each)!?$/.test(word))
}

/** Parts of a whole, ratings and names that have the form of a date. */
export function isFraction(word: string): boolean {
  return /^(1\/2|1\/3|2\/3|1\/4|3\/4|[1-4]\/5|[1-9]\/10|9\/11|24\/7|50\/50)$/.test(word)
}

/**
 * The token refused where the words after its time name a zone that is not known: "9am Springfield time", "9am her time",
 * "11am PDT/2pm EDT". Read without it, the time would be wrong.
 */
export function inUnknownZone(token: Token, following: readonly Word[]): Token | undefined {
  if (token.kind !== 'when' || token.said?.time == null) return undefined
  const unknown = unknownZone(following.slice(0, MAX_ZONE_WORDS).map(({ text }) => text))
  if (unknown === undefined) return undefined
  const why = {
    unread: `"${unknown}" is not a time zone`,
    instead: 'Write the zone as Europe/Paris or UTC+2.',
  }
  return { kind: 'refused', why }
}

/** Words of the longest name of a zone. */
const MAX_ZONE_WORDS = 5

function unknownZone(words: readonly string[]): string | undefined {
  const [first = ''] = words
  const letters = /^[A-Z]{2,5}(?=[/-])/.exec(first)?.[0]
  if (letters !== undefined && isCasedZone(letters)) return first
  const start = /^(in|at)$/.test(first) ? 1 : 0
  const end = words.findIndex((word, index) => index > start && normalWord(word) === 'time')
  const name = words.slice(start, end)
  const isName = name.every((word) => /^\p{Lu}/u.test(word)) || /^(her|his|their|your)$/i.test(name.join(' '))
  return end > start && isName ? words.slice(start, end + 1).join(' ') : undefined
}
