/** A list in words: one item per line, and how to see the rest. */
import type { Reader } from './description.ts'

interface ListWords<Item> {
  /** One item in one line. */
  line(item: Item, reader?: Reader): string
  /** The text of an empty list. */
  readonly none: string
}

interface List<Item> {
  readonly items: readonly Item[]
  /** Present if there is more; absent in lists that come whole. */
  readonly nextCursor?: string | null
}

/** Also for an answer that contains more than its list. */
export function tellList<Item>(
  { items, nextCursor }: List<Item>,
  { line, none }: ListWords<Item>,
  reader?: Reader,
): string {
  if (items.length === 0) return none
  const more = typeof nextCursor === 'string' ? [`More: call again with cursor ${nextCursor}`] : []
  return [...items.map((item) => inOneLine(line(item, reader))), ...more].join('\n')
}

/** A title with line breaks would otherwise look like further items. */
function inOneLine(text: string): string {
  return text.replaceAll(/[\r\n\u2028\u2029]\s*/g, ' ')
}
