/** Quiet hours in every zone, over midnight and clock changes. */
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { localNow } from '../../../src/domain/time/clock.ts'
import { quietUntil } from '../../../src/domain/time/quiet-hours.ts'
import { cases } from '../../support/form.ts'

const NIGHT = { from: '22:00', to: '07:00' }

describe('quiet hours', () => {
  it.each([
    ['2026-06-01T21:59:00Z', undefined],
    ['2026-06-01T22:00:00Z', '2026-06-02T07:00:00.000Z'],
    ['2026-06-02T06:59:00Z', '2026-06-02T07:00:00.000Z'],
    ['2026-06-02T07:00:00Z', undefined],
  ])('over midnight: at %s they last until %s', (now, until) => {
    expect(quietUntil(NIGHT, { now: new Date(now), timeZone: 'UTC' })?.toISOString()).toBe(until)
  })

  it('end at the clock change that skips their end', () => {
    const moment = { now: new Date('2026-03-29T00:30:00Z'), timeZone: 'Europe/Berlin' }
    // 2:30 does not exist on that day: 2:00 is 3:00.
    expect(quietUntil({ from: '22:00', to: '02:30' }, moment)?.toISOString()).toBe('2026-03-29T01:00:00.000Z')
  })

  it('last until their end of the repeated hour, once it has begun again', () => {
    const second = { now: new Date('2026-10-25T01:10:00Z'), timeZone: 'Europe/Berlin' }
    expect(quietUntil({ from: '22:00', to: '02:30' }, second)?.toISOString()).toBe('2026-10-25T01:30:00.000Z')
  })

  it('do not exist between equal times', () => {
    const moment = { now: new Date('2026-06-01T09:00:00Z'), timeZone: 'UTC' }
    expect(quietUntil({ from: '09:00', to: '09:00' }, moment)).toBeUndefined()
  })
})

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'America/St_Johns',
  'Africa/Casablanca',
]
const minute = fc.integer({ min: 0, max: 24 * 60 - 1 })
const timeOf = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

test('it is quiet just when the clock on the wall says so, and never for longer than a day and a clock change', () => {
  const at = fc.date({
    min: new Date('2020-01-01T00:00:00Z'),
    max: new Date('2030-01-01T00:00:00Z'),
    noInvalidDate: true,
  })
  fc.assert(
    fc.property(at, fc.constantFrom(...ZONES), minute, minute, (now, timeZone, start, end) => {
      const moment = { now, timeZone }
      const { hour, minute: past } = localNow(moment)
      const time = hour * 60 + past
      const isQuiet =
        start < end ? start <= time && time < end : end !== start && (time >= start || time < end)
      const until = quietUntil({ from: timeOf(start), to: timeOf(end) }, moment)
      expect(until !== undefined).toBe(isQuiet)
      if (until === undefined) return
      expect(until.getTime()).toBeGreaterThan(now.getTime())
      expect(until.getTime() - now.getTime()).toBeLessThanOrEqual(25 * 60 * 60 * 1000)
    }),
    { numRuns: cases(300, 20_000) },
  )
})
