/** The rules of rituals, without a database: when they are due, what a period is, what people type. */
import { describe, expect, test } from 'vitest'
import type { Weekday } from '../../../src/domain/access/tables.ts'
import { labelsOfScore } from '../../../src/domain/planning/score.ts'
import { dueRituals } from '../../../src/domain/rituals/due-rituals.ts'
import { energyAt } from '../../../src/domain/rituals/energy.ts'
import { type Period, spanBefore, spanOf } from '../../../src/domain/rituals/progress.ts'
import { habitDays, streakOf } from '../../../src/domain/rituals/review/habits.ts'
import {
  contextFigures,
  deepWorkOf,
  isStale,
  isUnsorted,
} from '../../../src/domain/rituals/review/sort-out.ts'
import { outcomesIn, timeIn } from '../../../src/domain/rituals/talk.ts'
import type { WorkRead } from '../../../src/domain/work/work.ts'

const PARIS = 'Europe/Paris'
const WEEK: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri']

describe('a ritual is due', () => {
  const ALL = { brief: '08:30', wrap: '18:00', outcomes: '09:00', review: '16:00' }
  test.each([
    ['2026-03-04T07:29:00Z', []],
    ['2026-03-04T07:30:00Z', ['brief']],
    ['2026-03-04T11:29:00Z', ['brief']],
    ['2026-03-04T11:30:00Z', []],
    ['2026-03-04T17:00:00Z', ['wrap']],
    ['2026-03-02T08:00:00Z', ['brief', 'outcomes']],
    ['2026-03-06T15:00:00Z', ['review']],
    ['2026-03-07T07:30:00Z', []],
  ])('at %s: %j', (now, rituals) => {
    const due = dueRituals({ times: ALL, workDays: WEEK }, { now: new Date(now), timeZone: PARIS })
    expect(due).toEqual({ day: now.slice(0, 10), rituals })
  })

  test('once a day over clock changes, by the wall clock', () => {
    const minutesDue = (times: { brief: string }, from: string) => {
      const start = Date.parse(from)
      const due = Array.from({ length: 24 * 6 }, (_, index) => {
        const now = new Date(start + index * 600_000)
        return dueRituals({ times, workDays: null }, { now, timeZone: PARIS })
      }).filter(({ rituals }) => rituals.length > 0)
      return new Set(due.map(({ day }) => day))
    }
    // Skipped in spring, and repeated in autumn.
    expect(minutesDue({ brief: '02:30' }, '2026-03-28T23:00:00Z').size).toBe(1)
    expect(minutesDue({ brief: '02:30' }, '2026-10-24T22:00:00Z').size).toBe(1)
  })

  test('on every day of those who have set no work days, and in the week of others on its first and last', () => {
    const on = (day: string, workDays: readonly Weekday[] | null) =>
      dueRituals({ times: ALL, workDays }, { now: new Date(`${day}T16:30:00Z`), timeZone: 'UTC' }).rituals
    expect(on('2026-03-06', null)).toEqual(['review'])
    expect(on('2026-03-05', ['tue', 'wed', 'thu'])).toEqual(['review'])
    expect(
      dueRituals({ times: ALL, workDays: null }, { now: new Date('2026-03-08T08:30Z'), timeZone: 'UTC' })
        .rituals,
    ).toEqual(['brief'])
  })
})

test.each<[Period, string, [string, string], [string, string]]>([
  ['day', '2026-03-01', ['2026-03-01', '2026-03-01'], ['2026-02-28', '2026-02-28']],
  ['week', '2026-03-01', ['2026-02-23', '2026-03-01'], ['2026-02-16', '2026-02-22']],
  ['month', '2026-03-15', ['2026-03-01', '2026-03-31'], ['2026-02-01', '2026-02-28']],
  ['quarter', '2026-02-15', ['2026-01-01', '2026-03-31'], ['2025-10-01', '2025-12-31']],
])('the %s of %s', (period, day, [from, until], [before, beforeUntil]) => {
  const span = spanOf(period, day)
  expect(span).toEqual({ from, until })
  expect(spanBefore(period, span)).toEqual({ from: before, until: beforeUntil })
})

test('energy is high in the hours that a person set, also over midnight', () => {
  const at = (hour: string, from: string, until: string) =>
    energyAt({ energyHours: { from, until } }, { now: new Date(`2026-03-04T${hour}Z`), timeZone: 'UTC' })
  expect(at('09:00', '09:00', '12:00')).toBe('high')
  expect(at('12:00', '09:00', '12:00')).toBe('medium')
  expect(at('01:00', '22:00', '02:00')).toBe('high')
  expect(at('21:59', '22:00', '02:00')).toBe('medium')
})

test('times and outcomes are read as people type them', () => {
  expect(timeIn('8:30', 'brief')).toBe('08:30')
  expect(timeIn('6', 'brief')).toBe('06:00')
  expect(timeIn('6', 'wrap')).toBe('18:00')
  expect(timeIn('5:30pm', 'wrap')).toBe('17:30')
  expect([timeIn('on', 'wrap'), timeIn('off', 'wrap'), timeIn('soon', 'wrap')]).toEqual([
    'usual',
    null,
    undefined,
  ])
  expect(outcomesIn('1. Ship the beta; Hire Bo\n- Rest')).toEqual(['Ship the beta', 'Hire Bo', 'Rest'])
})

describe('a habit', () => {
  const days = (done: readonly string[], rule = 'FREQ=DAILY') =>
    habitDays(
      { rule, anchor: '2026-03-02', done: new Set(done) },
      { from: '2026-03-01', today: '2026-03-06' },
    )

  test('is kept on the days on which it was done, and open today', () => {
    const found = days(['2026-03-02', '2026-03-04', '2026-03-05'])
    expect(found.map(({ state }) => state)).toEqual(['kept', 'missed', 'kept', 'kept', 'open'])
    expect(streakOf(found)).toBe(2)
    expect(streakOf(days([]))).toBe(0)
  })

  test('has the days of its rule alone', () => {
    const found = days(['2026-03-04'], 'FREQ=WEEKLY;BYDAY=MO,WE,FR')
    expect(found).toEqual([
      { day: '2026-03-02', state: 'missed' },
      { day: '2026-03-04', state: 'kept' },
      { day: '2026-03-06', state: 'open' },
    ])
  })
})

describe('what a review finds', () => {
  const MOMENT = { now: new Date('2026-03-20T09:00Z'), timeZone: 'UTC' }
  const due = (date: string) => ({ date, time: null, timeZone: null, at: null })
  const task = (parts: Partial<WorkRead>): WorkRead => ({
    ...{
      id: 't',
      ref: 'T-1',
      service: 'switchboard',
      accountId: null,
      title: 'x',
      status: 'open',
      notes: null,
    },
    ...{ priority: 4, due: null, repeats: false, minutes: null, bucket: null, labels: [], projectId: null },
    ...{ assignee: null, createdAt: '2026-03-01T09:00:00.000Z', changedAt: '2026-03-06T23:00:00.000Z' },
    ...{ completedAt: null, isInInbox: true, deadline: null },
    ...parts,
  })

  test.each<[string, Partial<WorkRead>, boolean]>([
    ['unchanged for 14 days', {}, true],
    ['unchanged for 13 days', { changedAt: '2026-03-07T00:00:00.000Z' }, false],
    ['overdue', { due: due('2026-03-01') }, true],
    ['due later', { due: due('2026-03-21') }, false],
    ['repeating', { repeats: true }, false],
    ['of someday', { labels: ['Someday'] }, false],
  ])('a task %s is stale: %s', (_what, parts, isTrue) => {
    expect(isStale(task(parts), MOMENT)).toBe(isTrue)
  })

  test.each<[string, Partial<WorkRead>, boolean]>([
    ['without anything', { labels: ['10min'] }, true],
    ['with a context', { labels: ['home'] }, false],
    ['with a date', { due: due('2026-03-21') }, false],
    ['in a project', { isInInbox: false }, false],
    ['chosen for today', { labels: ['today'] }, false],
  ])('a task %s is unsorted: %s', (_what, parts, isTrue) => {
    expect(isUnsorted(task(parts))).toBe(isTrue)
  })

  test('contexts are counted in any case, the largest first, and what has none last', () => {
    const open = [
      task({ labels: ['Home', 'impact-4'], minutes: 10, due: due('2026-03-01') }),
      task({ labels: ['home', '2min'], bucket: '2min' }),
      task({ labels: ['calls'] }),
      task({ labels: ['am', 'today'] }),
    ]
    expect(contextFigures(open, MOMENT)).toEqual([
      { context: 'Home', open: 2, overdue: 1, minutes: 12 },
      { context: 'calls', open: 1, overdue: 0, minutes: 0 },
      { context: null, open: 1, overdue: 0, minutes: 0 },
    ])
  })

  test('deep work takes 15 minutes or has an impact of 4 or 5, and comes by its scores', () => {
    const open = [
      task({ ref: 'short', minutes: 14 }),
      task({ ref: 'unscored', minutes: 15 }),
      task({ ref: 'scored', minutes: 60, labels: ['impact-3', 'urgency-1', 'pm'] }),
      task({ ref: 'weighty', minutes: 5, labels: ['impact-5'] }),
      task({ ref: 'someday', minutes: 60, labels: ['someday'] }),
    ]
    expect(deepWorkOf(open).map(({ task: { ref }, impact, energy }) => [ref, impact, energy])).toEqual([
      ['weighty', 5, null],
      ['scored', 3, 'pm'],
      ['unscored', 0, null],
    ])
  })

  test('a score replaces the other scores of its scale', () => {
    const { add, remove } = labelsOfScore({ impact: 4, energy: 'am' })
    expect(add).toEqual(['impact-4', 'am'])
    expect(remove).toEqual(['impact-1', 'impact-2', 'impact-3', 'impact-5', 'pm'])
  })
})
