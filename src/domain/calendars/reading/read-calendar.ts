/** Reads the text of a calendar into the occurrences of its events within a window. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expandSeries, keyOf, type Window } from './expand-series.ts'
import type { Occurrence } from './occurrence.ts'
import { type CalendarEvent, readEvent } from './read-event.ts'
import { NotACalendar, splitComponents } from './split-components.ts'
import { zonesOf } from './zones.ts'

/** The most occurrences of one calendar within a window. */
const OCCURRENCES_MAX = 10_000
/** Milliseconds after which other work gets its turn. */
const TURN_MS = 20
/** Milliseconds of work on one calendar. */
const WORK_MAX_MS = 10_000

export interface CalendarRead {
  readonly occurrences: readonly Occurrence[]
  /** Events that could not be read, or only in part. */
  readonly unread: number
}

interface ReadOptions extends Window {
  /** The mail address of the owner; null: not known. */
  readonly self: string | null
}

/** @throws NotACalendar */
export async function readCalendar(texts: readonly string[], options: ReadOptions): Promise<CalendarRead> {
  const parts = texts.map(splitComponents)
  const zones = zonesOf(parts.flatMap((each) => each.zones))
  let unread = parts.reduce((sum, { broken }) => sum + broken, 0)
  const events: CalendarEvent[] = []
  const turns = createTurns()
  for (const source of parts.flatMap((part) => part.events)) {
    await turns.take()
    try {
      const event = readEvent(source, zones, options.self)
      events.push(event)
      if (event.isDoubtful) unread += 1
    } catch {
      unread += 1
    }
  }
  const occurrences: Occurrence[] = []
  for (const series of seriesOf(events)) {
    await turns.take()
    try {
      occurrences.push(...expandSeries(series, options))
    } catch {
      unread += 1
    }
    if (occurrences.length > OCCURRENCES_MAX)
      throw new NotACalendar(`has more than ${OCCURRENCES_MAX} events in the coming months`)
  }
  return { occurrences, unread }
}

/** Lets other work have its turn while a long calendar is read. */
function createTurns() {
  const startedAt = performance.now()
  let since = startedAt
  return {
    async take(): Promise<void> {
      const now = performance.now()
      if (now - startedAt > WORK_MAX_MS) throw new NotACalendar('takes too long to read')
      if (now - since < TURN_MS) return
      await nextTurn()
      since = performance.now()
    },
  }
}

/** Events by their UID; of several versions of one event, the latest. */
function seriesOf(events: readonly CalendarEvent[]): CalendarEvent[][] {
  const series = new Map<string, Map<string, CalendarEvent>>()
  for (const [index, event] of events.entries()) {
    // Without a UID, an event belongs to no series.
    const uid = event.uid === '' ? `#${index}` : event.uid
    const versions = series.get(uid) ?? new Map<string, CalendarEvent>()
    series.set(uid, versions)
    const { replaces } = event
    const which = replaces === undefined ? '' : keyOf(replaces)
    if ((versions.get(which)?.sequence ?? 0) <= event.sequence) versions.set(which, event)
  }
  return [...series.values()].map((versions) => [...versions.values()])
}
