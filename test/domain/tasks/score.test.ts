/** The morning-brief score and the ranking for now. */
import { describe, expect, test } from 'vitest'
import { deepWork, rankForNow, type ScoredTask, scoreTask } from '../../../src/domain/planning/score.ts'
import type { Due, Moment } from '../../../src/domain/time/due.ts'
import { readDue } from '../../../src/domain/time/reading/read-due.ts'

/** Ten in the morning in New York. */
const MORNING: Moment = { now: new Date('2026-05-01T14:00:00Z'), timeZone: 'America/New_York' }
const AFTERNOON: Moment = { ...MORNING, now: new Date('2026-05-01T20:00:00Z') }
const BRIEF = { moment: MORNING, weeklyOutcomes: ['Ship beta'] }
const NOW = { ...BRIEF, minutes: 30, energy: 'medium' as const }

function task(parts: Partial<ScoredTask> & { title: string }): ScoredTask {
  const blank = { labels: [], priority: null, due: null, deadline: null, minutes: null, bucket: null }
  return { ...blank, createdAt: '2026-04-01T00:00:00.000Z', ...parts }
}

const due = (words: string) => readDue(words, MORNING) as Due

describe('the score', () => {
  test.each([
    [task({ title: 'Ship the beta build' }), 1000, ['matches this week\'s outcome "Ship beta"']],
    [task({ title: 'Ship shoes' }), 0, []],
    [
      task({ title: 'Release', notes: 'so that we ship beta' }),
      1000,
      ['matches this week\'s outcome "Ship beta"'],
    ],
    [task({ title: 'x', labels: ['Revenue-Driver'] }), 500, ['drives revenue']],
    [task({ title: 'x', due: due('2026-04-28') }), 200, ['overdue by 3 days']],
    [task({ title: 'x', due: due('2026-04-30') }), 200, ['overdue by 1 day']],
    [task({ title: 'x', due: due('2026-05-01T09:00') }), 200, ['overdue since earlier today']],
    [task({ title: 'x', due: due('2026-05-01') }), 100, ['due today']],
    [task({ title: 'x', due: due('2026-05-02') }), 0, []],
    [task({ title: 'x', deadline: '2026-04-29' }), 200, ['past its deadline by 2 days']],
    [task({ title: 'x', deadline: '2026-05-01' }), 100, ['deadline today']],
    [
      task({ title: 'x', deadline: '2026-05-04', due: due('2026-04-30') }),
      300,
      ['overdue by 1 day', 'deadline in 3 days'],
    ],
    [task({ title: 'x', deadline: '2026-05-05' }), 0, []],
    [
      task({ title: 'x', labels: ['impact-4', 'urgency-3', 'am'] }),
      8,
      ['impact 4 of 5', 'urgency 3 of 5', 'suits the morning'],
    ],
  ])('%# is as the morning brief counts it', (given, score, reasons) => {
    expect(scoreTask(given, BRIEF)).toEqual({ score, reasons })
  })

  test('everything adds up, weightiest reason first', () => {
    const all = task({ title: 'Ship beta', labels: ['revenue-driver', 'impact-5'], due: due('2026-04-30') })
    expect(scoreTask(all, BRIEF)).toMatchObject({ score: 1705 })
    expect(scoreTask(all, BRIEF).reasons[0]).toContain('Ship beta')
  })

  test('an am task suits the morning only, a pm task the rest of the day only', () => {
    const score = (label: string, moment: Moment): number =>
      scoreTask(task({ title: 'x', labels: [label] }), { ...BRIEF, moment }).score
    expect([
      score('am', MORNING),
      score('am', AFTERNOON),
      score('pm', MORNING),
      score('pm', AFTERNOON),
    ]).toEqual([1, 0, 0, 1])
  })

  test('an empty outcome matches nothing', () => {
    expect(scoreTask(task({ title: 'the' }), { ...BRIEF, weeklyOutcomes: ['', 'the', '!'] }).score).toBe(0)
  })

  test('deep-work labels are read whatever their case, and nothing else is', () => {
    expect(deepWork(['IMPACT-2', 'impact-4', 'urgency_3', 'PM'])).toEqual({
      impact: 4,
      urgency: 3,
      energy: 'pm',
    })
    expect(deepWork(['impact4', 'urgency3', 'energy_am'])).toEqual({ impact: 4, urgency: 3, energy: 'am' })
    expect(deepWork(['impact-6', 'impact', 'impact-33', 'spam', 'ampm'])).toEqual({
      impact: 0,
      urgency: 0,
      energy: null,
    })
  })
})

describe('what to do now', () => {
  const titles = (tasks: ScoredTask[], situation = {}): string[] =>
    rankForNow(tasks, { ...NOW, ...situation }).map((ranked) => ranked.task.title)

  test('only what fits the minutes is offered; an unknown length is, and says so', () => {
    const tasks = [
      task({ title: 'long', minutes: 45, bucket: '30plus' }),
      task({ title: 'exact', minutes: 15, bucket: '10min' }),
      task({ title: 'quick', bucket: '10min' }),
      task({ title: 'unknown' }),
    ]
    const ranked = rankForNow(tasks, { ...NOW, minutes: 15 })
    expect(ranked.map(({ task: { title } }) => title)).toEqual(['exact', 'quick', 'unknown'])
    expect(ranked[0]?.reasons).toEqual(['fits your 15 minutes'])
    expect(ranked[2]?.reasons).toEqual(['no estimate: may not fit your 15 minutes'])
  })

  test('a context is strongly preferred, but hides nothing', () => {
    const tasks = [
      task({ title: 'late', due: due('2026-04-01') }),
      task({ title: 'by phone', labels: ['Phone'] }),
    ]
    expect(titles(tasks)).toEqual(['late', 'by phone'])
    expect(titles(tasks, { context: '@phone' })).toEqual(['by phone', 'late'])
  })

  test('low energy prefers quick work, high energy deep work', () => {
    const tasks = [
      task({ title: 'deep', minutes: 30, bucket: '30plus' }),
      task({ title: 'plain' }),
      task({ title: 'quick', minutes: 5, bucket: '2min' }),
      task({ title: 'heavy', labels: ['impact-4'] }),
    ]
    expect(titles(tasks, { energy: 'low' })).toEqual(['quick', 'plain', 'heavy', 'deep'])
    expect(titles(tasks, { energy: 'high' })).toEqual(['heavy', 'deep', 'plain', 'quick'])
  })

  test('equal scores go by priority, due and age, and the order is stable', () => {
    const tasks = [
      task({ title: 'young', createdAt: new Date('2026-04-02') }),
      task({ title: 'old' }),
      task({ title: 'dated', due: due('2026-06-01') }),
      task({ title: 'second', priority: 2 }),
      task({ title: 'first', priority: 1 }),
      task({ title: 'old too' }),
    ]
    expect(titles(tasks)).toEqual(['first', 'second', 'dated', 'old', 'old too', 'young'])
  })
})
