/** What PostgreSQL cannot store in a text: the character NUL, and half of a surrogate pair. */

/** Replaces a character that cannot be stored: U+FFFD, the replacement character of Unicode. */
const REPLACEMENT = '\uFFFD'

export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

/** Plain data that can be stored, and the number of characters that were replaced in it. */
export interface Storable<Value> {
  readonly value: Value
  readonly replaced: number
}

/**
 * Makes an answer of a model or another service storable: in every text of plain data, including field names, each
 * character that cannot be stored becomes U+FFFD. A caller's own input is refused instead (`checkInput`), because a
 * caller can correct it. Returns the value itself when nothing had to be replaced.
 */
export function makeStorable<Value>(value: Value): Storable<Value> {
  let replaced = 0

  function storableText(text: string): string {
    if (isStorable(text)) return text
    const stored = text.toWellFormed().replaceAll('\0', REPLACEMENT)
    for (let unit = 0; unit < text.length; unit += 1) if (text[unit] !== stored[unit]) replaced += 1
    return stored
  }

  function storable(part: unknown): unknown {
    if (typeof part === 'string') return storableText(part)
    if (Array.isArray(part)) return part.map(storable)
    if (typeof part !== 'object' || part === null || part instanceof Date) return part
    return Object.fromEntries(
      Object.entries(part).map(([name, field]) => [storableText(name), storable(field)]),
    )
  }

  const stored = storable(value)
  // The shape is the same; only characters in its texts differ.
  return { value: replaced === 0 ? value : (stored as Value), replaced }
}
