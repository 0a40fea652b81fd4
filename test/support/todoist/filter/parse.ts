/** Reads a filter: terms joined by `&`, `|` and `!`, in brackets where wanted. The comma, which makes lists, is refused. */
import { invalid } from '../api-error.ts'

export type Filtering =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Filtering[] }
  | { readonly kind: 'not'; readonly part: Filtering }
  | { readonly kind: 'term'; readonly text: string }

const MAX_CHARS = 1024
const SIGNS = '&|!()'

export function parseFilter(query: string): Filtering {
  if (query.length > MAX_CHARS || query.trim() === '') invalid('query')
  const tokens = tokensOf(query)
  const filtering = either(tokens)
  return tokens.length > 0 ? invalid('query') : filtering
}

/** Signs, and the words between them; a backslash makes a sign part of a word. */
function tokensOf(query: string): string[] {
  const tokens: string[] = []
  let words = ''
  const end = () => {
    if (words.trim() !== '') tokens.push(words.trim())
    words = ''
  }
  for (let index = 0; index < query.length; index += 1) {
    const sign = query[index] ?? ''
    if (sign === ',') invalid('query', 'one filter: the comma is not supported')
    if (sign === '\\') {
      index += 1
      words += query[index] ?? ''
    } else if (SIGNS.includes(sign)) {
      end()
      tokens.push(sign)
    } else words += sign
  }
  end()
  return tokens
}

function either(tokens: string[]): Filtering {
  const parts = [both(tokens)]
  while (tokens[0] === '|') {
    tokens.shift()
    parts.push(both(tokens))
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'or', parts }
}

function both(tokens: string[]): Filtering {
  const parts = [one(tokens)]
  while (tokens[0] === '&') {
    tokens.shift()
    parts.push(one(tokens))
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'and', parts }
}

function one(tokens: string[]): Filtering {
  const token = tokens.shift()
  if (token === '!') return { kind: 'not', part: one(tokens) }
  if (token === '(') {
    const inner = either(tokens)
    return tokens.shift() === ')' ? inner : invalid('query')
  }
  if (token === undefined || SIGNS.includes(token)) return invalid('query')
  return { kind: 'term', text: token }
}
