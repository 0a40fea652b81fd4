/** What stands before words that say when, and whether they may be taken from it. */
import { normalWord } from '../../time/words.ts'
import { zoneOfPlace } from '../../time/zone-names.ts'
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

/** Parts of a whole, and names, that have the form of a date. */
export function isFraction(word: string): boolean {
  return /^(1\/2|1\/3|2\/3|1\/4|3\/4|9\/11|24\/7|50\/50)$/.test(word)
}

/** The token refused where a zone that is not known follows its time: "9am Springfield time", read without it, would be wrong. */
export function inUnknownZone(token: Token, following: readonly Word[]): Token | undefined {
  if (token.kind !== 'when' || token.said?.time == null || token.said.zone !== null) return undefined
  const [place = '', word = ''] = following.slice(0, 2).map(({ text }) => text)
  const isPlace = /^\p{Lu}/u.test(place) && normalWord(word) === 'time'
  if (!isPlace || zoneOfPlace(normalWord(place)) !== undefined) return undefined
  const why = {
    unread: `"${place} time" is not a time zone`,
    instead: 'Write the zone as Europe/Paris or UTC+2.',
  }
  return { kind: 'refused', why }
}
