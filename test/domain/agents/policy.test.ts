/** What an agent may do by itself: the first rule that fits decides, and what cannot be undone asks. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ApprovalPolicy,
  decide,
  PolicyRule,
  type ProposedCall,
  VERDICTS,
} from '../../../src/domain/agents/spec/policy.ts'

const policy = (...rules: PolicyRule[]) => ApprovalPolicy.parse({ rules })

const DELETE: ProposedCall = {
  operation: 'tasks.delete',
  effect: 'write',
  input: { taskIds: ['a', 'b', 'c'] },
}

function verdict(call: Partial<ProposedCall>, rules: PolicyRule[], always: string[] = []) {
  return decide(policy(...rules), { ...DELETE, ...call }, always).verdict
}

describe('without rules', () => {
  test.each([
    ['read', 'allow'],
    ['write', 'allow'],
    ['destroy', 'ask'],
  ] as const)('%s: %s', (effect, expected) => {
    expect(verdict({ effect }, [])).toBe(expected)
  })
})

describe('a rule', () => {
  test('fits when all that it names fits', () => {
    const rule: PolicyRule = {
      operation: 'runs.delegate',
      agent: 'developer',
      effect: 'write',
      verdict: 'ask',
    }
    const call = { operation: 'runs.delegate', agent: 'developer' }
    expect(verdict(call, [rule])).toBe('ask')
    expect(verdict({ ...call, agent: 'tester' }, [rule])).toBe('allow')
    expect(verdict({ ...call, operation: 'tasks.create' }, [rule])).toBe('allow')
    expect(verdict({ ...call, effect: 'read' }, [rule])).toBe('allow')
  })

  test.each([
    ['tasks.delete', 'tasks.delete', true],
    ['tasks.*', 'tasks.delete', true],
    ['*', 'tasks.delete', true],
    ['tasks.delete', 'tasks.delete_all', false],
    ['task.*', 'tasks.delete', false],
    ['tasks', 'tasks.delete', false],
  ])('for %s means %s: %s', (operation, called, fits) => {
    const rule: PolicyRule = { operation, verdict: 'refuse' }
    expect(verdict({ operation: called }, [rule])).toBe(fits ? 'refuse' : 'allow')
  })

  test('lets a destroy go on its own only where it says so', () => {
    expect(verdict({ effect: 'destroy' }, [{ operation: 'tasks.*', verdict: 'allow' }])).toBe('allow')
    expect(verdict({ effect: 'destroy' }, [{ operation: 'projects.*', verdict: 'allow' }])).toBe('ask')
  })

  test('before another decides', () => {
    const ask: PolicyRule = { operation: 'tasks.*', verdict: 'ask' }
    const refuse: PolicyRule = { operation: 'tasks.delete', verdict: 'refuse' }
    expect(verdict({}, [ask, refuse])).toBe('ask')
    expect(verdict({}, [refuse, ask])).toBe('refuse')
  })
})

describe('over an amount', () => {
  const over = (field: string, amount: number, outcome: PolicyRule['verdict'] = 'ask'): PolicyRule => ({
    over: { field, amount },
    verdict: outcome,
  })

  test('counts a number, or how many a list has, at any depth', () => {
    expect(verdict({}, [over('taskIds', 2)])).toBe('ask')
    expect(verdict({}, [over('taskIds', 3)])).toBe('allow')
    const input = { order: { lines: [{ usd: 10.5 }] } }
    expect(verdict({ input }, [over('order.lines.0.usd', 10)])).toBe('ask')
    expect(verdict({ input }, [over('order.lines.0.usd', 10.5)])).toBe('allow')
  })

  test.each([
    ['is missing', {}],
    ['is text', { usd: '5' }],
    ['is null', { usd: null }],
    ['is no number', { usd: Number.NaN }],
    ['is an object', { usd: { amount: 5 } }],
  ])('that %s holds the call back, and never lets one go', (_what, input) => {
    expect(verdict({ input }, [over('usd', 10)])).toBe('ask')
    expect(verdict({ input }, [over('usd', 10, 'refuse')])).toBe('refuse')
    expect(verdict({ input, effect: 'destroy' }, [over('usd', 10, 'allow')])).toBe('ask')
  })

  test('is never read off what every object has', () => {
    expect(verdict({ input: {} }, [over('constructor.length', 0, 'allow')])).toBe('allow')
    expect(verdict({ input: {}, effect: 'destroy' }, [over('constructor.length', 0, 'allow')])).toBe('ask')
  })
})

describe('what a person allowed for the rest of the run', () => {
  test('goes without asking, a destroy too', () => {
    expect(verdict({}, [{ verdict: 'ask' }], ['tasks.delete'])).toBe('allow')
    expect(verdict({ effect: 'destroy' }, [], ['tasks.delete'])).toBe('allow')
  })

  test('is that operation only, and never one that is refused', () => {
    expect(verdict({}, [{ verdict: 'ask' }], ['tasks.create'])).toBe('ask')
    expect(verdict({}, [{ verdict: 'refuse' }], ['tasks.delete'])).toBe('refuse')
  })
})

test('the reason says which rule it was', () => {
  const rule: PolicyRule = {
    operation: 'tasks.delete',
    over: { field: 'taskIds', amount: 2 },
    verdict: 'ask',
  }
  const { why } = decide(policy(rule), DELETE, [])
  expect(why).toBe("the agent's rules ask a person about tasks.delete with taskIds over 2")
  expect(decide(policy(), { ...DELETE, effect: 'destroy' }, []).why).toBe('it cannot be undone')
})

describe('for any policy and call', () => {
  const operation = fc.constantFrom('tasks.delete', 'tasks.create', 'projects.archive', 'runs.delegate')
  const rules = fc.array(
    fc.record(
      {
        effect: fc.constantFrom('read' as const, 'write' as const, 'destroy' as const),
        operation: fc.oneof(operation, fc.constantFrom('tasks.*', '*')),
        agent: fc.constantFrom('a', 'b'),
        over: fc.record({ field: fc.constantFrom('n', 'list', 'x.y'), amount: fc.integer() }),
        verdict: fc.constantFrom(...VERDICTS),
      },
      { requiredKeys: ['verdict'] },
    ),
    { maxLength: 6 },
  )
  const calls = fc.record(
    {
      operation,
      effect: fc.constantFrom('read' as const, 'write' as const, 'destroy' as const),
      input: fc.oneof(fc.record({ n: fc.integer(), list: fc.array(fc.nat()) }), fc.jsonValue()),
      agent: fc.constantFrom('a', 'b'),
    },
    { requiredKeys: ['operation', 'effect', 'input'] },
  )
  const always = fc.uniqueArray(operation)

  test('there is one verdict with a reason, the same each time', () => {
    fc.assert(
      fc.property(rules, calls, always, (given, call, allowed) => {
        const decision = decide(policy(...given.map((rule) => PolicyRule.parse(rule))), call, allowed)
        expect(VERDICTS).toContain(decision.verdict)
        expect(decision.why).not.toBe('')
        expect(decide(ApprovalPolicy.parse({ rules: given }), call, allowed)).toEqual(decision)
      }),
    )
  })

  test('a refusal put first refuses, whatever comes after it and from whichever layer', () => {
    fc.assert(
      fc.property(rules, calls, always, (given, call, allowed) => {
        const first: PolicyRule = { operation: call.operation, verdict: 'refuse' }
        expect(decide(ApprovalPolicy.parse({ rules: [first, ...given] }), call, allowed).verdict).toBe(
          'refuse',
        )
      }),
    )
  })

  test('a destroy goes on its own only by a rule or a person that says so', () => {
    fc.assert(
      fc.property(rules, calls, (given, call) => {
        const withoutAllow = given.filter((rule) => rule.verdict !== 'allow')
        const destroy = { ...call, effect: 'destroy' as const }
        expect(decide(ApprovalPolicy.parse({ rules: withoutAllow }), destroy, []).verdict).not.toBe('allow')
      }),
    )
  })

  test('to allow more for the run never makes a verdict stricter', () => {
    fc.assert(
      fc.property(rules, calls, always, (given, call, allowed) => {
        const parsed = ApprovalPolicy.parse({ rules: given })
        const strictness = (list: readonly string[]) => VERDICTS.indexOf(decide(parsed, call, list).verdict)
        expect(strictness(allowed)).toBeLessThanOrEqual(strictness([]))
      }),
    )
  })
})
