/** Reads the two times of quiet hours: "10pm" and "7am", or "10" and "7", which are a night. */
import type { QuietHours } from '../quiet-hours.ts'
import { timeIn } from './time-of-day.ts'

/** A number of the clock's face, which may be of either half of the day. */
const OPEN = /^(?:[1-9]|1[0-2])(?::[0-5]\d)?$/

/** Undefined: the words are not two times. */
export function quietHoursIn(said: string, saidTo: string): QuietHours | undefined {
  const [from, to] = [timeIn(said), timeIn(saidTo)]
  if (from === undefined || to === undefined) return undefined
  const isOpen = OPEN.test(said) && OPEN.test(saidTo)
  return isOpen ? asNight(said, saidTo) : { from, to }
}

/** "10 to 7" begins in the evening, because from the morning on it would be most of the day. */
function asNight(said: string, saidTo: string): QuietHours | undefined {
  const [from, to] = [timeIn(`${said}pm`), timeIn(`${saidTo}am`)]
  return from === undefined || to === undefined ? undefined : { from, to }
}
