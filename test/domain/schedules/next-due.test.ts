/** When schedules are due, above all where clocks change. */
import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import { nextDue } from '../../../src/domain/schedules/next-due.ts'
import { cases } from '../../support/form.ts'

const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC'] as const

/** All that is due from a moment until another. */
function dueBetween(cron: string, timeZone: string, [from, until]: readonly [string, string]): string[] {
  const found: string[] = []
  let after = new Date(Date.parse(from) - 1)
  for (;;) {
    const due = nextDue(cron, timeZone, after)
    if (due === undefined || due >= new Date(until)) return found
    found.push(due.toISOString().slice(0, 16))
    after = due
  }
}

describe('a time that the clock skips', () => {
  it('is due once, at the first moment after it that exists', () => {
    const march = ['2026-03-28T00:00Z', '2026-03-31T00:00Z'] as const
    expect(dueBetween('30 2 * * *', 'Europe/Berlin', march)).toEqual([
      '2026-03-28T01:30',
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ])
    const newYork = ['2026-03-08T05:00Z', '2026-03-09T05:00Z'] as const
    expect(dueBetween('15,45 2 * * *', 'America/New_York', newYork)).toEqual(['2026-03-08T07:00'])
    // Half an hour: 2:00 becomes 2:30.
    const october = ['2026-10-03T00:00Z', '2026-10-04T00:00Z'] as const
    expect(dueBetween('15 2 * * *', 'Australia/Lord_Howe', october)).toEqual(['2026-10-03T15:30'])
  })

  it('is not due twice where the moment after it is due on its own', () => {
    const night = ['2026-03-29T00:00Z', '2026-03-29T02:00Z'] as const
    expect(dueBetween('*/30 1-3 * * *', 'Europe/Berlin', night)).toEqual([
      '2026-03-29T00:00',
      '2026-03-29T00:30',
      '2026-03-29T01:00',
      '2026-03-29T01:30',
    ])
  })
})

describe('a time that the clock repeats', () => {
  it('is due once, the first time', () => {
    const october = ['2026-10-24T00:00Z', '2026-10-27T00:00Z'] as const
    expect(dueBetween('30 2 * * *', 'Europe/Berlin', october)).toEqual([
      '2026-10-24T00:30',
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ])
    expect(dueBetween('30 1 * * *', 'America/New_York', ['2026-11-01T04:00Z', '2026-11-02T05:00Z'])).toEqual([
      '2026-11-01T05:30',
    ])
    expect(
      dueBetween('45 1 * * *', 'Australia/Lord_Howe', ['2026-04-04T13:00Z', '2026-04-05T13:00Z']),
    ).toEqual(['2026-04-04T14:45'])
  })

  it('is due again for a schedule of every hour, which would else fall silent', () => {
    const night = ['2026-10-24T23:00Z', '2026-10-25T03:00Z'] as const
    for (const hours of ['*', '*/1', '0-23', '0-11,12-23']) {
      expect(dueBetween(`0 ${hours} * * *`, 'Europe/Berlin', night)).toEqual([
        '2026-10-24T23:00',
        '2026-10-25T00:00',
        '2026-10-25T01:00',
        '2026-10-25T02:00',
      ])
    }
    expect(dueBetween('*/20 * * * *', 'Europe/Berlin', night)).toHaveLength(12)
  })
})

describe('what is due next', () => {
  it('is found years ahead, and is nothing for what never comes or is no cron', () => {
    const now = new Date('2026-03-04T09:00:00Z')
    expect(nextDue('0 0 29 2 *', 'Europe/Berlin', now)).toEqual(new Date('2028-02-28T23:00:00Z'))
    expect(nextDue('0 9 L * *', 'UTC', now)).toEqual(new Date('2026-03-31T09:00:00Z'))
    for (const never of ['0 0 30 2 *', '61 0 * * *', '* * * *x', 'nonsense'])
      expect(nextDue(never, 'UTC', now)).toBeUndefined()
  })

  const moment = fc.date({
    min: new Date('2024-01-01T00:00:00Z'),
    max: new Date('2030-01-01T00:00:00Z'),
    noInvalidDate: true,
  })
  const minute = fc.integer({ min: 0, max: 59 })
  const hour = fc.integer({ min: 0, max: 23 })

  it('is later, on a whole minute, and at the wall time that was meant unless that is skipped', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), minute, hour, moment, (zone, atMinute, atHour, after) => {
        const due = nextDue(`${atMinute} ${atHour} * * *`, zone, after)
        if (due === undefined) throw new Error('nothing is due')
        expect(due.getTime()).toBeGreaterThan(after.getTime())
        expect(due.getTime() % 60_000).toBe(0)
        const wall = Temporal.Instant.fromEpochMilliseconds(due.getTime()).toZonedDateTimeISO(zone)
        const meant = wall.toPlainDate().toPlainDateTime({ hour: atHour, minute: atMinute })
        const real = meant.toZonedDateTime(zone)
        if (real.toPlainDateTime().equals(meant)) expect(due.getTime()).toBe(real.epochMilliseconds)
        else expect(wall.subtract({ minutes: 1 }).offset).not.toBe(wall.offset)
      }),
    )
  })

  it('comes once for each local day, whatever clocks do', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), minute, hour, (zone, atMinute, atHour) => {
        for (const [first, last] of [
          ['2026-03-05', '2026-04-08'],
          ['2026-10-01', '2026-11-05'],
        ] as const) {
          const from = Temporal.PlainDate.from(first).toZonedDateTime(zone)
          const until = Temporal.PlainDate.from(last).toZonedDateTime(zone)
          const days = from.toPlainDate().until(until.toPlainDate(), { largestUnit: 'days' }).days
          const span = [from.toInstant().toString(), until.toInstant().toString()] as const
          expect(dueBetween(`${atMinute} ${atHour} * * *`, zone, span)).toHaveLength(days)
        }
      }),
      { numRuns: cases(6, 60) },
    )
  })
})
