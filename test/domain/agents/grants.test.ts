/** What an agent gets: never more than its starter has, never what no agent may have, and nothing by accident. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Effect, RunPhase } from '../../../src/core/operation/description.ts'
import { defineOperation, type Operation } from '../../../src/core/operation/operation.ts'
import { allScopes, grants, type Scope } from '../../../src/core/operation/scopes.ts'
import {
  agentScopes,
  grantedOperations,
  operationsInPhase,
  unknownTools,
  whyWithheld,
} from '../../../src/domain/agents/spec/grants.ts'
import { operations as product } from '../../../src/tools/registry.ts'

/** Operations that there may be one day, each with what the rules look at. */
function operation(name: `${string}.${string}`, scope: Scope, effect: Effect, secret = 'no'): Operation {
  const audience = secret === 'secret' ? 'people' : 'everyone'
  return defineOperation({
    name,
    summary: 'Does it.',
    route: `POST /v1/${name.replace('.', '/')}`,
    input: z.object({}),
    output: z.object({ done: z.boolean() }),
    scope,
    effect,
    repeat: 'natural',
    audience,
    example: {},
    run: async () => ({ done: true }),
    tell: () => 'Done.',
  })
}

const OTHERS = [
  operation('runs.start', 'runs:write', 'write'),
  operation('runs.get', 'runs:read', 'read'),
  operation('runs.cancel', 'runs:write', 'write'),
  operation('approvals.decide', 'approvals:decide', 'write'),
  operation('approvals.list', 'runs:read', 'read'),
  operation('budgets.get', 'budgets:read', 'read'),
  operation('budgets.set', 'budgets:write', 'write'),
  operation('schedules.create', 'runs:write', 'write'),
  operation('tasks.show_secret', 'tasks:read', 'read', 'secret'),
  operation('gateway.stop', 'admin', 'destroy'),
]
const names = new Set(OTHERS.map(({ name }) => name))
const operations = [...product.filter(({ name }) => !names.has(name)), ...OTHERS]

/** What runs do to themselves, but for what belongs to a phase. */
const OF_RUNS = ['runs.ask_person', 'runs.delegate', 'runs.save_artifact']
const OLD_NAMES = ['ask_person', 'delegate', 'save_artifact']

const granted = (...tools: string[]) => grantedOperations(tools, operations).map(({ name }) => name)

describe('tools name operations', () => {
  test('by name, by the name of the tool, by area, by scope', () => {
    expect(granted('tasks.get')).toEqual(['tasks.get'])
    expect(granted('tasks_get')).toEqual(['tasks.get'])
    expect(granted('tasks')).toEqual(
      product.filter(({ area, scope }) => area === 'tasks' && scope !== 'admin').map(({ name }) => name),
    )
    expect(granted('tasks:read')).toEqual(
      product.filter(({ scope }) => scope === 'tasks:read').map(({ name }) => name),
    )
    expect(granted('tasks:write')).toEqual(expect.arrayContaining(granted('tasks:read')))
    expect(granted('tasks:write')).toContain('tasks.delete')
  })

  test('each once, in the order of the list', () => {
    const twice = granted('tasks', 'tasks.get', 'tasks:read', 'projects')
    expect(new Set(twice).size).toBe(twice.length)
    expect(twice).toEqual(operations.map(({ name }) => name).filter((name) => twice.includes(name)))
  })

  test('without those that write, where only reading is allowed', () => {
    const inPhase = (phase: RunPhase | null) =>
      operationsInPhase({ tools: ['*'], scopes: ['admin'] }, operations, phase)
    const writing = (phase: RunPhase | null) =>
      inPhase(phase)
        .filter(({ effect }) => effect !== 'read')
        .map(({ name }) => name)
    expect(inPhase('plan').length).toBeGreaterThan(5)
    expect(writing('plan')).toEqual(['runs.ask_person'])
    expect(writing('evaluate')).toEqual(['runs.ask_person', 'runs.give_verdict'])
    expect(writing('work')).toEqual(writing(null))
    expect(writing(null)).toEqual(expect.arrayContaining(['tasks.create', ...OF_RUNS]))
    expect(writing(null)).not.toContain('runs.give_verdict')
  })

  test('and none by a name that there is not, or by one that every object has', () => {
    expect(granted('task', 'tasks.', 'constructor', 'toString', '', 'admin')).toEqual([])
  })

  test('while what a run does to itself is named one by one, by its names of today or of before', () => {
    expect(granted('*')).toEqual(expect.arrayContaining(OF_RUNS))
    expect(granted(...OF_RUNS)).toEqual(OF_RUNS)
    expect(granted(...OLD_NAMES)).toEqual(OF_RUNS)
    expect(granted('runs_delegate')).toEqual(['runs.delegate'])
    const byAreaAndScope = granted('runs', 'runs:read', 'runs:write', 'profile:read')
    expect(byAreaAndScope.filter((name) => OF_RUNS.includes(name))).toEqual([])
  })
})

describe('no agent may have', () => {
  test.each([
    'access.create_key',
    'access.list_keys',
    'access.revoke_key',
    'access.list_audit',
    'access.whoami',
    'access.update_profile',
    'agents.create',
    'agents.update',
    'agents.delete',
    'approvals.decide',
    'budgets.set',
    'runs.start',
    'runs.cancel',
    'runs.wait',
    'schedules.create',
    'tasks.show_secret',
    'gateway.stop',
  ])('%s, however its tools name it', (name) => {
    const found = operations.find((each) => each.name === name)
    if (!found) throw new Error(`there is no ${name}`)
    expect(whyWithheld(found)).toMatch(/\w+ \w+/)
    expect(granted('*', name, found.toolName, found.area, found.scope)).not.toContain(name)
  })

  test('but what reads about runs, approvals and budgets it may', () => {
    expect(granted('*')).toEqual(
      expect.arrayContaining(['runs.get', 'approvals.list', 'budgets.get', 'agents.list', 'agents.get']),
    )
  })
})

describe('the scopes of a run', () => {
  test('are the smallest list that its operations need', () => {
    expect(agentScopes(['admin'], ['tasks.create', 'tasks.get'], operations)).toEqual(['tasks:write'])
    expect(agentScopes(['admin'], ['tasks.get', 'projects'], operations)).toEqual([
      'tasks:read',
      'projects:write',
    ])
    expect(agentScopes(['admin'], OF_RUNS, operations)).toEqual([])
  })

  test("are cut with the starter's", () => {
    expect(agentScopes(['tasks:read'], ['*'], operations)).toEqual(['tasks:read'])
    expect(agentScopes([], ['*'], operations)).toEqual([])
  })
})

const scopeLists = fc.uniqueArray(fc.constantFrom(...allScopes()))
const words = [
  '*',
  ...OLD_NAMES,
  ...allScopes(),
  ...new Set(operations.flatMap(({ name, toolName, area }) => [name, toolName, area])),
]
const toolLists = fc.uniqueArray(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 8 })

describe('for any starter and tools', () => {
  test('a run never has a scope that grants more than its starter has, nor admin', () => {
    fc.assert(
      fc.property(scopeLists, toolLists, (starter, tools) => {
        const scopes = agentScopes(starter, tools, operations)
        expect(scopes).not.toContain('admin')
        const reach = allScopes().filter((scope) => grants(scopes, scope))
        expect(reach.filter((scope) => !grants(starter, scope))).toEqual([])
      }),
    )
  })

  test('a run never has a scope that grants what no agent may have, but for what is withheld by name', () => {
    fc.assert(
      fc.property(scopeLists, toolLists, (starter, tools) => {
        const scopes = agentScopes(starter, tools, operations)
        const writes = [
          'access:',
          'agents:write',
          'runs:write',
          'approvals:decide',
          'budgets:write',
          'profile:write',
        ]
        const reach = allScopes().filter((scope) => grants(scopes, scope))
        expect(reach.filter((scope) => writes.some((each) => scope.startsWith(each)))).toEqual([])
      }),
    )
  })

  test('no operation is granted that no agent may have', () => {
    fc.assert(
      fc.property(toolLists, (tools) => {
        const found = grantedOperations(tools, operations)
        expect(found.filter((each) => whyWithheld(each) !== undefined)).toEqual([])
      }),
    )
  })

  test('scopes suffice for exactly those operations that the starter may call', () => {
    fc.assert(
      fc.property(scopeLists, toolLists, (starter, tools) => {
        const scopes = agentScopes(starter, tools, operations)
        const scoped = grantedOperations(tools, operations).filter(({ audience }) => audience !== 'runs')
        for (const { scope } of scoped) {
          expect(grants(scopes, scope)).toBe(grants(starter, scope))
        }
      }),
    )
  })

  test('more tools, or a starter with more scopes, never give less', () => {
    fc.assert(
      fc.property(scopeLists, scopeLists, toolLists, toolLists, (starter, more, tools, others) => {
        const few = grantedOperations(tools, operations)
        const many = grantedOperations([...tools, ...others], operations)
        expect(few.filter((each) => !many.includes(each))).toEqual([])
        const wide = agentScopes([...starter, ...more], [...tools, ...others], operations)
        const narrow = agentScopes(starter, tools, operations)
        expect(narrow.filter((scope) => !grants(wide, scope))).toEqual([])
      }),
    )
  })

  test('none of the scopes includes another, and the order of the starter and the tools makes no difference', () => {
    fc.assert(
      fc.property(scopeLists, toolLists, (starter, tools) => {
        const scopes = agentScopes(starter, tools, operations)
        for (const scope of scopes) {
          expect(
            grants(
              scopes.filter((other) => other !== scope),
              scope,
            ),
          ).toBe(false)
        }
        expect(agentScopes([...starter].reverse(), [...tools].reverse(), operations)).toEqual(scopes)
      }),
    )
  })

  test('a name that passes gives something', () => {
    fc.assert(
      fc.property(fc.constantFrom(...words), (tool) => {
        if (unknownTools([tool], operations).length > 0) return
        const isScope = allScopes().some((scope) => scope === tool)
        expect(isScope || grantedOperations([tool], operations).length > 0).toBe(true)
      }),
    )
  })
})

describe('a name in tools that gives nothing', () => {
  test.each([
    ['tasks.craete', /nearest is tasks.create/],
    ['task', /nearest is tasks/],
    ['task:read', /nearest is tasks:read/],
    ['runs.ask-person', /nearest is runs.ask_person/],
    ['runs.give_verdict', /in its phase evaluate/],
    ['admin', /there is no operation/],
    ['zzzzzzzzzzzzzz', /name an operation/],
    ['access', /no agent may have access/],
    ['access.create_key', /no agent may have access.create_key/],
    ['approvals_decide', /could approve/],
    ['budgets:write', /own budget/],
    ['agents:write', /own instructions/],
  ])('%s is told with the reason or the nearest', (tool, message) => {
    expect(unknownTools(['tasks', tool], operations)).toEqual([
      { tool, message: expect.stringMatching(message) },
    ])
  })

  test('while all that give something pass, in operations that are not there yet too', () => {
    const fine = [
      '*',
      ...OF_RUNS,
      ...OLD_NAMES,
      'tasks',
      'tasks.create',
      'tasks_create',
      'tasks:read',
      'agents',
      'runs:read',
    ]
    expect(unknownTools(fine, operations)).toEqual([])
    expect(unknownTools(['runs:read'], [])).toEqual([])
  })
})
