/** Text from outside as part of a line, where a line break or a sign that turns the direction of writing could forge others. */

/** Control characters and the separators of lines, and the signs that turn the direction of what follows. */
const BREAKS = /[\p{Cc}\u2028\u2029]+/gu
const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** The same words in one line, each read in its own direction. */
export function plainLine(text: string): string {
  return text.replace(BREAKS, ' ').replace(TURNS, '').trim()
}
