/** Finds operations by words: names count most, then summaries, then the fields of the input, then details. */
import type { Operation } from '../../../core/operation/operation.ts'
import { comparable } from '../../../core/text/comparable.ts'

/** What one matching word is worth, by where it stands. */
const WORTH = { name: 8, summary: 4, field: 2, details: 1 } as const

/** Words that say nothing about what is wanted. */
const FILLERS = new Set([
  'a',
  'an',
  'the',
  'to',
  'of',
  'my',
  'me',
  'i',
  'for',
  'in',
  'on',
  'and',
  'or',
  'with',
  'all',
])

/** Shorter words than this must match whole: too many others begin like them. */
const PREFIX_MIN_CHARS = 4

/** The operations that match any word, best first; a word matches where it begins another, or another begins it. */
export function searchOperations(operations: readonly Operation[], text: string): Operation[] {
  const wanted = wordsOf(text).filter((word) => !FILLERS.has(word))
  return operations
    .map((operation) => ({ operation, score: scoreOf(operation, wanted) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (a.operation.name < b.operation.name ? -1 : 1))
    .map(({ operation }) => operation)
}

function scoreOf(operation: Operation, wanted: readonly string[]): number {
  const places = [
    { worth: WORTH.name, words: wordsOf(operation.name) },
    { worth: WORTH.summary, words: wordsOf(operation.summary) },
    { worth: WORTH.field, words: Object.keys(operation.inputSchema.properties ?? {}).flatMap(wordsOf) },
    { worth: WORTH.details, words: wordsOf(operation.details ?? '') },
  ]
  return wanted.reduce((sum, word) => {
    const worths = places
      .filter(({ words }) => words.some((other) => isAlike(word, other)))
      .map((p) => p.worth)
    return sum + Math.max(0, ...worths)
  }, 0)
}

function isAlike(word: string, other: string): boolean {
  if (word === other) return true
  const [short, long] = word.length < other.length ? [word, other] : [other, word]
  return short.length >= PREFIX_MIN_CHARS && long.startsWith(short)
}

/** Words in lower case; `dueDate` and `empty_trash` are two words each. */
function wordsOf(text: string): string[] {
  const spaced = comparable(text).replace(/([a-z])([A-Z])/g, '$1 $2')
  return spaced.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
}
