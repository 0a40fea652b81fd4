/** Free time in words. */
import { dayText } from '../time/day-text.ts'
import { workText } from '../time/duration-text.ts'
import { timeText } from '../time/moment-text.ts'
import type { Slot } from './free-time.ts'

/** `09:00 to 10:30 (1 h 30 min)`. */
export function slotText({ startAt, endAt, minutes }: Slot, timeZone: string): string {
  const [from, until] = [startAt, endAt].map((at) => timeText(timeZone, new Date(at)))
  return `${from} to ${until} (${workText(minutes)})`
}

/** As `dayText`, where the reader's day is known. */
export function dayNamed(day: string, today: string | undefined): string {
  return today === undefined ? day : dayText(day, today)
}
