/** The only place that shortens text: a cut never falls within a character as a person sees it. */

/**
 * Code units examined on either side of a cut. A character is hardly ever longer; a longer one, such as a letter under
 * hundreds of accents, is cut between two code points.
 */
const WINDOW_UNITS = 256
/** How many windows back a safe start is looked for. */
const SAFE_START_WINDOWS = 16

/** Splits text into characters as people see them: a flag, a family emoji or a letter with its accents is one. */
const characters = new Intl.Segmenter('en', { granularity: 'grapheme' })

/**
 * The text itself when it has at most `maxUnits` UTF-16 code units; otherwise its beginning and `mark`, together at
 * most that long. It then also fits a schema's limit of as many characters, which are code points.
 */
export function cutText(text: string, maxUnits: number, mark = ''): string {
  if (text.length <= maxUnits) return text
  const beginning = text.slice(0, cutBefore(text, Math.max(maxUnits - mark.length, 0)))
  return mark === '' ? beginning : beginning.trimEnd() + mark
}

/**
 * The text itself, or as much of it as fits into `maxUnits` together with `restWords`, which says how many units are
 * left out.
 */
export function cutSayingRest(
  text: string,
  maxUnits: number,
  restWords: (unitsLeft: number) => string,
): string {
  const shown = cutText(text, maxUnits)
  return shown === text ? text : shown + restWords(text.length - shown.length)
}

/** The whole text in pieces of at most `maxUnits`, which must be more than `WINDOW_UNITS`. */
export function splitText(text: string, maxUnits: number): string[] {
  const pieces: string[] = []
  for (let rest = text; rest !== ''; ) {
    const piece = cutText(rest, maxUnits)
    pieces.push(piece)
    rest = rest.slice(piece.length)
  }
  return pieces
}

/** Passes a text on in pieces, holding back half a surrogate pair until its other half arrives. */
export function passWholeCodePoints(pass: (text: string) => void): (piece: string) => void {
  let half = ''
  return (piece) => {
    const text = half + piece
    const whole = text.replace(HALF_AT_END, '')
    half = text.slice(whole.length)
    if (whole !== '') pass(whole)
  }
}

const HALF_AT_END = /[\ud800-\udbff]$/

/** The last place at or before `unit` where a cut separates two characters. */
function cutBefore(text: string, unit: number): number {
  if (unit >= text.length) return text.length
  const start = startOfWindow(text, unit)
  const nearby = text.slice(start, unit + WINDOW_UNITS)
  const border = start + (characters.segment(nearby).containing(unit - start)?.index ?? 0)
  return unit - border < WINDOW_UNITS ? border : startOfCodePoint(text, unit)
}

/**
 * Where to begin looking: between two Latin letters, signs or spaces if there are any nearby, since those are always two
 * characters. In the middle of a row of flags, for example, the borders depend on where the row begins.
 */
function startOfWindow(text: string, unit: number): number {
  const nearest = unit - WINDOW_UNITS
  for (let start = nearest; start > nearest - WINDOW_UNITS * SAFE_START_WINDOWS && start > 0; start -= 1) {
    if (isPlain(text.charCodeAt(start - 1)) && isPlain(text.charCodeAt(start))) return start
  }
  return nearest <= WINDOW_UNITS * SAFE_START_WINDOWS ? 0 : startOfCodePoint(text, nearest)
}

function isPlain(code: number): boolean {
  return isBetween(code, 0x20, 0x7e)
}

/** `unit`, or the unit before it where `unit` is the second half of a surrogate pair. */
function startOfCodePoint(text: string, unit: number): number {
  const isSecondHalf = unit > 0 && isBetween(text.charCodeAt(unit), 0xdc00, 0xdfff)
  return isSecondHalf && isBetween(text.charCodeAt(unit - 1), 0xd800, 0xdbff) ? unit - 1 : unit
}

function isBetween(code: number, first: number, last: number): boolean {
  return code >= first && code <= last
}
