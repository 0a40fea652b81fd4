/** Day, night and shares, held against the calendar of Intl over clock changes. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  dayEnd,
  isBelowShare,
  isNight,
  type Limit,
  type NightHours,
  NOTHING_USED,
  nextChange,
  nextStart,
  shareAt,
} from '../../../src/domain/budgets/rules.ts'
import { isLong } from '../../support/form.ts'

const QUARTER_MS = 15 * 60_000
const RUNS = { numRuns: 150 }

/** Whole hours and not, both hemispheres, changes at midnight and of half an hour. */
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Pacific/Auckland',
  'Asia/Kolkata',
  'Africa/Cairo',
  'Australia/Lord_Howe',
] as const

const hour = fc.integer({ min: 0, max: 23 })
const hours: fc.Arbitrary<NightHours> = fc.record({ nightFrom: hour, nightUntil: hour })
const quarter = fc
  .date({ min: new Date('2025-01-01T00:00:00Z'), max: new Date('2028-01-01T00:00:00Z'), noInvalidDate: true })
  .map((at) => new Date(Math.floor(at.getTime() / QUARTER_MS) * QUARTER_MS + 1))
/** Half of them close to a clock change of one of the zones. */
const CHANGES = ['2026-03-29T01:00Z', '2026-10-25T01:00Z', '2026-03-08T07:00Z', '2026-11-01T06:00Z']
const MORE_CHANGES = ['2026-04-04T14:00Z', '2026-09-26T14:00Z', '2026-04-23T22:00Z', '2026-10-29T21:00Z']
const nearChange = fc
  .tuple(fc.constantFrom(...CHANGES, ...MORE_CHANGES), fc.integer({ min: -100, max: 100 }))
  .map(([at, quarters]) => new Date(Date.parse(at) + quarters * QUARTER_MS))
const moment = fc.record({ now: fc.oneof(quarter, nearChange), timeZone: fc.constantFrom(...ZONES) })

function wallHour(now: Date, timeZone: string): number {
  return (
    Number(new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hour12: false }).format(now)) % 24
  )
}

function wallDay(now: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(now)
}

function* quartersBetween(from: Date, to: Date): Generator<Date> {
  for (let at = from.getTime() + QUARTER_MS; at < to.getTime(); at += QUARTER_MS) yield new Date(at)
}

describe("the day's end", () => {
  it('is the first moment of the next day on the wall, in every zone and over every clock change', () => {
    fc.assert(
      fc.property(moment, ({ now, timeZone }) => {
        const end = dayEnd({ now, timeZone })
        expect(end > now).toBe(true)
        expect(wallDay(new Date(end.getTime() - 1), timeZone)).toBe(wallDay(now, timeZone))
        expect(wallDay(end, timeZone) > wallDay(now, timeZone)).toBe(true)
      }),
      RUNS,
    )
  })

  it.each([
    ['Europe/Berlin', '2026-03-29T00:30:00Z', '2026-03-29T22:00:00.000Z'],
    ['America/New_York', '2026-11-01T12:00:00Z', '2026-11-02T05:00:00.000Z'],
    ['Africa/Cairo', '2026-04-23T12:00:00Z', '2026-04-23T22:00:00.000Z'],
  ])('in %s after %s is %s', (timeZone, now, end) => {
    expect(dayEnd({ now: new Date(now), timeZone }).toISOString()).toBe(end)
  })
})

describe('night', () => {
  it('is what the wall clock says, and turns at no other moment than the next change', () => {
    fc.assert(
      fc.property(moment, hours, ({ now, timeZone }, night) => {
        const isNightAt = (at: Date) => isNight(night, { now: at, timeZone })
        const { nightFrom: from, nightUntil: until } = night
        const wall = wallHour(now, timeZone)
        const expected = from <= until ? wall >= from && wall < until : wall >= from || wall < until
        expect(isNightAt(now)).toBe(expected)
        const change = nextChange(night, { now, timeZone })
        expect(change === undefined).toBe(from === until)
        if (change === undefined) return
        expect(change > now).toBe(true)
        expect(isNightAt(change)).toBe(!expected)
        expect(isNightAt(new Date(change.getTime() - 1))).toBe(expected)
        for (const at of quartersBetween(now, change)) expect(isNightAt(at)).toBe(expected)
      }),
      RUNS,
    )
  })

  it('that a clock change skips whole does not come that day', () => {
    const skipped = { nightFrom: 2, nightUntil: 3 }
    const before = { now: new Date('2026-03-29T00:30:00Z'), timeZone: 'Europe/Berlin' }
    expect(nextChange(skipped, before)?.toISOString()).toBe('2026-03-30T00:00:00.000Z')
  })
})

const share = fc.constantFrom(0, 0.25, 0.5, 1)
const cap = fc.constantFrom(null, 0, 100, 1_000)
const amount = fc.integer({ min: 0, max: 1_200 })
const limit: fc.Arbitrary<Limit> = fc.record({
  plan: fc.record({
    usdMicrosPerDay: cap,
    tokensPerDay: cap,
    dayShare: share,
    nightShare: share,
    nightFrom: hour,
    nightUntil: hour,
  }),
  used: fc.record({ usdMicros: amount, tokens: amount }),
})

describe('the share of a budget', () => {
  it('holds a run back exactly when it is used up in a unit that has a cap', () => {
    fc.assert(
      fc.property(limit, moment, ({ plan, used }, now) => {
        const part = shareAt(plan, now)
        expect(part).toBe(isNight(plan, now) ? plan.nightShare : plan.dayShare)
        const isUsed = (most: number | null, much: number) => most !== null && much >= most * part
        const isFull = isUsed(plan.usdMicrosPerDay, used.usdMicros) || isUsed(plan.tokensPerDay, used.tokens)
        expect(isBelowShare({ plan, used }, now)).toBe(!isFull)
      }),
      RUNS,
    )
  })

  it.runIf(isLong)('lets the next run start at the first moment at which all budgets have room', () => {
    fc.assert(
      fc.property(fc.array(limit, { minLength: 1, maxLength: 2 }), moment, (limits, { now, timeZone }) => {
        const reset = dayEnd({ now, timeZone })
        const hasRoom = (at: Date) =>
          limits.every(({ plan, used }) =>
            isBelowShare({ plan, used: at < reset ? used : NOTHING_USED }, { now: at, timeZone }),
          )
        const start = nextStart(limits, { now, timeZone })
        expect(start > now).toBe(true)
        // With nothing to look forward to, the day's end is when it is looked at again.
        if (!hasRoom(start)) expect(start).toEqual(reset)
        if (hasRoom(now)) return
        for (const at of quartersBetween(now, start)) expect(hasRoom(at)).toBe(false)
      }),
      RUNS,
    )
  })

  it.each([
    ['at night until the day begins, which allows more', '2026-03-04T03:00:00Z', 0.9, 0.2, '09:00'],
    ['by day until the reset, as night comes after it', '2026-03-04T12:00:00Z', 0.2, 0.9, '00:00'],
    ['after midnight until the night begins', '2026-03-04T00:30:00Z', 0.2, 0.9, '01:00'],
  ])('holds back %s', (_, now, dayShare, nightShare, until) => {
    const plan = {
      usdMicrosPerDay: 100,
      tokensPerDay: null,
      nightFrom: 1,
      nightUntil: 9,
      dayShare,
      nightShare,
    }
    const used = { usdMicros: 50, tokens: 0 }
    const start = nextStart([{ plan, used }], { now: new Date(now), timeZone: 'UTC' })
    expect(start.toISOString().slice(11, 16)).toBe(until)
  })
})
