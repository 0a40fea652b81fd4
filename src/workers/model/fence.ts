/** The fence around foreign words: everything that a model reads outside it was written by us or by the person. */

/** `<`, and characters that look like it. */
const OPENING = '<\uFF1C\uFE64\u2039\u2329\u27E8\u276C\u276E\u3008'
/** `/` and `\`, and characters that look like them. */
const SLASH = '/\\\\\u2044\u2215\u29F8\uFF0F\uFF3C'
/**
 * Characters that may hide between the letters of a tag, such as spaces and invisible characters. No two neighbours in
 * the pattern match the same character, so that a search stays linear.
 */
const HIDDEN = `[^\\p{L}\\p{N}${OPENING}]*`
const HIDDEN_BEFORE_SLASH = `[^\\p{L}\\p{N}${OPENING}${SLASH}]*`

/** Alphabets of mathematical letters, each with its 26 capital and 26 small ones. */
const MATH = { alphabets: 13, capitalA: 0x1d400, letters: 26 } as const

/** A small letter and its lookalikes: full-width, mathematical, and letters of other alphabets. */
function lookalikes(letter: string, others: string): string {
  const index = letter.charCodeAt(0) - 'a'.charCodeAt(0)
  const math = Array.from(
    { length: 2 * MATH.alphabets },
    (_, half) => MATH.capitalA + half * MATH.letters + index,
  )
  const fullWidth = 0xff41 + index
  return `[${letter}${String.fromCodePoint(fullWidth, ...math)}${others}]`
}

const [D, A, T] = [
  lookalikes('d', '\u0501\u1D05\u1D48\u217E'),
  lookalikes('a', '\u0430\u03B1\u1D00\u1D43\u00AA'),
  lookalikes('t', '\u0442\u03C4\u1D1B\u1D57'),
]
/** The letters of `data`. */
const LETTERS = [D, A, T, A].join(HIDDEN)

/** Marks with which chat templates delimit a turn; some servers read them in any text. */
const TURN = ['[|\uFF5C][^\\s|\uFF5C>]{1,64}[|\uFF5C]', '\\/s>', '(?:start|end)_of_turn>', '<\\/?SYS>>'].join(
  '|',
)

/** Text that could open or close a fence, in any spelling: `</data>`, `< / DATA >`, `<data`. Turn marks count too. */
const TAG = new RegExp(
  `[${OPENING}](?=${HIDDEN_BEFORE_SLASH}[${SLASH}]${HIDDEN}${LETTERS}|${LETTERS}(?![\\p{L}\\p{N}._([])|${TURN})`,
  'giu',
)
const BRACKETED_TURN = /\[(?=\/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\])/g

/** Fences foreign words, so that they can neither leave the fence nor open another. `from` names their source. */
export function asData(from: string, text: string): string {
  const harmless = text.replaceAll(TAG, '&lt;').replaceAll(BRACKETED_TURN, '&#91;')
  return `<data from="${from.replaceAll(/[^\w.:-]/g, '_')}">\n${harmless}\n</data>`
}
