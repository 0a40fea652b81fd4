/** The fence around foreign words: whatever a model reads outside it was written by us or by the person. */

/** `<`, and the signs that look like it. */
const OPENING = '<\uFF1C\uFE64\u2039\u2329\u27E8\u276C\u276E\u3008'
/** `/` and `\`, and the signs that look like them. */
const SLASH = '/\\\\\u2044\u2215\u29F8\uFF0F\uFF3C'
/** What may hide between the letters of a tag, such as spaces and invisible characters; bounded, so that a search stays linear. */
const HIDDEN = `[^\\p{L}\\p{N}${OPENING}]{0,40}`
/** The letters of `data`, also as full-width forms. */
const LETTERS = ['[d\uFF44]', '[a\uFF41]', '[t\uFF54]', '[a\uFF41]'].join(HIDDEN)

/**
 * Where text could open or close a fence, however it is spelled: `</data>`, `< / DATA >`, `<data`. The marks with which
 * chat templates set off a turn, such as `<|im_start|>`, count too: some servers read them in any text.
 */
const TAG = new RegExp(
  `[${OPENING}](?=${HIDDEN}[${SLASH}]${HIDDEN}${LETTERS}|${LETTERS}(?![\\p{L}\\p{N}._([])|[|\uFF5C][^\\s|\uFF5C<>]{1,64}[|\uFF5C])`,
  'giu',
)

/** Fences foreign words, so that they can neither leave the fence nor open another. `from` names where they come from. */
export function asData(from: string, text: string): string {
  return `<data from="${from.replaceAll(/[^\w.:-]/g, '_')}">\n${text.replaceAll(TAG, '&lt;')}\n</data>`
}
