/** Tells a typing error from another word. */

/** A word of this length may have one error, and one of twice the length two. */
const CHARS_PER_ERROR = 4

/** Whether `typed` is `word` with few letters wrong, missing, added or swapped. The first letter has to be right. */
export function isTypoOf(typed: string, word: string): boolean {
  const allowed = Math.min(2, Math.floor(word.length / CHARS_PER_ERROR))
  if (allowed === 0 || typed.charAt(0) !== word.charAt(0)) return false
  return Math.abs(typed.length - word.length) <= allowed && distance(typed, word) <= allowed
}

/** Optimal string alignment: insertions, deletions, substitutions, and swaps of neighbours. */
function distance(one: string, other: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one.charAt(row - 1) === other.charAt(column - 1)
      const least = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
      )
      const isSwapped =
        one.charAt(row - 1) === other.charAt(column - 2) && one.charAt(row - 2) === other.charAt(column - 1)
      current[column] =
        row > 1 && column > 1 && isSwapped ? Math.min(least, (beforeLast[column - 2] ?? 0) + 1) : least
    }
    beforeLast = last
    last = current
  }
  return last[other.length] ?? 0
}
