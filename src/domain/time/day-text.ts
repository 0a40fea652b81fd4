/** Days as people write them. */
import { daysBetween } from './calendar.ts'

const NEAR: ReadonlyMap<number, string> = new Map([
  [-1, 'yesterday'],
  [0, 'today'],
  [1, 'tomorrow'],
])

/** "tomorrow", "Fri 4 Dec", and with its year where that is another: "Mon 4 Jan 2027". */
export function dayText(day: string, today: string): string {
  const near = NEAR.get(daysBetween(today, day))
  if (near !== undefined) return near
  const isOtherYear = day.slice(0, 4) !== today.slice(0, 4)
  const parts = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'short' },
    ...(isOtherYear && { year: 'numeric' }),
  }).formatToParts(new Date(`${day}T00:00Z`))
  return parts
    .filter(({ type }) => type !== 'literal')
    .map(({ value }) => value)
    .join(' ')
}
