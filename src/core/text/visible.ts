/** Names that people could not tell apart, because nothing of them is seen. */

/** Anything but spaces, control characters and those that Unicode lets programs ignore; the blank of Braille looks like a space. */
const SEEN = /[^\p{Default_Ignorable_Code_Point}\p{C}\p{Z}\u2800]/u

export function isVisible(text: string): boolean {
  return SEEN.test(text)
}

export const MUST_BE_VISIBLE = 'must contain something that people see'
