/** Moments as messages tell them, in the time zone of their reader. */

/** As people in Britain write it: 24 hours, and a month that no reader takes for a day. */
export function momentText(timeZone: string, at: Date): string {
  return at.toLocaleString('en-GB', {
    ...{ timeZone, weekday: 'long', day: 'numeric', month: 'long' },
    ...{ hour: '2-digit', minute: '2-digit' },
  })
}

/** The time of a day: `10:42`. */
export function timeText(timeZone: string, at: Date): string {
  return at.toLocaleTimeString('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' })
}
