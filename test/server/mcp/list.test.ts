/** What the product's own list costs and says: tokens, and prompts that name only tools which are there. */
import { encode } from 'gpt-tokenizer'
import { describe, expect, test } from 'vitest'
import { toolsetsOf } from '../../../src/core/operation/name.ts'
import { createToolbox } from '../../../src/server/mcp/contents/tools.ts'
import { createSelectionReader } from '../../../src/server/mcp/exchange/caller.ts'
import { operations, prompts } from '../../../src/tools/registry.ts'
import { LOCAL_PERSON, openFixture } from '../../support/world/fixture-operations.ts'

/** Tokens that the default list may take of a model's context. */
const LIST_MAX_TOKENS = 10_000

const toolbox = createToolbox({ ...openFixture().gateway, operations })
const caller = (toolsets?: string) => ({
  actor: LOCAL_PERSON,
  selection: createSelectionReader(toolsetsOf(operations))({ toolsets }),
  takesStream: true,
})

test('the default list takes fewer than 10,000 tokens', () => {
  const list = toolbox.listJson(caller())
  expect(JSON.parse(list).length).toBeGreaterThan(10)
  expect(encode(list).length).toBeLessThan(LIST_MAX_TOKENS)
})

test('every tool has a name that clients take, a title, and a description of one or two sentences', () => {
  for (const tool of toolbox.list(caller('all'))) {
    expect(tool.name).toMatch(/^[a-z_]{3,64}$/)
    expect(tool.title).toBeTruthy()
    expect(tool.description.length).toBeLessThan(200)
    expect(tool.annotations?.openWorldHint).toBe(false)
    expect(tool.outputSchema?.type).toBe('object')
  }
})

describe('prompts name only tools of the default list', () => {
  const listed = toolbox.list(caller()).map(({ name }) => name)
  test.each(prompts.map((prompt) => [prompt.name, prompt] as const))('%s', (_name, prompt) => {
    const filled = Object.fromEntries(prompt.arguments.map(({ name }) => [name, 'x']))
    const text = prompt.text(filled)
    const named = text.match(/\b(tasks|projects|access)_[a-z_]+/g) ?? []
    expect(named.length).toBeGreaterThan(1)
    expect(listed).toEqual(expect.arrayContaining([...new Set(named)]))
  })
})
