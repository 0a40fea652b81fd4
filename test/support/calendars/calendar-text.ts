/** iCalendar text. */

interface Shown {
  readonly name?: string
  /** Each event by its lines. */
  readonly events: readonly (readonly string[])[]
}

export function calendarText({ name, events }: Shown): string {
  const lines = events.flatMap((event) => ['BEGIN:VEVENT', ...event, 'END:VEVENT'])
  const named = name === undefined ? [] : [`X-WR-CALNAME:${name}`]
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', ...named, ...lines, 'END:VCALENDAR', ''].join('\r\n')
}
