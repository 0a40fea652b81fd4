import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  idleDays,
  isDeepWork,
  momentumAfter,
  momentumNow,
  onMove,
  onRecommit,
  type ProjectEvent,
  type ProjectState,
} from '../../../src/domain/projects/rules.ts'
import { PROJECT_STATES } from '../../../src/domain/projects/tables.ts'
import { addDays, daysBetween } from '../../../src/domain/time/calendar.ts'

const MONDAY = '2026-03-02'

const anyEvent = fc.constantFrom<ProjectEvent>('deep_work_done', 'task_done', 'task_added')
const anyEvents = fc.array(fc.record({ event: anyEvent, count: fc.nat(20) }), { maxLength: 12 })
const anyFacts = fc.record({
  momentum: fc.nat(100),
  momentumOn: fc.nat(400).map((days) => addDays(MONDAY, -days)),
  state: fc.constantFrom<ProjectState>(...PROJECT_STATES),
})

function momentumThrough(
  facts: { momentum: number; momentumOn: string; state: ProjectState },
  events: readonly { event: ProjectEvent; count: number }[],
  today: string,
): number {
  let now = facts
  for (const event of events) {
    now = { state: facts.state, momentum: momentumAfter(now, event, today), momentumOn: today }
  }
  return now.momentum
}

describe('idle days', () => {
  it.each([
    ['the same day', MONDAY, 0],
    ['the next day, which is not over', '2026-03-03', 0],
    ['two days later', '2026-03-04', 1],
    ['a week later', '2026-03-09', 6],
    ['a day before, after a journey west', '2026-03-01', 0],
  ])('are counted right on %s', (_when, today, idle) => {
    expect(idleDays(MONDAY, today)).toBe(idle)
  })
})

describe('momentum', () => {
  it.each([
    ['active', '2026-03-03', 100],
    ['active', '2026-03-04', 90],
    ['active', '2026-03-07', 60],
    ['active', '2026-03-08', 50],
    ['active', '2026-03-09', 40],
    ['active', '2026-05-01', 0],
    ['planning', '2026-03-09', 40],
    ['paused', '2026-05-01', 100],
    ['completed', '2026-05-01', 100],
    ['archived', '2026-05-01', 100],
  ] as const)('of a project that is %s since Monday is, on %s, %i', (state, today, expected) => {
    expect(momentumNow({ momentum: 100, momentumOn: MONDAY, state }, today)).toBe(expected)
  })

  it.each([
    ['deep_work_done', 15],
    ['task_done', 5],
    ['task_added', 2],
  ] as const)('grows with %s by %i', (event, gain) => {
    const facts = { momentum: 40, momentumOn: MONDAY, state: 'active' } as const
    expect(momentumAfter(facts, { event, count: 1 }, MONDAY)).toBe(40 + gain)
    expect(momentumAfter(facts, { event, count: 3 }, MONDAY)).toBe(40 + 3 * gain)
  })

  it('takes what idle days cost before it adds what was gained', () => {
    const facts = { momentum: 100, momentumOn: MONDAY, state: 'active' } as const
    expect(momentumAfter(facts, { event: 'task_done', count: 1 }, '2026-03-06')).toBe(75)
  })

  it('stays between 0 and 100 whatever happens', () => {
    fc.assert(
      fc.property(anyFacts, anyEvents, fc.nat(60), (facts, events, later) => {
        const momentum = momentumThrough(facts, events, addDays(MONDAY, later))
        expect(momentum).toBeGreaterThanOrEqual(0)
        expect(momentum).toBeLessThanOrEqual(100)
      }),
    )
  })

  it('never grows without an event', () => {
    fc.assert(
      fc.property(anyFacts, fc.nat(60), fc.nat(60), (facts, some, more) => {
        const earlier = momentumNow(facts, addDays(MONDAY, some))
        expect(momentumNow(facts, addDays(MONDAY, some + more))).toBeLessThanOrEqual(earlier)
      }),
    )
  })

  it('does not depend on the order of events within a day', () => {
    fc.assert(
      fc.property(anyFacts, anyEvents, (facts, events) => {
        expect(momentumThrough(facts, [...events].reverse(), MONDAY)).toBe(
          momentumThrough(facts, events, MONDAY),
        )
      }),
    )
  })

  it('counts a batch like its tasks one by one', () => {
    fc.assert(
      fc.property(anyFacts, anyEvent, fc.integer({ min: 1, max: 30 }), (facts, event, count) => {
        const singles = Array.from({ length: count }, () => ({ event, count: 1 }))
        expect(momentumThrough(facts, singles, MONDAY)).toBe(
          momentumThrough(facts, [{ event, count }], MONDAY),
        )
      }),
    )
  })

  it('is kept by a pause, however long, and decays again from the day of its end', () => {
    fc.assert(
      fc.property(anyFacts, fc.nat(300), fc.nat(30), (facts, paused, later) => {
        const pause = onMove({ ...facts, state: 'active' }, 'paused', MONDAY)
        const end = addDays(MONDAY, paused)
        const resumed = onMove(pause, 'active', end)
        expect(resumed.momentum).toBe(momentumNow({ ...facts, state: 'active' }, MONDAY))
        expect(momentumNow(resumed, addDays(end, later))).toBe(
          Math.max(0, resumed.momentum - 10 * Math.max(0, later - 1)),
        )
      }),
    )
  })

  it.each([
    [0, 60],
    [59, 60],
    [80, 80],
  ])('of %i becomes, on a new commitment, %i', (momentum, expected) => {
    const facts = { momentum, momentumOn: MONDAY, state: 'active' } as const
    expect(onRecommit(facts, MONDAY)).toEqual({ momentum: expected, momentumOn: MONDAY })
  })
})

describe('deep work', () => {
  it.each([
    [16, [], true],
    [15, [], false],
    [null, [], false],
    [null, ['impact-4'], true],
    [null, ['impact4'], true],
    [5, ['Impact5'], true],
    [5, ['impact3', 'urgency5'], false],
  ])('with %s minutes and labels %j: %s', (minutes, labels, deep) => {
    expect(isDeepWork({ minutes, labels })).toBe(deep)
  })
})

describe('days', () => {
  it('add up and subtract to the same number', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2000, max: 2000 }), (days) => {
        expect(daysBetween(MONDAY, addDays(MONDAY, days))).toBe(days)
      }),
    )
  })
})
