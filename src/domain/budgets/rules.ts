/** Whether a run may start now by a day's budget and its share for day or night, and when to check again. */
import { Temporal } from 'temporal-polyfill'
import { localNow, type Moment } from '../time/clock.ts'

/**
 * Hours on the person's clock, 0 to 23: night is from the first until the second; the same hour twice means no night.
 */
export interface NightHours {
  readonly nightFrom: number
  readonly nightUntil: number
}

/** The caps for a day, null for none, and the shares from which no run starts. */
export interface Plan extends NightHours {
  readonly usdMicrosPerDay: number | null
  readonly tokensPerDay: number | null
  readonly dayShare: number
  readonly nightShare: number
}

export interface Used {
  readonly usdMicros: number
  readonly tokens: number
}

/** A budget, and what is used of it today. */
export interface Limit {
  readonly plan: Plan
  readonly used: Used
}

export const NOTHING_USED: Used = { usdMicros: 0, tokens: 0 }

/** The most changes in two days of two budgets: after these nothing new can come. */
const LOOKS_MAX = 12
/** A boundary may be two days ahead: after a day that the zone's calendar skipped. */
const DAYS_AHEAD = [0, 1, 2]

/** The end of the local day: midnight, or later where a clock change skips it. */
export function dayEnd(moment: Moment): Date {
  const tomorrow = localNow(moment).toPlainDate().add({ days: 1 })
  return new Date(tomorrow.toZonedDateTime(moment.timeZone).epochMilliseconds)
}

export function isNight({ nightFrom, nightUntil }: NightHours, moment: Moment): boolean {
  const { hour } = localNow(moment)
  if (nightFrom <= nightUntil) return nightFrom <= hour && hour < nightUntil
  return hour >= nightFrom || hour < nightUntil
}

/** When day next turns to night or night to day; undefined if there is no night. */
export function nextChange(hours: NightHours, moment: Moment): Date | undefined {
  const { timeZone } = moment
  const today = localNow(moment).toPlainDate()
  const isNightNow = isNight(hours, moment)
  const boundaries = DAYS_AHEAD.flatMap((days) =>
    [hours.nightFrom, hours.nightUntil].map(
      (hour) =>
        today.add({ days }).toZonedDateTime({ timeZone, plainTime: new Temporal.PlainTime(hour) })
          .epochMilliseconds,
    ),
  )
  const next = boundaries
    .filter((at) => at > moment.now.getTime())
    .sort((one, other) => one - other)
    // When a clock change skips the whole night, its two ends fall on one moment, at which nothing changes.
    .find((at) => isNight(hours, { now: new Date(at), timeZone }) !== isNightNow)
  return next === undefined ? undefined : new Date(next)
}

/** The share of the day's budget from which no run starts. */
export function shareAt(plan: Plan, moment: Moment): number {
  return isNight(plan, moment) ? plan.nightShare : plan.dayShare
}

/** Whether less than the current share is used, in every unit that has a cap. */
export function isBelowShare({ plan, used }: Limit, moment: Moment): boolean {
  const share = shareAt(plan, moment)
  const isBelow = (cap: number | null, amount: number): boolean => cap === null || amount < cap * share
  return isBelow(plan.usdMicrosPerDay, used.usdMicros) && isBelow(plan.tokensPerDay, used.tokens)
}

/**
 * When a run that may not start now may start, if nothing more is used until then: when day or night begins, or at the
 * day's end. Also the day's end if no moment of the next day would do.
 */
export function nextStart(limits: readonly Limit[], moment: Moment): Date {
  const { timeZone } = moment
  const reset = dayEnd(moment)
  let at = moment.now
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    at = nextLook(limits, { now: at, timeZone })
    const mayStart = limits.every(({ plan, used }) =>
      isBelowShare({ plan, used: at < reset ? used : NOTHING_USED }, { now: at, timeZone }),
    )
    if (mayStart) return at
  }
  return reset
}

/** The next moment at which time alone changes anything. */
function nextLook(limits: readonly Limit[], moment: Moment): Date {
  const changes = limits.flatMap(({ plan }) => nextChange(plan, moment)?.getTime() ?? [])
  return new Date(Math.min(dayEnd(moment).getTime(), ...changes))
}
