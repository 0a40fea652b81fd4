/** Splits iCalendar text (RFC 5545) into its events and time zones, so that one broken event spoils no other. */

import { whatElse } from '../../../core/outbound/calendar.ts'

/** The most events of one calendar: about ten a day for five years. */
const EVENTS_MAX = 20_000

export interface CalendarParts {
  /** Each event with the lines that are read of it. */
  readonly events: readonly string[]
  readonly zones: readonly string[]
  /** Events that have no end. */
  readonly broken: number
}

/** Why a text is no calendar, as a phrase that is safe to show. */
export class NotACalendar extends Error {}

/** The properties of an event that are read. The others may be long, or written against the rules. */
const READ = new Set([
  ...['UID', 'SUMMARY', 'DTSTART', 'DTEND', 'DURATION', 'RRULE', 'RDATE', 'EXDATE', 'RECURRENCE-ID'],
  ...['STATUS', 'TRANSP', 'SEQUENCE', 'ATTENDEE', 'X-MICROSOFT-CDO-BUSYSTATUS'],
])

const CALENDAR = 'VCALENDAR'

/** @throws NotACalendar for a page of HTML, a text that is cut off, or more events than are read */
export function splitComponents(text: string): CalendarParts {
  const lines = text
    .replace(/^\uFEFF/, '')
    // A line is folded where the next begins with a blank.
    .replace(/\r?\n[ \t]/g, '')
    .split(/\r?\n/)
  const walk = new Walk()
  for (const line of lines) walk.take(line)
  return walk.end(text)
}

class Walk {
  #open: string[] = []
  #collected: string[] = []
  #hasBegun = false
  readonly #events: string[] = []
  readonly #zones: string[] = []
  #broken = 0

  take(line: string): void {
    const name = /^[A-Za-z][\w-]*/.exec(line)?.[0].toUpperCase()
    if (name === 'BEGIN') this.#begin(valueIn(line))
    else if (name === 'END') this.#finish(valueIn(line))
    else if (name !== undefined) this.#property(name, line)
  }

  end(text: string): CalendarParts {
    const other = whatElse(text)
    if (other !== undefined) throw new NotACalendar(other)
    if (this.#open.length > 0) throw new NotACalendar('is cut off before its end')
    return { events: this.#events, zones: this.#zones, broken: this.#broken }
  }

  #begin(component: string): void {
    if (component === CALENDAR) {
      this.#hasBegun = true
      this.#open = [CALENDAR]
      return
    }
    if (!this.#hasBegun) return
    // An event is never part of another: the one before has no end.
    if (component === 'VEVENT' && this.#open.includes('VEVENT')) {
      this.#broken += 1
      this.#open = [CALENDAR]
    }
    this.#open.push(component)
    if (this.#open.length === 2) this.#collected = []
    if (this.#open[1] === 'VTIMEZONE') this.#collected.push(`BEGIN:${component}`)
  }

  #finish(component: string): void {
    const at = this.#open.lastIndexOf(component)
    if (at === -1) return
    const isInZone = this.#open[1] === 'VTIMEZONE'
    // The calendar ends within an event.
    if (component === CALENDAR && this.#open.includes('VEVENT')) this.#broken += 1
    this.#open.length = at
    if (isInZone) this.#collected.push(`END:${component}`)
    if (at !== 1) return
    const text = this.#collected.join('\r\n')
    if (isInZone) this.#zones.push(text)
    if (component !== 'VEVENT') return
    if (this.#events.push(text) > EVENTS_MAX) throw new NotACalendar(`has more than ${EVENTS_MAX} events`)
  }

  #property(name: string, line: string): void {
    const [, component] = this.#open
    const isRead = component === 'VTIMEZONE' || (this.#open.length === 2 && READ.has(name))
    if (isRead) this.#collected.push(line)
  }
}

function valueIn(line: string): string {
  return line.slice(line.indexOf(':') + 1).trim()
}
