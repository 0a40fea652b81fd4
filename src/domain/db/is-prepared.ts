/** Which statements are prepared, on either driver. */

/**
 * Prepared, such a statement would soon be planned once for every pattern: over a million rows, words that stand in few
 * of them are then looked for in all. Planning again costs little beside that.
 */
const PATTERN_MATCH = ' ilike '

/** One without parameters says something else each time. */
export function isPrepared(text: string, parameters: readonly unknown[]): boolean {
  return parameters.length > 0 && !text.includes(PATTERN_MATCH)
}
