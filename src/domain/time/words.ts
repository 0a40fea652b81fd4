/** Words as they are compared: in lower case, without the punctuation around them. */

const MAX_TOKEN_LENGTH = 40
const MAX_RULE_LENGTH = 210

/** A word without case and surrounding punctuation; empty for what is too long to be read as anything. */
export function normalWord(text: string): string {
  if (text.length > (/^rrule:/i.test(text) ? MAX_RULE_LENGTH : MAX_TOKEN_LENGTH)) return ''
  const bare = text.replace(/^[([]+/, '').replace(/[)\].,!?;:]+$/, '')
  // "5M" is five million, not five minutes.
  return /^\d+M$/.test(bare) ? bare : bare.toLowerCase()
}

/** The words of a text as `normalWord` gives them. */
export function normalWords(text: string): string[] {
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(normalWord)
}
