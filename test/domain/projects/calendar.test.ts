import { describe, expect, it } from 'vitest'
import { dayIn, isDay } from '../../../src/domain/time/calendar.ts'

describe('the calendar', () => {
  it.each([
    ['UTC', '2026-03-04T23:59:59.999Z', '2026-03-04'],
    ['Pacific/Kiritimati', '2026-03-04T10:00:00Z', '2026-03-05'],
    ['America/New_York', '2026-03-05T04:59:00Z', '2026-03-04'],
    // The hour that is skipped, and the one that comes twice.
    ['Europe/Berlin', '2026-03-29T01:30:00Z', '2026-03-29'],
    ['Europe/Berlin', '2026-10-25T22:59:00Z', '2026-10-25'],
  ])('knows the day in %s at %s', (timeZone, now, day) => {
    expect(dayIn(timeZone, new Date(now))).toBe(day)
  })

  it.each([
    ['2026-02-28', true],
    ['2028-02-29', true],
    ['2026-02-29', false],
    ['2026-13-01', false],
    ['0000-01-01', false],
    ['9999-12-31', false],
    ['2026-3-1', false],
    ['2026-03-01T00:00', false],
    ['', false],
  ])('takes %s for a day: %s', (text, is) => {
    expect(isDay(text)).toBe(is)
  })
})
