/** Reads one VEVENT. */
import ICAL from 'ical.js'
import { Temporal } from 'temporal-polyfill'
import { cutText } from '../../../core/text/cut.ts'
import type { Clock, ShownAs } from './occurrence.ts'
import { UTC, type Wall, type Zone, type Zones } from './zones.ts'

const TITLE_MAX_CHARS = 200
const DAY_MS = 86_400_000

/** A moment as an event writes it. */
export interface Written {
  readonly clock: Clock
  readonly wall: Wall
  /** Of an instant. */
  readonly zone: Zone
}

export interface CalendarEvent {
  readonly uid: string
  readonly sequence: number
  readonly title: string
  readonly start: Written
  readonly lengthMs: number
  readonly shownAs: ShownAs
  readonly isCancelled: boolean
  /** As they are written, each without its name. */
  readonly rules: readonly string[]
  readonly extra: readonly Written[]
  readonly excluded: readonly Written[]
  /** Which occurrence of its series it stands for; undefined: it is the series, or single. */
  readonly replaces: Written | undefined
  /** Whether it also applies to all later occurrences. */
  readonly isForFuture: boolean
  /** A zone in it is unknown: its times are taken for the reader's own. */
  readonly isDoubtful: boolean
}

/** The milliseconds of a written moment: the instant, or the wall time as if in UTC. */
export function momentOf({ clock, wall, zone }: Written): number {
  return clock === 'instant' ? zone(wall) : wall
}

type Property = readonly [name: string, params: Record<string, unknown>, type: string, ...values: unknown[]]

/** `self`: the mail address of the calendar's owner, who may have declined. @throws for an event that cannot be read */
export function readEvent(source: string, zones: Zones, self: string | null): CalendarEvent {
  const [, properties] = ICAL.parse(`BEGIN:VEVENT\r\n${source}\r\nEND:VEVENT`) as [string, Property[]]
  const unknownZones = new Set<string>()
  const all = (name: string) => properties.filter(([each]) => each === name)
  const one = (name: string) => all(name)[0]
  const text = (name: string) => String(one(name)?.[3] ?? '')
  const written = (property: Property, value: unknown) =>
    readMoment(property, String(value), zones, unknownZones)
  const moments = (name: string) =>
    all(name).flatMap((property) =>
      property.slice(3).map((value) => written(property, Array.isArray(value) ? value[0] : value)),
    )
  const [start] = moments('dtstart')
  if (start === undefined) throw new Error('an event without a start')
  const [end] = moments('dtend')
  const lengthMs = end === undefined ? lengthOf(one('duration'), start) : momentOf(end) - momentOf(start)
  if (!(lengthMs >= 0)) throw new Error('an event that ends before it begins')
  const replaced = one('recurrence-id')
  return {
    ...{ uid: text('uid'), sequence: Number(text('sequence')) || 0 },
    title: cutText(text('summary').replace(/\s+/g, ' ').trim(), TITLE_MAX_CHARS, '…'),
    ...{ start, lengthMs, shownAs: shownAs(text, all('attendee'), self) },
    isCancelled: text('status').toUpperCase() === 'CANCELLED',
    rules: source.split('\r\n').flatMap((line) => /^RRULE[^:]*:(.*)$/i.exec(line)?.[1]?.trim() ?? []),
    ...{ extra: moments('rdate'), excluded: moments('exdate'), replaces: moments('recurrence-id')[0] },
    isForFuture: String(replaced?.[1].range ?? '').toUpperCase() === 'THISANDFUTURE',
    isDoubtful: unknownZones.size > 0,
  }
}

function readMoment(
  [, params, type]: Property,
  value: string,
  zones: Zones,
  unknownZones: Set<string>,
): Written {
  // Some programs leave out VALUE=DATE.
  const day = /^(\d{4}-\d{2}-\d{2})(?:T::)?$/.exec(value)?.[1]
  if (type === 'date' || day !== undefined) return { clock: 'day', wall: wallOf(`${day}T00:00`), zone: UTC }
  if (value.endsWith('Z')) return { clock: 'instant', wall: wallOf(value.slice(0, -1)), zone: UTC }
  const wall = wallOf(value)
  const { tzid } = params
  if (typeof tzid !== 'string') return { clock: 'wall', wall, zone: UTC }
  const zone = zones(tzid)
  if (zone !== undefined) return { clock: 'instant', wall, zone }
  unknownZones.add(tzid)
  return { clock: 'wall', wall, zone: UTC }
}

/** @throws RangeError for a date or a time that does not exist */
function wallOf(text: string): Wall {
  return Temporal.PlainDateTime.from(text, { overflow: 'reject' }).toZonedDateTime('UTC').epochMilliseconds
}

/** Without an end, a day lasts a day, and a time no time. */
function lengthOf(duration: Property | undefined, start: Written): number {
  if (duration === undefined) return start.clock === 'day' ? DAY_MS : 0
  const { days, hours, minutes, seconds } = Temporal.Duration.from(String(duration[3])).round({
    largestUnit: 'day',
    relativeTo: '2000-01-01',
  })
  const end = start.wall + days * DAY_MS
  // Days follow the calendar, also where one has 23 or 25 hours; hours are exact.
  const exactMs = Temporal.Duration.from({ hours, minutes, seconds }).total('millisecond')
  return momentOf({ ...start, wall: end }) - momentOf(start) + exactMs
}

const BUSY_STATUS: ReadonlyMap<string, ShownAs> = new Map([
  ['FREE', 'free'],
  ['WORKINGELSEWHERE', 'free'],
  ['TENTATIVE', 'tentative'],
])

const PARTICIPATION: ReadonlyMap<string, ShownAs> = new Map([
  ['DECLINED', 'free'],
  ['TENTATIVE', 'tentative'],
  ['NEEDS-ACTION', 'tentative'],
])

function shownAs(
  text: (name: string) => string,
  attendees: readonly Property[],
  self: string | null,
): ShownAs {
  if (text('transp').toUpperCase() === 'TRANSPARENT') return 'free'
  const own = attendees.find(([, , , address]) => String(address).toLowerCase() === `mailto:${self}`)
  const answer = PARTICIPATION.get(String(own?.[1].partstat ?? '').toUpperCase())
  const status = text('status').toUpperCase() === 'TENTATIVE' ? 'tentative' : undefined
  return answer ?? BUSY_STATUS.get(text('x-microsoft-cdo-busystatus').toUpperCase()) ?? status ?? 'busy'
}
