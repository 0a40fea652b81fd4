import { describe, expect, it } from 'vitest'
import { auditReasons, auditState, waysOut } from '../../../src/domain/projects/audit.ts'

const TODAY = '2026-03-04'
const healthy = {
  momentum: 100,
  momentumOn: TODAY,
  state: 'active',
  outcome: 'The kitchen is finished',
  dueDate: '2026-06-30',
  hasNextAction: true,
} as const

describe('the audit', () => {
  it.each([
    ['a defined project with momentum', {}, 'healthy'],
    ['momentum of 50', { momentum: 50 }, 'healthy'],
    ['momentum of 49', { momentum: 49 }, 'stalled'],
    ['momentum that idle days took', { momentumOn: '2026-02-25' }, 'stalled'],
    ['no outcome', { outcome: null }, 'needs_definition'],
    ['an outcome of nine characters', { outcome: 'Ship soon' }, 'needs_definition'],
    ['an outcome of ten characters', { outcome: 'Ship it so' }, 'healthy'],
    ['no due date', { dueDate: null }, 'needs_definition'],
    ['neither momentum nor outcome', { momentum: 10, outcome: null }, 'stalled'],
    ['no outcome in planning', { state: 'planning', outcome: null }, 'needs_definition'],
    ['a pause', { state: 'paused', momentum: 0, outcome: null }, null],
    ['completion', { state: 'completed', momentum: 0 }, null],
    ['the archive', { state: 'archived', momentum: 0 }, null],
  ] as const)('of a project with %s', (_what, change, expected) => {
    expect(auditState({ ...healthy, ...change }, TODAY)).toBe(expected)
  })

  it('says nothing against a healthy project', () => {
    expect(auditReasons(healthy, TODAY)).toEqual([])
  })

  it('says nothing against a paused project', () => {
    expect(auditReasons({ ...healthy, state: 'paused', outcome: null, dueDate: null }, TODAY)).toEqual([])
  })

  it.each([
    [
      { momentum: 60, momentumOn: '2026-03-01' },
      ['momentum is 40 (stalled under 50), 2 days without an event'],
    ],
    [{ outcome: null }, ['no outcome']],
    [{ outcome: 'Ship soon' }, ['the outcome is too short to tell when it is reached']],
    [{ dueDate: null }, ['no due date']],
    [{ dueDate: '2026-03-03' }, ['its due date passed 1 day ago']],
    [{ dueDate: TODAY }, []],
    [{ hasNextAction: false }, ['no open task']],
    [{ outcome: null, dueDate: null, hasNextAction: false }, ['no outcome', 'no due date', 'no open task']],
  ])('gives each reason in words: %j', (change, reasons) => {
    expect(auditReasons({ ...healthy, ...change }, TODAY)).toEqual(reasons)
  })

  it.each([
    [{ momentum: 10 }, ['recommit', 'pause']],
    [{ outcome: null }, ['rewrite', 'pause']],
    [{ dueDate: '2026-03-03' }, ['rewrite', 'pause']],
    [{ momentum: 10, dueDate: null }, ['recommit', 'rewrite', 'pause']],
    [{ hasNextAction: false }, ['recommit', 'pause']],
  ])('offers only ways that lead out: %j', (change, ways) => {
    expect(waysOut({ ...healthy, ...change }, TODAY)).toEqual(ways)
  })
})
