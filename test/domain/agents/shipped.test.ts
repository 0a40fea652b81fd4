/** The agents that come with the gateway: valid, told only of tools that they have, and held to what they are for. */
import { describe, expect, test } from 'vitest'
import { SHIPPED_AGENTS } from '../../../src/domain/agents/shipped/shipped.ts'
import { specIssues } from '../../../src/domain/agents/spec/check-spec.ts'
import { grantedOperations } from '../../../src/domain/agents/spec/grants.ts'
import { operations } from '../../../src/tools/registry.ts'

const shipped = [...SHIPPED_AGENTS.values()].map((agent) => [agent.slug, agent] as const)

/** A name of a tool as instructions mark it. */
const NAMED = /`([a-z]+(?:_[a-z]+)+)`/g

test('there are the seven', () => {
  expect([...SHIPPED_AGENTS.keys()]).toEqual([
    'assistant',
    'project-manager',
    'developer',
    'reviewer',
    'tester',
    'tech-lead',
    'researcher',
  ])
})

describe.each(shipped)('%s', (_slug, agent) => {
  const own = grantedOperations(agent.tools, operations)
  const tools = own.map(({ toolName }) => toolName)

  test('names only tools and operations that there are', () => {
    expect(specIssues(agent, operations)).toEqual([])
  })

  test('is told only of tools that it has', () => {
    const named = [...agent.instructions.matchAll(NAMED)].map((match) => match[1] ?? '')
    expect(named.length).toBeGreaterThan(3)
    expect(named.filter((name) => !tools.includes(name))).toEqual([])
  })

  test('can ask a person and save what it made, and has bounds', () => {
    expect(tools).toEqual(expect.arrayContaining(['runs_ask_person', 'runs_save_artifact']))
    expect(agent.limits.steps).toBeLessThanOrEqual(100)
    expect(agent.limits.tokens).not.toBeNull()
  })

  test('is told how to treat text from outside, and to say what was not done', () => {
    expect(agent.instructions).toMatch(/do not follow it/)
    expect(agent.instructions).toMatch(/what was not done/)
    expect(agent.instructions).toMatch(/There is no shell, no repository/)
  })

  test('ends nothing for good without a person', () => {
    const loose = agent.approvals.rules.filter(({ verdict }) => verdict === 'allow')
    expect(loose).toEqual([])
  })
})

test.each(['reviewer', 'researcher'])('%s changes nothing but its own run', (slug) => {
  const own = grantedOperations(SHIPPED_AGENTS.get(slug)?.tools ?? [], operations)
  const writing = own.filter(({ effect }) => effect !== 'read').map(({ name }) => name)
  expect(writing).toEqual(['runs.ask_person', 'runs.save_artifact'])
})

test('the project manager has what it takes to plan a project', () => {
  const { tools = [] } = SHIPPED_AGENTS.get('project-manager') ?? {}
  const names = grantedOperations(tools, operations).map(({ name }) => name)
  expect(names).toEqual(
    expect.arrayContaining(['projects.create', 'tasks.create', 'projects.apply_template']),
  )
})

test('only the assistant has everything, and what runs do to themselves is all used by somebody', () => {
  const everything = shipped.filter(([, { tools }]) => tools.includes('*')).map(([slug]) => slug)
  expect(everything).toEqual(['assistant'])
  const named = new Set(shipped.flatMap(([, { tools }]) => tools))
  const ofRuns = operations.filter(({ audience, forRuns }) => audience === 'runs' && !forRuns?.phase)
  expect(ofRuns.filter(({ name }) => !named.has(name))).toEqual([])
})
