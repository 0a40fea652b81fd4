/** Words in the form in which they are compared: in lower case, without the punctuation around them. */
import { isCasedZone } from '../zones/zone-names.ts'

const MAX_TOKEN_LENGTH = 64
const MAX_RULE_LENGTH = 210

/**
 * A word in lower case without surrounding punctuation; empty for a text that is too long to mean anything. Capitals
 * stay where they tell a time zone from an ordinary word (`EAT`, `Central`).
 */
export function normalWord(text: string): string {
  if (text.length > (/^rrule:/i.test(text) ? MAX_RULE_LENGTH : MAX_TOKEN_LENGTH)) return ''
  // In Todoist "every!" counts from the day on which a task is completed, which no RRULE can express.
  if (/^(every|ev)!$/i.test(text)) return text.toLowerCase()
  // A date-time may end in its zone in brackets (RFC 9557).
  const closing = /\d\[[^[\]]+\][.,;]?$/.test(text) ? /[.,;]+$/ : /[)\].,!?;:]+$/
  const bare = text.replace(/^[([]+/, '').replace(closing, '')
  const letters = /^[A-Z](\.[A-Z])+$/.test(bare) ? bare.replaceAll('.', '') : bare
  if (isCasedZone(letters)) return letters
  // "5M" is five million, not five minutes.
  return /^\d+M$/.test(letters) ? letters : letters.toLowerCase()
}

/** The words of a text in the form of `normalWord`. */
export function normalWords(text: string): string[] {
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(normalWord)
}
