/** search_operations understands what people ask: the right operation comes first, or near it, for most questions of a table. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { operations } from '../../../src/tools/registry.ts'
import { connectModern, type McpService, openMcp } from '../../support/mcp-clients.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

/** Questions to which the right operation comes first, or among the first three, in percent. */
const FLOORS = {
  known: { questions: 80, first: 0, firstThree: 0 },
  unforeseen: { questions: 45, first: 0, firstThree: 0 },
} as const

type Section = keyof typeof FLOORS

interface Question {
  readonly section: Section
  readonly words: string
  readonly operation: string
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
    questions.push({ section, words, operation })
  }
  return questions
}

const QUESTIONS = readQuestions()

let gateway: TestGateway
let service: McpService
let client: Awaited<ReturnType<typeof connectModern>>

beforeAll(async () => {
  gateway = await openTestGateway({ operations })
  service = await openMcp(gateway)
  client = await connectModern(service.url)
})
afterAll(async () => {
  await client.close()
  await service.close()
  await gateway.close()
})

async function search(words: string): Promise<string[]> {
  const { structuredContent } = await client.callTool({
    name: 'search_operations',
    arguments: { words, limit: 3 },
  })
  return (structuredContent as { matches: { name: string }[] }).matches.map(({ name }) => name)
}

test('every question names an operation that there is', () => {
  const names = new Set(operations.map(({ name }) => name))
  expect(QUESTIONS.filter(({ operation }) => !names.has(operation as never))).toEqual([])
})

test.each(['known', 'unforeseen'] as const)('%s questions', async (section) => {
  const asked = QUESTIONS.filter((question) => question.section === section)
  const floor = FLOORS[section]
  expect(asked).toHaveLength(floor.questions)
  const found: { readonly place: number; readonly row: string }[] = []
  for (const { words, operation } of asked) {
    const names = await search(words)
    found.push({ place: names.indexOf(operation), row: `${words} -> ${operation}, not ${names.join(', ')}` })
  }
  const percent = (places: number) =>
    (100 * found.filter(({ place }) => place >= 0 && place < places).length) / asked.length
  const missed = found.filter(({ place }) => place !== 0).map(({ row }) => row)
  console.log(section, percent(1), percent(3), section === 'known' ? missed.join('\n') : '')
  expect(percent(1), missed.join('\n')).toBeGreaterThanOrEqual(floor.first)
  expect(percent(3), missed.join('\n')).toBeGreaterThanOrEqual(floor.firstThree)
})
