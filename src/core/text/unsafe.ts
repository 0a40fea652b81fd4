/** Characters that nobody sees and that change how others are shown: controls, and marks that reorder text. */

/** Line breaks and tabs are none of them. */
const UNSAFE = /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu

export function withoutUnsafe(text: string): string {
  return text.replace(UNSAFE, '')
}
