/** Whether a run may start now by a day's budget and the share of it for day or night, and when to look again. */
import { Temporal } from 'temporal-polyfill'
import { localNow, type Moment } from '../time/clock.ts'

/** Hours on the person's wall, 0 to 23: night is from the first until the second; the same hour twice means no night. */
export interface NightHours {
  readonly nightFrom: number
  readonly nightUntil: number
}

/** What may be used a day, null for no cap, and the shares of it from which on no run starts. */
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

/** Changes in two days of two budgets: after them nothing new can come. */
const LOOKS_MAX = 12
/** A boundary may lie two days ahead: past a day that the calendar of a zone left out. */
const DAYS_AHEAD = [0, 1, 2]

/** The moment at which the local day is over: at midnight, or later where a clock change skips it. */
export function dayEnd(moment: Moment): Date {
  const tomorrow = localNow(moment).toPlainDate().add({ days: 1 })
  return new Date(tomorrow.toZonedDateTime(moment.timeZone).epochMilliseconds)
}

export function isNight({ nightFrom, nightUntil }: NightHours, moment: Moment): boolean {
  const { hour } = localNow(moment)
  if (nightFrom <= nightUntil) return nightFrom <= hour && hour < nightUntil
  return hour >= nightFrom || hour < nightUntil
}

/** When day next turns to night or night to day; undefined where there is no night. */
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
    // Where a clock change skips the whole night, its two ends fall on one moment, at which nothing changes.
    .find((at) => isNight(hours, { now: new Date(at), timeZone }) !== isNightNow)
  return next === undefined ? undefined : new Date(next)
}

/** The share of the day's budget from which on no run starts. */
export function shareAt(plan: Plan, moment: Moment): number {
  return isNight(plan, moment) ? plan.nightShare : plan.dayShare
}

/** Whether less is used than the share in force, in every unit that has a cap. */
export function isBelowShare({ plan, used }: Limit, moment: Moment): boolean {
  const share = shareAt(plan, moment)
  const isBelow = (cap: number | null, amount: number): boolean => cap === null || amount < cap * share
  return isBelow(plan.usdMicrosPerDay, used.usdMicros) && isBelow(plan.tokensPerDay, used.tokens)
}

/**
 * When a run may start that may not now, if nothing more is used until then: as day or night turns, or at the day's
 * end. The day's end also where no moment of the next day would do.
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

/** The next moment at which anything changes by the clock alone. */
function nextLook(limits: readonly Limit[], moment: Moment): Date {
  const changes = limits.flatMap(({ plan }) => nextChange(plan, moment)?.getTime() ?? [])
  return new Date(Math.min(dayEnd(moment).getTime(), ...changes))
}
