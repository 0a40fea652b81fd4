/** Repeats: words to rules and back, and the due that follows. */
import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { type Due, type Moment, makeDue } from '../../../src/domain/time/due.ts'
import { describeRepeat } from '../../../src/domain/time/repeats/describe-repeat.ts'
import { firstDue as firstOf, nextDue, nextTurn } from '../../../src/domain/time/repeats/repeat.ts'
import { readRepeat as read } from '../../../src/domain/time/repeats/repeat-phrase.ts'
import { isUnread } from '../../../src/domain/time/unread.ts'
import { cpuMsOf } from '../../support/cpu-time.ts'
import { cases } from '../../support/form.ts'

const ZONES = ['America/New_York', 'Asia/Kolkata', 'Pacific/Auckland', 'UTC']
const at = (now: string, timeZone = 'America/New_York'): Moment => ({ now: new Date(now), timeZone })
const NOON = at('2026-05-01T16:00:00Z')

function readRepeat(text: string): string | undefined {
  const repeat = read(text, NOON)
  return isUnread(repeat) ? undefined : repeat.rule
}
const firstDue = (rule: string, time: string | null, moment: Moment) =>
  firstOf({ rule, time, timeZone: null, from: null }, moment)

function due(date: string, time: string | null = null, timeZone = 'America/New_York'): Due {
  const made = makeDue({ date, time, timeZone }, NOON)
  if (made === undefined) throw new Error(`no such due: ${date} ${time}`)
  return made
}

const WORDS: [string, string][] = [
  ['daily', 'FREQ=DAILY'],
  ['every day', 'FREQ=DAILY'],
  ['Each Day', 'FREQ=DAILY'],
  ['every 3 days', 'FREQ=DAILY;INTERVAL=3'],
  ['every other day', 'FREQ=DAILY;INTERVAL=2'],
  ['every weekday', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'],
  ['weekdays', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'],
  ['every weekend', 'FREQ=WEEKLY;BYDAY=SA,SU'],
  ['weekly', 'FREQ=WEEKLY'],
  ['every monday', 'FREQ=WEEKLY;BYDAY=MO'],
  ['mondays', 'FREQ=WEEKLY;BYDAY=MO'],
  ['on tuesdays and thursdays', 'FREQ=WEEKLY;BYDAY=TU,TH'],
  ['every mon and thu', 'FREQ=WEEKLY;BYDAY=MO,TH'],
  ['every fri, mon & wed', 'FREQ=WEEKLY;BYDAY=MO,WE,FR'],
  ['every 2 weeks', 'FREQ=WEEKLY;INTERVAL=2'],
  ['every two weeks on friday', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=FR'],
  ['every other friday', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=FR'],
  ['biweekly', 'FREQ=WEEKLY;INTERVAL=2'],
  ['monthly', 'FREQ=MONTHLY'],
  ['every month on the 15th', 'FREQ=MONTHLY;BYMONTHDAY=15'],
  ['monthly on the 1st and 15th', 'FREQ=MONTHLY;BYMONTHDAY=1,15'],
  ['every 15th', 'FREQ=MONTHLY;BYMONTHDAY=15'],
  ['the 1st of every month', 'FREQ=MONTHLY;BYMONTHDAY=1'],
  ['last day of every month', 'FREQ=MONTHLY;BYMONTHDAY=-1'],
  ['every last friday of the month', 'FREQ=MONTHLY;BYDAY=-1FR'],
  ['first monday of every month', 'FREQ=MONTHLY;BYDAY=1MO'],
  ['every month on the second tuesday', 'FREQ=MONTHLY;BYDAY=2TU'],
  ['every last weekday of the month', 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1'],
  ['every 2 months on the last friday', 'FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR'],
  ['every quarter', 'FREQ=MONTHLY;INTERVAL=3'],
  ['yearly', 'FREQ=YEARLY'],
  ['annually', 'FREQ=YEARLY'],
  ['every jan 15', 'FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=15'],
  ['every 15th of January', 'FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=15'],
  ['every year on feb 29', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29'],
  ['every day for 5 times', 'FREQ=DAILY;COUNT=5'],
  ['every monday until 2026-12-31', 'FREQ=WEEKLY;BYDAY=MO;UNTIL=20261231'],
]

describe('reading and describing', () => {
  test.each(WORDS)('"%s" is %s, and its description reads back', (words, rule) => {
    expect(readRepeat(words)).toBe(rule)
    expect(readRepeat(describeRepeat(rule))).toBe(rule)
    expect(describeRepeat(rule)).not.toContain('FREQ')
  })

  test.each([
    ['RRULE:FREQ=WEEKLY;BYDAY=FR,MO', 'FREQ=WEEKLY;BYDAY=MO,FR'],
    ['freq=daily;interval=1', 'FREQ=DAILY'],
    ['BYDAY=MO;FREQ=WEEKLY;WKST=MO', 'FREQ=WEEKLY;BYDAY=MO'],
    ['FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO', 'FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO'],
    ['FREQ=DAILY;UNTIL=20261231T235959Z', 'FREQ=DAILY;UNTIL=20261231T235959Z'],
  ])('%s is written as %s', (text, rule) => {
    expect(readRepeat(text)).toBe(rule)
  })

  test.each([
    ...['', 'sometimes', 'every', 'every banana', 'every 0 days', 'every hour', 'FREQ=HOURLY'],
    ...[
      'FREQ=DAILY;COUNT=2;UNTIL=20270101',
      'FREQ=DAILY;INTERVAL=0',
      'FREQ=DAILY;X=1',
      'FREQ=WEEKLY;BYDAY=2MO',
    ],
    ...[
      'FREQ=MONTHLY;BYMONTHDAY=0',
      'FREQ=DAILY;FREQ=DAILY',
      'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
      'INTERVAL=2',
    ],
    ...[
      'every feb 30',
      'FREQ=DAILY;UNTIL=20260230',
      `FREQ=DAILY;BYMONTH=${'1,'.repeat(200)}1`,
      'daily'.repeat(50),
    ],
  ])('"%s" is refused', (text) => {
    expect(readRepeat(text)).toBeUndefined()
  })

  test.each([
    'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=300',
    'FREQ=WEEKLY;BYSETPOS=2',
    'FREQ=DAILY;BYSETPOS=-2',
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
  ])('a rule that never comes is refused without looking for it for long: %s', async (rule) => {
    // Once each for the tasks of a batch.
    const cpuMs = await cpuMsOf(() => {
      for (let task = 0; task < 25; task++) expect(readRepeat(rule)).toBeUndefined()
    })
    expect(cpuMs).toBeLessThan(2000)
  })

  test('a rule that comes seldom is a rule', () => {
    expect(readRepeat('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO')).toBeDefined()
    expect(readRepeat('FREQ=WEEKLY;BYMONTH=2;BYDAY=MO,TU;BYSETPOS=2')).toBeDefined()
  })

  test('a rule that words cannot say stands as it is', () => {
    expect(describeRepeat('FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO')).toBe('RRULE:FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO')
  })
})

describe('what we write of a repeat', () => {
  test('is read as the same rule', () => {
    const codes = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
    const days = fc.subarray(codes, { minLength: 1 }).map((list) => list.join(','))
    const placed = fc
      .tuple(fc.constantFrom(1, 2, 3, 4, 5, -1, -2, -3), fc.constantFrom(...codes))
      .map(([position, code]) => `${position}${code}`)
    const rules = fc.oneof(
      fc.constant('FREQ=DAILY'),
      days.map((list) => `FREQ=WEEKLY;BYDAY=${list}`),
      placed.map((day) => `FREQ=MONTHLY;BYDAY=${day}`),
      fc
        .integer({ min: -3, max: 31 })
        .filter((day) => day !== 0)
        .map((day) => `FREQ=MONTHLY;BYMONTHDAY=${day}`),
      days.map((list) => `FREQ=MONTHLY;BYDAY=${list};BYSETPOS=-1`),
      fc
        .tuple(fc.integer({ min: 1, max: 12 }), placed)
        .map(([month, day]) => `FREQ=YEARLY;BYMONTH=${month};BYDAY=${day}`),
      fc
        .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
        .map(([month, day]) => `FREQ=YEARLY;BYMONTH=${month};BYMONTHDAY=${day}`),
    )
    const interval = fc.constantFrom('', ';INTERVAL=2', ';INTERVAL=3', ';INTERVAL=11')
    const ending = fc.constantFrom('', ';COUNT=5', ';UNTIL=20301231')
    let inWords = 0
    fc.assert(
      fc.property(rules, interval, ending, (start, ...more) => {
        const rule = readRepeat(start + more.join(''))
        if (rule === undefined) return
        if (!describeRepeat(rule).startsWith('RRULE:')) inWords += 1
        expect(readRepeat(describeRepeat(rule))).toBe(rule)
      }),
      { numRuns: cases(200, 3000) },
    )
    expect(inWords).toBeGreaterThan(cases(80, 1200))
  })
})

describe('the next due', () => {
  test.each([
    ['FREQ=DAILY', '2026-05-01', '2026-05-02'],
    ['FREQ=DAILY;INTERVAL=3', '2026-04-29', '2026-05-02'],
    ['FREQ=WEEKLY', '2026-05-01', '2026-05-08'],
    ['FREQ=WEEKLY;BYDAY=MO,TH', '2026-05-04', '2026-05-07'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=FR', '2026-05-01', '2026-05-15'],
    ['FREQ=MONTHLY', '2026-05-15', '2026-06-15'],
    ['FREQ=MONTHLY;BYMONTHDAY=-1', '2026-05-31', '2026-06-30'],
    ['FREQ=MONTHLY;BYDAY=-1FR', '2026-05-29', '2026-06-26'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', '2028-02-29', '2032-02-29'],
    ['FREQ=YEARLY', '2026-06-01', '2027-06-01'],
  ])('%s after %s is %s', (rule, from, to) => {
    expect(nextDue(rule, due(from), NOON)?.date).toBe(to)
  })

  test('an overdue daily task comes back today while its time is ahead, else tomorrow', () => {
    expect(nextDue('FREQ=DAILY', due('2026-04-20'), NOON)?.date).toBe('2026-05-01')
    expect(nextDue('FREQ=DAILY', due('2026-04-20', '18:00'), NOON)?.date).toBe('2026-05-01')
    expect(nextDue('FREQ=DAILY', due('2026-04-20', '09:00'), NOON)?.date).toBe('2026-05-02')
  })

  test('a fortnight stays in step however late it is', () => {
    expect(nextDue('FREQ=WEEKLY;INTERVAL=2;BYDAY=FR', due('2026-01-02'), NOON)?.date).toBe('2026-05-08')
  })

  test('the wall time stays across DST changes, even through a time that a day skips', () => {
    const spring = at('2026-03-07T06:00:00Z')
    const gap = nextDue('FREQ=DAILY', due('2026-03-07', '02:30'), spring)
    expect(gap).toMatchObject({ date: '2026-03-08', time: '02:30', at: '2026-03-08T07:30:00.000Z' })
    const after = nextDue('FREQ=DAILY', gap, at('2026-03-08T12:00:00Z'))
    expect(after).toMatchObject({ date: '2026-03-09', time: '02:30', at: '2026-03-09T06:30:00.000Z' })
  })

  test('a due keeps its own zone, wherever the person is', () => {
    const inAuckland = due('2026-04-03', '09:00', 'Pacific/Auckland')
    const next = nextDue('FREQ=WEEKLY', inAuckland, at('2026-04-03T12:00:00Z'))
    expect(next).toMatchObject({ date: '2026-04-10', time: '09:00', timeZone: 'Pacific/Auckland' })
    expect(next?.at).toBe('2026-04-09T21:00:00.000Z')
  })

  test('COUNT runs down with each turn and then ends', () => {
    const first = nextTurn('FREQ=DAILY;COUNT=3', due('2026-05-01'), NOON)
    expect(first).toMatchObject({ due: { date: '2026-05-02' }, repeat: 'FREQ=DAILY;COUNT=2' })
    const second = nextTurn(first?.repeat ?? '', first?.due ?? null, NOON)
    expect(second).toMatchObject({ due: { date: '2026-05-03' }, repeat: 'FREQ=DAILY;COUNT=1' })
    expect(nextTurn(second?.repeat ?? '', second?.due ?? null, NOON)).toBeNull()
  })

  test('UNTIL ends it, as a day, a local time or a moment', () => {
    expect(nextDue('FREQ=DAILY;UNTIL=20260502', due('2026-05-01'), NOON)?.date).toBe('2026-05-02')
    expect(nextDue('FREQ=DAILY;UNTIL=20260502', due('2026-05-02'), NOON)).toBeNull()
    expect(nextDue('FREQ=DAILY;UNTIL=20260502T130000Z', due('2026-05-01', '09:00'), NOON)?.date).toBe(
      '2026-05-02',
    )
    expect(nextDue('FREQ=DAILY;UNTIL=20260502T125959Z', due('2026-05-01', '09:00'), NOON)).toBeNull()
    expect(nextDue('FREQ=DAILY;UNTIL=20260502T085900', due('2026-05-01', '09:00'), NOON)).toBeNull()
  })

  test.each([
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=TU', null, '2026-05-05'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=FR', '09:00', '2026-05-08'],
    ['FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15', null, '2026-05-15'],
    ['FREQ=DAILY;INTERVAL=3', '09:00', '2026-05-02'],
  ])(
    'the first due of %s at %s is the nearest day that fits: the interval counts from it',
    (rule, time, date) => {
      expect(firstDue(rule, time, NOON)?.date).toBe(date)
    },
  )

  test('the first due may be today', () => {
    expect(firstDue('FREQ=DAILY', null, NOON)?.date).toBe('2026-05-01')
    expect(firstDue('FREQ=DAILY', '09:00', NOON)?.date).toBe('2026-05-02')
    expect(firstDue('FREQ=WEEKLY;BYDAY=MO', '09:00', NOON)).toMatchObject({
      date: '2026-05-04',
      time: '09:00',
    })
    expect(nextDue('nonsense', null, NOON)).toBeNull()
  })

  test('a due a century past is answered at once', async () => {
    const cpuMs = await cpuMsOf(() => {
      for (const [, rule] of WORDS) nextDue(rule, due('1926-01-31'), NOON)
    })
    expect(cpuMs).toBeLessThan(1000)
  })

  test('it is strictly later, not past, at the same wall time, and a day of the rule', () => {
    const codes = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
    const rules = fc.oneof(
      fc
        .integer({ min: 1, max: 30 })
        .map((interval) => ({ rule: `FREQ=DAILY;INTERVAL=${interval}`, interval, days: codes })),
      fc
        .subarray(codes, { minLength: 1 })
        .map((days) => ({ rule: `FREQ=WEEKLY;BYDAY=${days.join(',')}`, interval: 0, days })),
      fc
        .constantFrom(...codes)
        .map((day) => ({ rule: `FREQ=MONTHLY;BYDAY=-1${day}`, interval: -1, days: [day] })),
    )
    const day = fc.integer({ min: 10_000, max: 25_000 })
    const minute = fc.option(fc.integer({ min: 0, max: 1439 }))
    fc.assert(
      fc.property(
        rules,
        day,
        minute,
        fc.integer({ min: 15_000, max: 22_000 }),
        fc.constantFrom(...ZONES),
        (kind, ...rest) => {
          const [dayNumber, minuteOfDay, nowDay, timeZone] = rest
          const date = new Date(dayNumber * 86_400_000).toISOString().slice(0, 10)
          const time =
            minuteOfDay === null ? null : new Date(minuteOfDay * 60_000).toISOString().slice(11, 16)
          const moment = { now: new Date(nowDay * 86_400_000 + 12_345_678), timeZone }
          const current = due(date, time, timeZone)
          const next = nextDue(kind.rule, current, moment)
          if (next === null) throw new Error('these rules never end')
          const landed = Temporal.PlainDate.from(next.date)
          expect(next.date > current.date).toBe(true)
          expect(next.time).toBe(current.time)
          if (next.at !== null) expect(Date.parse(next.at)).toBeGreaterThanOrEqual(moment.now.getTime())
          expect(kind.days).toContain(codes[landed.dayOfWeek - 1])
          if (kind.interval > 0) {
            const apart = Temporal.PlainDate.from(date).until(landed, { largestUnit: 'days' }).days
            expect(apart % kind.interval).toBe(0)
          }
          if (kind.interval < 0) expect(landed.add({ days: 7 }).month).not.toBe(landed.month)
        },
      ),
      { numRuns: 150 },
    )
  })
})
