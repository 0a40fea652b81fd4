/** Due dates: what is understood, in which zone, how they sort and when they are over. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dueWords } from '../../../src/domain/tasks/describe-task.ts'
import {
  type Due,
  dueSort,
  isDueToday,
  isOverdue,
  localDate,
  type Moment,
  makeDue,
} from '../../../src/domain/time/due.ts'
import { readDue } from '../../../src/domain/time/reading/read-due.ts'
import { isUnread } from '../../../src/domain/time/unread.ts'
import { codePoint } from '../../support/code-point.ts'
import { cases } from '../../support/form.ts'

/** A Friday, ten in the morning in New York. */
const FRIDAY: Moment = { now: new Date('2026-05-01T14:00:00Z'), timeZone: 'America/New_York' }
const ZONES = ['America/New_York', 'Asia/Kolkata', 'Pacific/Auckland', 'UTC']

function said(input: string, moment = FRIDAY): string | undefined {
  const due = readDue(input, moment)
  return isUnread(due) ? undefined : [due.date, due.time].filter((part) => part !== null).join(' ')
}

describe('reading', () => {
  test.each([
    ['2026-05-09', '2026-05-09'],
    ['2020-01-01', '2020-01-01'],
    ['2026-05-09T08:30', '2026-05-09 08:30'],
    ['2026-05-09T08:30:59', '2026-05-09 08:30'],
    ['2026-05-09T20:00:00Z', '2026-05-09 16:00'],
    ['2026-05-10T01:00:00+02:00', '2026-05-09 19:00'],
    ['today', '2026-05-01'],
    ['Tomorrow', '2026-05-02'],
    ['day after tomorrow', '2026-05-03'],
    ['friday', '2026-05-08'],
    ['sat', '2026-05-02'],
    ['next friday', '2026-05-15'],
    ['next sunday', '2026-05-10'],
    ['friday 14:00', '2026-05-08 14:00'],
    ['14:00 friday', '2026-05-08 14:00'],
    ['tomorrow 9am', '2026-05-02 09:00'],
    ['tomorrow at 9', '2026-05-02 09:00'],
    ['tomorrow at 3', '2026-05-02 15:00'],
    ['tomorrow 12am', '2026-05-02 00:00'],
    ['tomorrow noon', '2026-05-02 12:00'],
    ['tomorrow morning', '2026-05-02 09:00'],
    ['9am', '2026-05-02 09:00'],
    ['at 14:30', '2026-05-01 14:30'],
    ['in 3 days', '2026-05-04'],
    ['in a week', '2026-05-08'],
    ['in two weeks', '2026-05-15'],
    ['in 1 month', '2026-06-01'],
    ['10 days from now', '2026-05-11'],
    ['in 30 minutes', '2026-05-01 10:30'],
    ['this week', '2026-05-03'],
    ['next week', '2026-05-10'],
    ['this month', '2026-05-31'],
    ['next month', '2026-06-30'],
    ['end of week', '2026-05-03'],
    ['end of the month', '2026-05-31'],
    ['Jan 15', '2027-01-15'],
    ['January 15th, 2027', '2027-01-15'],
    ['15 January', '2027-01-15'],
    ['May 1', '2026-05-01'],
    ['12/24', '2026-12-24'],
    ['4/30', '2027-04-30'],
    ['6/3/27', '2027-06-03'],
    ['2/29', '2028-02-29'],
    ['by friday', '2026-05-08'],
  ])('"%s" is %s', (input, expected) => {
    expect(said(input)).toBe(expected)
  })

  test.each([
    ...[
      '',
      ' ',
      'soon',
      'banana',
      '2026-02-30',
      '2026-13-01',
      '2026-05-09T25:00',
      '2026-05-09T20:00:00+99:00',
    ],
    ...[
      '13/25',
      '12/32',
      '4/30/20',
      '6/3/2031',
      'today 9am',
      'Feb 30',
      '3 days ago',
      'yesterday',
      'friday banana',
    ],
    ...['tomorrow 25:00', 'in 9999 months', '0000-00-00', '9999-12-31', 'x'.repeat(5000)],
  ])('"%s" is not understood', (input) => {
    expect(readDue(input, FRIDAY)).toEqual({ unread: expect.any(String), instead: expect.any(String) })
  })

  test('words mean the day of the person, not of the server', () => {
    const moment = (timeZone: string): Moment => ({ now: new Date('2026-05-01T23:30:00Z'), timeZone })
    expect(said('today', moment('UTC'))).toBe('2026-05-01')
    expect(said('today', moment('Pacific/Auckland'))).toBe('2026-05-02')
    expect(said('tomorrow', moment('Asia/Kolkata'))).toBe('2026-05-03')
    expect(localDate(moment('America/New_York'))).toBe('2026-05-01')
  })

  test('a date in words may be two years ahead and no more', () => {
    expect(said('5/1/28')).toBe('2028-05-01')
    expect(said('5/2/28')).toBeUndefined()
  })

  test('any text is read without throwing, and what is read is a due that exists', () => {
    const words = fc.constantFrom(
      ...'today tomorrow friday next in 3 days week at 9am 14:00 noon jan 15 31 12/24 2/30 the of end month 2026-02-30'.split(
        ' ',
      ),
    )
    const texts = fc.oneof(
      fc.string({ unit: codePoint }),
      fc.array(words, { maxLength: 6 }).map((list) => list.join(' ')),
    )
    fc.assert(
      fc.property(texts, fc.constantFrom(...ZONES), (text, timeZone) => {
        const due = readDue(text, { ...FRIDAY, timeZone })
        if (!isUnread(due)) expect(makeDue(due, FRIDAY)?.date).toBe(due.date)
      }),
    )
  })
})

describe('what we write', () => {
  test('reads back as the same due, whatever its zone', () => {
    const days = fc
      .integer({ min: 10_000, max: 25_000 })
      .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10))
    const times = fc.option(
      fc
        .integer({ min: 0, max: 1439 })
        .map((minute) => new Date(minute * 60_000).toISOString().slice(11, 16)),
    )
    const zones = fc.constantFrom(
      ...ZONES,
      'Europe/Paris',
      'America/Argentina/Buenos_Aires',
      'Asia/Kathmandu',
    )
    fc.assert(
      fc.property(days, times, zones, (date, time, timeZone) => {
        const due = makeDue({ date, time, timeZone }, FRIDAY)
        if (due === undefined) throw new Error('no such due')
        expect(readDue(dueWords(due), FRIDAY)).toEqual(due)
      }),
      { numRuns: cases(200, 5000) },
    )
  })
})

describe('making', () => {
  test.each([
    { date: '2026-02-30' },
    { date: '2026-2-3' },
    { date: '2026-05-09', time: '24:00' },
    { date: '2026-05-09', time: '9:00' },
    { date: '2026-05-09', time: '09:00', timeZone: 'Mars/Olympus' },
    { date: '2026-05-09', time: '09:00', timeZone: '+02:00' },
  ])('%j is refused', (parts) => {
    expect(makeDue(parts, FRIDAY)).toBeUndefined()
  })

  test("a zone without a time is dropped; a time without a zone takes the person's", () => {
    expect(makeDue({ date: '2026-05-09', timeZone: 'UTC' }, FRIDAY)?.timeZone).toBeNull()
    expect(makeDue({ date: '2026-05-09', time: '09:00' }, FRIDAY)).toEqual({
      date: '2026-05-09',
      time: '09:00',
      timeZone: 'America/New_York',
      at: '2026-05-09T13:00:00.000Z',
    })
  })

  test.each([
    [
      'a skipped time moves later by the gap',
      '2026-03-08',
      '02:30',
      'America/New_York',
      '2026-03-08T07:30:00.000Z',
    ],
    ['a repeated time is the first', '2026-11-01', '01:30', 'America/New_York', '2026-11-01T05:30:00.000Z'],
    [
      'the south changes the other way',
      '2026-09-27',
      '02:30',
      'Pacific/Auckland',
      '2026-09-26T14:30:00.000Z',
    ],
    [
      'half-hour zones keep their half hour',
      '2026-03-08',
      '02:30',
      'Asia/Kolkata',
      '2026-03-07T21:00:00.000Z',
    ],
  ])('%s', (_, date, time, timeZone, at) => {
    expect(makeDue({ date, time, timeZone }, FRIDAY)).toEqual({ date, time, timeZone, at })
  })

  test('an instant keeps its moment even where its wall time happens twice', () => {
    const second = readDue('2026-11-01T06:30:00Z', FRIDAY)
    expect(second).toMatchObject({ date: '2026-11-01', time: '01:30', at: '2026-11-01T06:30:00.000Z' })
  })
})

describe('order and lateness', () => {
  const days = fc
    .integer({ min: 0, max: 40_000 })
    .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10))
  const times = fc
    .integer({ min: 0, max: 1439 })
    .map(
      (minute) =>
        `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`,
    )
  const dues = fc.tuple(days, fc.option(times)).map(([date, time]): Due => {
    return {
      date,
      time,
      timeZone: time === null ? null : 'UTC',
      at: time === null ? null : `${date}T${time}:00.000Z`,
    }
  })

  test('sort keys order by day, then time, whole days last in theirs, and nothing last of all', () => {
    const rank = ({ date, time }: Due): number =>
      Date.parse(time === null ? `${date}T23:59:30Z` : `${date}T${time}:00Z`)
    fc.assert(
      fc.property(dues, dues, (a, b) => {
        const order = dueSort(a) < dueSort(b) ? -1 : dueSort(a) > dueSort(b) ? 1 : 0
        expect(order).toBe(Math.sign(rank(a) - rank(b)))
        expect(dueSort(a) < dueSort(null)).toBe(true)
      }),
    )
  })

  test('a day is overdue once it is over where the person is', () => {
    const due = readDue('2026-05-01', FRIDAY) as Due
    expect(isOverdue(due, FRIDAY)).toBe(false)
    expect(isDueToday(due, FRIDAY)).toBe(true)
    expect(isOverdue(due, { now: FRIDAY.now, timeZone: 'Pacific/Auckland' })).toBe(true)
  })

  test('a moment is overdue once it has passed, and is today where the person is', () => {
    const due = readDue('2026-05-01T13:59:00Z', FRIDAY) as Due
    expect(isOverdue(due, FRIDAY)).toBe(true)
    expect(isDueToday(due, FRIDAY)).toBe(true)
    expect(isDueToday(due, { now: new Date('2026-05-01T23:00:00Z'), timeZone: 'Pacific/Auckland' })).toBe(
      true,
    )
  })
})
