/** Settles which wall time is meant by a time of day and a part of the day. */
import { HOURS_PER_DAY, halves, type SaidTime } from './clock-words.ts'
import type { DayPart } from './vocabulary.ts'

/** The hour that a part of the day means on its own. FlowCoach's rule; a night has no hour. */
const PART_HOURS: Readonly<Record<DayPart, number | null>> = {
  morning: 9,
  afternoon: 15,
  evening: 18,
  night: null,
}
/** The hours that belong to each part of the day. */
const PART_SPANS: Readonly<Record<DayPart, readonly [number, number]>> = {
  morning: [0, 12],
  afternoon: [12, 18],
  evening: [16, 24],
  night: [18, HOURS_PER_DAY + 6],
}
/** The hour at which a night ends. */
const DAWN = 6

/**
 * HH:MM of a time and a part of the day, either or both; undefined where they contradict each other, or name no hour.
 */
export function wallTimeOf(time: SaidTime | null, part: DayPart | null): string | undefined {
  if (time === null) {
    const hour = part === null ? null : PART_HOURS[part]
    return hour === null ? undefined : clockText(hour, 0)
  }
  if (part === null) return clockText(time.isOpen ? wakingHour(time.hour) : time.hour, time.minute)
  const [from, to] = PART_SPANS[part]
  const isWithin = (hour: number) => (hour >= from && hour < to) || hour + HOURS_PER_DAY < to
  const fits = (time.isOpen ? halves(time) : [time]).filter(({ hour }) => isWithin(hour))
  const [only, ...others] = fits
  return only === undefined || others.length > 0 ? undefined : clockText(only.hour, only.minute)
}

/** Whether a time of a night belongs to the day after it. */
export function isAfterMidnight(time: string | null): boolean {
  return time !== null && Number(time.slice(0, 2)) < DAWN
}

/** Whether the afternoon was assumed for a time without am or pm. */
export function isGuessed(time: SaidTime | null, part: DayPart | null): boolean {
  return time?.isOpen === true && part === null && wakingHour(time.hour) !== time.hour
}

/** An hour given without am or pm: 1 to 6 are in the afternoon. */
function wakingHour(hour: number): number {
  return hour >= 1 && hour <= 6 ? hour + 12 : hour
}

export function clockText(hour: number, minute: number): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
}
