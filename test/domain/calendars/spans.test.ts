import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  gapsIn,
  mergeSpans,
  minutesIn,
  type Span,
  spansWithin,
} from '../../../src/domain/calendars/time/spans.ts'
import { isWorkDay, workSpan } from '../../../src/domain/calendars/time/work-hours.ts'
import { cases } from '../../support/form.ts'

const span = fc
  .tuple(fc.integer({ min: -50, max: 150 }), fc.integer({ min: 0, max: 60 }))
  .map(([from, length]): Span => ({ from, until: from + length }))
const WINDOW: Span = { from: 0, until: 100 }
const isIn = (spans: readonly Span[], at: number) => spans.some(({ from, until }) => from <= at && at < until)

test('what is free and what is taken partition the window, and each is in order and apart', () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 12 }), (taken) => {
      const free = gapsIn(WINDOW, taken)
      const busy = spansWithin(taken, WINDOW)
      for (let at = -60; at < 220; at += 1) {
        const isInside = at >= WINDOW.from && at < WINDOW.until
        expect(isIn(busy, at)).toBe(isInside && isIn(taken, at))
        expect(isIn(free, at)).toBe(isInside && !isIn(taken, at))
      }
      for (const spans of [free, busy, mergeSpans(taken)])
        for (const [index, { from, until }] of spans.entries()) {
          expect(from).toBeLessThan(until)
          if (index > 0) expect(spans[index - 1]?.until).toBeLessThan(from)
        }
    }),
    { numRuns: cases(50, 2_000) },
  )
})

const hoursOf = (day: string, from: string, until: string, timeZone = 'Europe/Berlin') =>
  minutesIn([workSpan(day, { hours: { from, until }, timeZone })]) / 60

test('working hours are those of the clock on the wall: a change of clocks makes them longer or shorter', () => {
  expect(hoursOf('2026-12-01', '09:00', '17:00')).toBe(8)
  // Over midnight, and over both changes of clocks.
  expect(hoursOf('2026-12-01', '22:00', '06:00')).toBe(8)
  expect(hoursOf('2026-03-28', '22:00', '06:00')).toBe(7)
  expect(hoursOf('2026-10-24', '22:00', '06:00')).toBe(9)
  // All of them are skipped: a time that does not exist moves to the other side of the gap.
  expect(hoursOf('2026-03-29', '02:15', '02:45')).toBe(0.5)
  // A day that Samoa left out.
  expect(hoursOf('2011-12-30', '09:00', '17:00', 'Pacific/Apia')).toBe(8)
})

test("without days of one's own, work days are Monday to Friday", () => {
  expect(isWorkDay('2026-12-04', { workDays: null })).toBe(true)
  expect(isWorkDay('2026-12-05', { workDays: [] })).toBe(false)
  expect(isWorkDay('2026-12-05', { workDays: ['sat'] })).toBe(true)
})
