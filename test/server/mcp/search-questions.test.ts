/** search_operations understands what people ask: the right operation comes first, or near it, for most questions of a table. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { createOperationSearch } from '../../../src/server/mcp/contents/search.ts'
import { operations } from '../../../src/tools/registry.ts'

/** The share of questions to which the right operation must come first, or among the first three, in percent. */
const FLOORS = {
  known: { questions: 83, first: 95, firstThree: 98 },
  unforeseen: { questions: 45, first: 84, firstThree: 95 },
} as const

type Section = keyof typeof FLOORS

interface Question {
  readonly section: Section
  readonly words: string
  readonly operation: Operation['name']
}

function readQuestions(): Question[] {
  const questions: Question[] = []
  let section: Section | undefined
  const text = readFileSync(new URL('search-questions.txt', import.meta.url), 'utf8')
  for (const line of text.split('\n').filter((each) => each !== '' && !each.startsWith('#'))) {
    const [, name] = /^@ (known|unforeseen)$/.exec(line) ?? []
    if (name !== undefined) {
      section = name as Section
      continue
    }
    const [, words, operation] = /^(.+) -> (\S+)$/.exec(line) ?? []
    if (section === undefined || words === undefined || operation === undefined)
      throw new Error(`not a row: ${line}`)
    questions.push({ section, words, operation: operation as Operation['name'] })
  }
  return questions
}

const QUESTIONS = readQuestions()

const search = createOperationSearch(operations)

test('every question names an operation that there is', () => {
  const names = new Set(operations.map(({ name }) => name))
  expect(QUESTIONS.filter(({ operation }) => !names.has(operation))).toEqual([])
})

test.each(['known', 'unforeseen'] as const)('%s questions', (section) => {
  const asked = QUESTIONS.filter((question) => question.section === section)
  const { questions, first, firstThree } = FLOORS[section]
  expect(asked).toHaveLength(questions)
  const answers = asked.map(({ words, operation }) => {
    const names = search(words, () => true).map(({ name }) => name)
    return { place: names.indexOf(operation), row: `${words} -> ${operation}, not ${names[0]}` }
  })
  const percentAmong = (places: number) =>
    (100 * answers.filter(({ place }) => place >= 0 && place < places).length) / asked.length
  const missed = answers.filter(({ place }) => place !== 0).map(({ row }) => row)
  expect(percentAmong(1), missed.join('\n')).toBeGreaterThanOrEqual(first)
  expect(percentAmong(3), missed.join('\n')).toBeGreaterThanOrEqual(firstThree)
})
