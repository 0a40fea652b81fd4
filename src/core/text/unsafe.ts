/** Characters that nobody sees and that change how others are shown: controls, and marks that reorder text. */

/** Line breaks and tabs are safe. */
const UNSAFE = /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu

const BREAKS = /[\r\n\t\v\f\u0085\u2028\u2029]+/g

export function withoutUnsafe(text: string): string {
  return text.replace(UNSAFE, '')
}

/** The same words in one line, for places where a line break in a name or a title could forge another line. */
export function plainLine(text: string): string {
  return withoutUnsafe(text.replace(BREAKS, ' ')).trim()
}
