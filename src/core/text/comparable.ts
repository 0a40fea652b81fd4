/**
 * The form in which texts are compared: NFC of Unicode (UAX #15), in which an accented letter is one character however
 * it was typed. Texts are stored as they were given; the twin in SQL is `domain/comparable.ts`.
 */
export function comparable(text: string): string {
  return text.normalize('NFC')
}

/** The form in which names are compared, without regard to case. */
export function caseless(text: string): string {
  return comparable(text).toLowerCase()
}

/** The texts that differ in comparable form, each as it first came. */
export function distinct(texts: Iterable<string>): string[] {
  const seen = new Map<string, string>()
  for (const text of texts) {
    const form = comparable(text)
    if (!seen.has(form)) seen.set(form, text)
  }
  return [...seen.values()]
}
