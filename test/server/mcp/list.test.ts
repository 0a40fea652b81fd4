/** What the product's own list costs and says: tokens, and prompts that name only tools which are there. */
import { encode } from 'gpt-tokenizer'
import { describe, expect, test } from 'vitest'
import { isShown } from '../../../src/core/operation/catalog.ts'
import { toolsetsOf } from '../../../src/core/operation/name.ts'
import { modelSchema } from '../../../src/core/schema/model-schema.ts'
import { createToolbox } from '../../../src/server/mcp/contents/tools.ts'
import { createSelectionReader } from '../../../src/server/mcp/exchange/caller.ts'
import { operations, prompts } from '../../../src/tools/registry.ts'
import { LOCAL_PERSON, openFixture } from '../../support/world/fixture-operations.ts'

/** Tokens that the default list may take of a model's context. */
const LIST_MAX_TOKENS = 6_000

/** Areas whose default lists were settled one by one; whatever comes later lists few. */
const SETTLED_AREAS = ['tasks', 'projects', 'agents', 'runs', 'approvals', 'access']
const LISTED_MAX_OF_OTHERS = 3

/** What people ask for every day is never left to search. */
const DAILY = [
  'tasks_create',
  'tasks_list',
  'tasks_complete',
  'tasks_update',
  'tasks_plan',
  'tasks_capture',
  'projects_list',
  'projects_create',
  'runs_start',
  'runs_get',
  'approvals_list',
  'approvals_decide',
]

const toolbox = createToolbox({ ...openFixture().gateway, operations })
const caller = (toolsets?: string) => ({
  actor: LOCAL_PERSON,
  selection: createSelectionReader(toolsetsOf(operations))({ toolsets }),
  takesStream: true,
})

test('the default list takes fewer than 6,000 tokens', () => {
  const list = toolbox.listJson(caller())
  expect(JSON.parse(list).length).toBeGreaterThan(10)
  expect(encode(list).length).toBeLessThan(LIST_MAX_TOKENS)
})

test('the default list has what people ask for every day', () => {
  expect(toolbox.list(caller()).map(({ name }) => name)).toEqual(expect.arrayContaining(DAILY))
})

test('an area that comes later lists three tools at most by default', () => {
  const listed = operations.filter((operation) => isShown(operation, LOCAL_PERSON, caller().selection))
  const counts = new Map<string, number>()
  for (const { area } of listed) counts.set(area, (counts.get(area) ?? 0) + 1)
  const tooMany = [...counts].filter(
    ([area, count]) => !SETTLED_AREAS.includes(area) && count > LISTED_MAX_OF_OTHERS,
  )
  expect(tooMany).toEqual([])
})

test('a tool is shown every field that its operation takes, without what only a call checks', () => {
  for (const { inputSchema, toolName, summary } of operations) {
    const shown = modelSchema(inputSchema)
    expect(JSON.stringify(shown)).not.toMatch(/"(min|max)Length":\d|"additionalProperties":false/)
    expect(namesIn(shown), toolName).toEqual(namesIn(inputSchema))
    expect(shown.required).toEqual(inputSchema.required)
    const tool = toolbox.list(caller('all')).find(({ description }) => description === summary)
    if (tool !== undefined) expect(tool.inputSchema).toEqual(shown)
  }
  const named = { properties: { maxLength: { type: 'string', maxLength: 5 } } } as const
  expect(modelSchema({ type: 'object', ...named })).toEqual({
    type: 'object',
    properties: { maxLength: { type: 'string' } },
  })
})

/** The names of all fields, also of objects within. */
function namesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const properties: unknown = 'properties' in schema ? schema.properties : undefined
  const own = typeof properties === 'object' && properties !== null ? Object.keys(properties) : []
  return [...own, ...Object.values(schema).flatMap(namesIn)]
}

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
