/** Decides which statements are prepared, on either driver. */

/**
 * A prepared statement would soon get one plan for every pattern: over a million rows, a search for a rare word would
 * then look through all of them. Planning again costs little beside that.
 */
const PATTERN_MATCH = ' ilike '

/** A statement without parameters is rarely sent twice with the same text, so preparing it gains nothing. */
export function isPrepared(text: string, parameters: readonly unknown[]): boolean {
  return parameters.length > 0 && !text.includes(PATTERN_MATCH)
}
