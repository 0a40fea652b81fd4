/** Names that people read and tell apart. */
import { z } from 'zod'
import { plainLine } from './unsafe.ts'

/** Anything but spaces, control characters and those that Unicode lets programs ignore; the blank of Braille looks like a space. */
const SEEN = /[^\p{Default_Ignorable_Code_Point}\p{C}\p{Z}\u2800]/u

/**
 * A name: in one line, with something that people see, and without characters that reorder others. With a line break
 * it could forge a line of a list or a mail.
 */
export function shownName(maxChars: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(maxChars)
    .refine((text) => SEEN.test(text), 'must contain something that people see')
    .refine(
      (text) => plainLine(text) === text,
      'must be in one line, without control characters or marks that reorder text',
    )
}
