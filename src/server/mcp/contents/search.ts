/** Finds operations by people's words: the rarer a word and the weightier its place, the more a match counts. */
import MiniSearch from 'minisearch'
import type { Operation } from '../../../core/operation/operation.ts'
import { caseless, comparable } from '../../../core/text/comparable.ts'

/** Finds the operations among those allowed that match any word of the text, best first. */
export type OperationSearch = (text: string, isAllowed: (operation: Operation) => boolean) => Operation[]

/** The weight of a matching word, by its place. */
const WORTH = { name: 4, keywords: 4, summary: 2, inputFields: 1, details: 0.5 } as const

type Place = keyof typeof WORTH

/** Words that say nothing about the goal of a search. */
const FILLERS = new Set(
  'a an and are at be can did do does for how i in is it its me my of on or that the there this to what with you'.split(
    ' ',
  ),
)

/** Shorter words must match whole: too many others begin like them, or are a typo away. */
const INEXACT_MIN_CHARS = 4

/** The share of a word that a typo may change. */
const TYPO_SHARE = 0.2

/** Indexes the operations once; a search then looks words up. */
export function createOperationSearch(operations: readonly Operation[]): OperationSearch {
  const byName = new Map<string, Operation>(operations.map((operation) => [operation.name, operation]))
  const vocabulary = new Set<string>()
  const isInexact = (term: string) => term.length >= INEXACT_MIN_CHARS
  const index = new MiniSearch<Operation>({
    idField: 'name',
    fields: Object.keys(WORTH),
    extractField: (operation, field) => textOf(operation, field as Place),
    tokenize: wordsOf,
    processTerm(word) {
      const term = stemOf(word)
      if (term !== null) vocabulary.add(term)
      return term
    },
    searchOptions: {
      boost: WORTH,
      processTerm: stemOf,
      // A word of the vocabulary is whole, and no typing error: "todo" does not mean "todoist", nor "stop" "step".
      prefix: (term) => isInexact(term) && !vocabulary.has(term),
      fuzzy: (term) => isInexact(term) && !vocabulary.has(term) && TYPO_SHARE,
    },
  })
  index.addAll(operations)
  return (text, isAllowed) =>
    index.search(text).flatMap(({ id }) => {
      const operation = byName.get(id)
      return operation !== undefined && isAllowed(operation) ? [operation] : []
    })
}

function textOf(operation: Operation, place: Place): string {
  if (place === 'inputFields') return Object.keys(operation.inputSchema.properties ?? {}).join(' ')
  return operation[place] ?? ''
}

/** `dueDate` and `empty_trash` are two words each. */
function wordsOf(text: string): string[] {
  const spaced = comparable(text).replace(/([a-z])([A-Z])/g, '$1 $2')
  return spaced.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
}

/**
 * The common stem of an English word's forms, such as `run` of `running` and `delet` of `deletes`; null for a filler.
 */
function stemOf(word: string): string | null {
  const term = caseless(word)
  if (FILLERS.has(term)) return null
  const bare = term.replace(/(?<=\p{L}{3})(ing|s)$|(?<=\p{L}{4})(ed|es|e)$/u, '')
  // "running" and "stopped" double a letter; "tell" and "miss" have a double letter themselves.
  return bare.replace(/(?<=\p{L}{2})([^aeiouls])\1$/u, '$1')
}
