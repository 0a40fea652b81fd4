/** Finds where a text stops being JSON, because the engine's own message often gives no position. */

/** What may come next. */
type Expectation = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or ]' | ', or }' | 'the end'

export interface JsonFault {
  /** Offset in characters. */
  readonly offset: number
  /** From 1, as editors count. */
  readonly line: number
  readonly column: number
  readonly expected: Expectation
}

const SPACE = /[ \t\n\r]*/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in strings
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const PLAIN = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** The place where `text` breaks the grammar of JSON; undefined when it is valid. */
export function findJsonFault(text: string): JsonFault | undefined {
  const open: ('[' | '{')[] = []
  let expected: Expectation = 'value'
  let offset = after(SPACE, text, 0)
  while (offset < text.length) {
    const step = take(text, offset, expected, open)
    if (step === undefined) break
    expected = step.expected
    offset = after(SPACE, text, step.offset)
  }
  if (offset === text.length && expected === 'the end') return undefined
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return { offset, line, column: offset - before.lastIndexOf('\n'), expected }
}

interface Step {
  readonly offset: number
  readonly expected: Expectation
}

function take(text: string, offset: number, expected: Expectation, open: ('[' | '{')[]): Step | undefined {
  const character = text.charAt(offset)
  if (expected.includes(character) && ':,]}'.includes(character)) {
    return takeMark(character, offset, open)
  }
  if (expected.startsWith('name')) {
    const end = after(STRING, text, offset)
    return end > offset ? { offset: end, expected: ':' } : undefined
  }
  if (!expected.startsWith('value')) return undefined
  if (character === '[' || character === '{') {
    open.push(character)
    return { offset: offset + 1, expected: character === '[' ? 'value or ]' : 'name or }' }
  }
  const end = after(character === '"' ? STRING : PLAIN, text, offset)
  return end > offset ? { offset: end, expected: afterValue(open) } : undefined
}

function takeMark(mark: string, offset: number, open: ('[' | '{')[]): Step {
  if (mark === ':') return { offset: offset + 1, expected: 'value' }
  if (mark === ',') return { offset: offset + 1, expected: open.at(-1) === '{' ? 'name' : 'value' }
  open.pop()
  return { offset: offset + 1, expected: afterValue(open) }
}

function afterValue(open: readonly ('[' | '{')[]): Expectation {
  const container = open.at(-1)
  return container === undefined ? 'the end' : container === '[' ? ', or ]' : ', or }'
}

/** Where a match of a sticky pattern ends; `offset` if there is none. */
function after(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset
  return pattern.test(text) ? pattern.lastIndex : offset
}
