/** Words in the form of a date or a time that are more likely a name or a number in the title. */
import { weekdayNumber } from '../../time/days/vocabulary.ts'
import type { Word } from './text.ts'
import type { Token } from './tokens.ts'
import { isFraction } from './when-context.ts'

const NAMED_DAYS =
  /^(black|good|cyber|casual|ash|easter|super|palm|ruby|holiday|manic|bloody|blue|fat|shrove|maundy|holy|giving|taco|freaky|throwback)$/
const NUMBERED =
  /^(part|chapter|step|page|section|phase|slide|ratio|module|lesson|episode|verse|score|question)$/

/** Whether a word that may be a day more likely means something else; "on sat" and "sat 9am" are days. */
export function isOwnWord(word: string, previous: string): boolean {
  if (/^(sun|sat|wed|mon)$/.test(word) || (word === 'today' && previous === 'usa')) return true
  if (weekdayNumber(word) !== undefined && NAMED_DAYS.test(previous)) return true
  return word.includes('/') && (NUMBERED.test(previous) || isFraction(word))
}

/** "High Noon" and "The Day After Tomorrow": names in the middle of a line, recognized by their capitals. */
export function isOfName(words: readonly Word[], start: number): boolean {
  const [previous = '', first = ''] = [words[start - 1]?.text, words[start]?.text]
  if (first === 'The') return start > 0
  return start > 1 && /^(Noon|Midnight)$/.test(first) && NAME.test(previous)
}

const NAME = /^\p{Lu}\S*\p{L}$/u

/** "Read John 3:16 tomorrow": an odd time without am or pm behind a name is a verse or a score as likely. */
export function asVerse(token: Token, words: readonly Word[], start: number): Token | undefined {
  const [previous = '', first = ''] = [words[start - 1]?.text, words[start]?.text]
  const isOdd = /^\d:\d[1-46-9]$/.test(first) && !/^[ap]\.?m\b/i.test(words[start + 1]?.text ?? '')
  if (token.kind !== 'when' || start < 2 || !isOdd || !NAME.test(previous)) return undefined
  const why = {
    unread: `"${first}" may be a time, a verse or a score`,
    instead: `Write "at ${first}" for a time.`,
  }
  return { kind: 'refused', why }
}

const FULL_CLOCK = /^(\d{1,2}:[0-5]\d([ap]m)?|\d{1,2}[ap]m|[ap]m)$/i

/** "10:00 - 11:00am", "9 AM - 5 PM": the dash joins two times, and separates nothing. */
export function isSpan(words: readonly Word[], dash: number): boolean {
  const [before = '', after = ''] = [words[dash - 1]?.text, words[dash + 1]?.text]
  return FULL_CLOCK.test(before) && /^\d/.test(after) && /^[-–—]$/.test(words[dash]?.text ?? '')
}

/** "Pickup 3 - 5pm": a number before a dash may begin a span or end the title. */
export function asSpan(token: Token, words: readonly Word[], start: number): Token | undefined {
  const [named = '', from = '', dash = '', to = ''] = words
    .slice(Math.max(0, start - 3), start + 1)
    .map(({ text }) => text)
  if (token.kind !== 'when' || start < 3 || !/^\d{1,2}$/.test(from) || !/^[-–—]$/.test(dash)) return undefined
  if (!/^\d{1,2}([:.]\d\d)?([ap]m)?$/i.test(to) || NUMBERED.test(named.toLowerCase())) return undefined
  const half = /^[ap]\.?m\.?$/i.exec(words[start + 1]?.text ?? '')?.[0] ?? ''
  const why = {
    unread: `"${from} ${dash} ${to}" may be a span of time, or a number of the title and a time`,
    instead: `Write it without spaces (${from}-${to}${half}) for a span.`,
  }
  return { kind: 'refused', why }
}
