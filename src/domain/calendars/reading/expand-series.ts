/** Expands a series of events into its occurrences within a window. */
import { RRuleTemporal } from 'rrule-temporal'
import { Temporal } from 'temporal-polyfill'
import type { Occurrence } from './occurrence.ts'
import { type CalendarEvent, momentOf, type Written } from './read-event.ts'
import type { Wall } from './zones.ts'

const DAY_MS = 86_400_000

/** Periods without an occurrence that are searched. */
const EMPTY_PERIODS_MAX = 10_000

/** The second moment is not included. */
export interface Window {
  readonly from: Date
  readonly until: Date
}

/** Events with one UID. `events` holds at most one that is not an exception. */
export function expandSeries(events: readonly CalendarEvent[], window: Window): Occurrence[] {
  const master = events.find(({ replaces }) => replaces === undefined)
  const exceptions = events.filter(({ replaces }) => replaces !== undefined)
  const replaced = new Set(exceptions.map(({ replaces }) => keyOf(replaces as Written)))
  const own = master === undefined ? [] : occurrencesOf(master, window, exceptions, replaced)
  return [...own, ...exceptions.map((event) => [event, event.start] as const)]
    .filter(([{ isCancelled }]) => !isCancelled)
    .map(([event, start]) => occurrence(event, start))
    .filter((each) => isWithin(each, window))
}

type Placed = readonly [CalendarEvent, Written]

/** All but those for which an exception stands. A later part that was changed as a whole is shifted. */
function occurrencesOf(
  master: CalendarEvent,
  window: Window,
  exceptions: readonly CalendarEvent[],
  replaced: ReadonlySet<string>,
): Placed[] {
  const excluded = new Set(master.excluded.map(keyOf))
  const starts = new Map(startsOf(master, window, exceptions).map((start) => [keyOf(start), start]))
  return [...starts]
    .filter(([key, start]) => !replaced.has(key) && !excluded.has(key) && !excluded.has(dayKeyOf(start)))
    .map(([, start]) => shifted(master, start, exceptions))
}

function startsOf(master: CalendarEvent, window: Window, exceptions: readonly CalendarEvent[]): Written[] {
  const { start, rules, extra } = master
  if (rules.length === 0) return [start, ...extra]
  const shiftMs = Math.max(
    0,
    ...exceptions.map(({ start: to, replaces }) => Math.abs(to.wall - (replaces?.wall ?? 0))),
  )
  // A day wider than the window on both sides, because the rules run on wall times.
  const from = window.from.getTime() - longest(master, exceptions) - shiftMs - DAY_MS
  const until = window.until.getTime() + shiftMs + DAY_MS
  const walls = rules.flatMap((rule) => wallsOf(rule, start, { from, until }))
  // The start is an occurrence even where the rule does not name it.
  return [start, ...walls.map((wall) => ({ ...start, wall })), ...extra]
}

function longest(master: CalendarEvent, exceptions: readonly CalendarEvent[]): number {
  return Math.max(master.lengthMs, ...exceptions.map(({ lengthMs }) => lengthMs))
}

/** @throws for a rule that cannot be read, and for one that repeats within the hour */
function wallsOf(rule: string, start: Written, { from, until }: { from: number; until: number }): Wall[] {
  if (/FREQ=(SECONDLY|MINUTELY)/i.test(rule)) throw new Error('an event that repeats within the hour')
  const expanded = new RRuleTemporal({
    rruleString: `DTSTART:${basic(start.wall)}\nRRULE:${withWallUntil(rule, start)}`,
    maxIterations: EMPTY_PERIODS_MAX,
    temporal: Temporal,
  })
  return expanded.between(new Date(from), new Date(until), true).map((each) => each.epochMilliseconds)
}

/** A rule runs on wall times as if in UTC, and its end is mostly written as an instant. */
function withWallUntil(rule: string, { clock, zone }: Written): string {
  return rule.replace(/UNTIL=(\d{8})(?:T(\d{6})(Z?))?/i, (_all, day: string, time?: string, z?: string) => {
    // A day alone is meant to its end.
    if (clock === 'day' || time === undefined) return `UNTIL=${day}T235959Z`
    if (z === '' || clock === 'wall') return `UNTIL=${day}T${time}Z`
    const instant = Date.parse(`${iso(day)}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`)
    const near = instant + (instant - zone(instant))
    return `UNTIL=${basic(instant + (near - zone(near)))}`
  })
}

function basic(wall: Wall): string {
  return `${new Date(wall).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
}

function iso(day: string): string {
  return day.replace(/(....)(..)(..)/, '$1-$2-$3')
}

/** As the last exception that stands for later ones, too, has it. */
function shifted(master: CalendarEvent, start: Written, exceptions: readonly CalendarEvent[]): Placed {
  const at = momentOf(start)
  const [latest] = exceptions
    .filter(({ isForFuture, replaces }) => isForFuture && momentOf(replaces as Written) <= at)
    .sort((one, other) => momentOf(other.replaces as Written) - momentOf(one.replaces as Written))
  if (latest?.replaces === undefined) return [master, start]
  const byMs = momentOf(latest.start) - momentOf(latest.replaces)
  return [latest, { ...start, wall: start.wall + byMs }]
}

function occurrence(event: CalendarEvent, start: Written): Occurrence {
  const startMs = momentOf(start)
  return {
    ...{ title: event.title, clock: start.clock, shownAs: event.shownAs },
    startAt: new Date(startMs),
    endAt: new Date(startMs + event.lengthMs),
  }
}

/** By a day more where the reader's time zone decides. */
function isWithin({ clock, startAt, endAt }: Occurrence, { from, until }: Window): boolean {
  const marginMs = clock === 'instant' ? 0 : DAY_MS
  return startAt.getTime() < until.getTime() + marginMs && endAt.getTime() > from.getTime() - marginMs
}

/** Two moments with the same key are the same. */
export function keyOf(written: Written): string {
  return `${written.clock === 'day' ? 'day' : 'time'} ${momentOf(written)}`
}

/** An exclusion by its day alone. */
function dayKeyOf({ wall }: Written): string {
  return `day ${Math.floor(wall / DAY_MS) * DAY_MS}`
}
