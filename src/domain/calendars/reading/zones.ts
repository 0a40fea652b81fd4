/** The time zones of a calendar: what its names of zones mean, and the instants of wall times. */
import ICAL from 'ical.js'
import { Temporal } from 'temporal-polyfill'
import windowsZones from 'windows-iana'
import { isTimeZone } from '../../time/zones/time-zone.ts'

/** A wall time as the milliseconds since 1970 that it would be in UTC. */
export type Wall = number

/** The instant of a wall time, in milliseconds. One that a clock change skips moves later; of two, it is the first. */
export type Zone = (wall: Wall) => number

export const UTC: Zone = (wall) => wall

/** `undefined` for a name that means no zone. */
export type Zones = (name: string) => Zone | undefined

/** `sources`: the VTIMEZONE components. A name of IANA or of Windows is taken as such, since these are kept up to date. */
export function zonesOf(sources: readonly string[]): Zones {
  const described = describedZones(sources)
  const known = new Map<string, Zone | undefined>()
  return (name) => {
    if (!known.has(name)) known.set(name, zoneNamed(name) ?? described.get(name))
    return known.get(name)
  }
}

export function ianaZone(timeZone: string): Zone {
  // A series asks for the same wall times as its exceptions, and most events begin at few times of a day.
  const answered = new Map<Wall, number>()
  return (wall) => {
    const before = answered.get(wall)
    if (before !== undefined) return before
    const text = new Date(wall).toISOString().slice(0, -1)
    const instant = Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone).epochMilliseconds
    answered.set(wall, instant)
    return instant
  }
}

function zoneNamed(name: string): Zone | undefined {
  // Some programs put a path before it: `/citadel.org/20210210_1/Europe/Berlin`, `tzone://Microsoft/Utc`.
  const parts = name.split('/').filter((part) => part !== '')
  const tails = [name, ...[3, 2, 1].map((count) => parts.slice(-count).join('/'))]
  const iana = tails.find(isTimeZone) ?? windowsZones.findIana(name)[0]
  return iana === undefined ? undefined : ianaZone(iana)
}

function describedZones(sources: readonly string[]): Map<string, Zone> {
  const zones = new Map<string, Zone>()
  for (const source of sources) {
    try {
      const component = new ICAL.Component(ICAL.parse(source) as unknown[])
      const zone = new ICAL.Timezone(component)
      zones.set(zone.tzid, (wall) => wall - offsetMs(zone, wall))
    } catch {
      // Events in this zone are then counted as unread.
    }
  }
  return zones
}

const SECOND_MS = 1000

function offsetMs(zone: ICAL.Timezone, wall: Wall): number {
  const time = ICAL.Time.fromDateTimeString(new Date(wall).toISOString().slice(0, 19))
  return zone.utcOffset(time) * SECOND_MS
}
