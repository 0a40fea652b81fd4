/** Words as they are compared: in lower case, without the punctuation around them. */
import { isCasedZone } from '../zones/zone-names.ts'

const MAX_TOKEN_LENGTH = 64
const MAX_RULE_LENGTH = 210

/**
 * A word without case and surrounding punctuation; empty for what is too long to be read as anything. Capitals stay
 * where they tell a time zone from a word of the language (`EAT`, `Central`).
 */
export function normalWord(text: string): string {
  if (text.length > (/^rrule:/i.test(text) ? MAX_RULE_LENGTH : MAX_TOKEN_LENGTH)) return ''
  // In Todoist "every!" counts from the day on which a task is done, which no RRULE says.
  if (/^(every|ev)!$/i.test(text)) return text.toLowerCase()
  // A date-time may end in its zone's brackets (RFC 9557).
  const closing = /\d\[[^[\]]+\][.,;]?$/.test(text) ? /[.,;]+$/ : /[)\].,!?;:]+$/
  const bare = text.replace(/^[([]+/, '').replace(closing, '')
  const letters = /^[A-Z](\.[A-Z])+$/.test(bare) ? bare.replaceAll('.', '') : bare
  if (isCasedZone(letters)) return letters
  // "5M" is five million, not five minutes.
  return /^\d+M$/.test(letters) ? letters : letters.toLowerCase()
}

/** The words of a text as `normalWord` gives them. */
export function normalWords(text: string): string[] {
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(normalWord)
}
