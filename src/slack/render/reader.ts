/** The reader of an answer in Slack: days are shown as people there write them. */
import type { Reader } from '../../core/operation/description.ts'
import { dayIn } from '../../domain/time/calendar.ts'

export function readerIn(timeZone: string, now: Date): Reader {
  return { timeZone, today: dayIn(timeZone, now) }
}
