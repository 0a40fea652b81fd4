/** When a person is free: within their working hours, between the events of their calendars. */
import { z } from 'zod'
import type { Context } from '../../core/operation/context.ts'
import { grants } from '../../core/operation/scopes.ts'
import { personTimeZone } from '../access/people.ts'
import { ownView } from '../access/visible-to.ts'
import { addDays, daysBetween } from '../time/calendar.ts'
import { type Calendar, doubtAbout, readCalendars } from './calendar.ts'
import { readEvents, type TimedEvent } from './events.ts'
import { gapsIn, minutesIn, type Span, spansWithin } from './time/spans.ts'
import { isWorkDay, type WorkTimes, workSpan } from './time/work-hours.ts'

const MINUTE_MS = 60_000

export const Slot = z.object({ startAt: z.string(), endAt: z.string(), minutes: z.int() })
export type Slot = z.output<typeof Slot>

export const FreeDay = z.object({
  day: z.string(),
  isWorkDay: z.boolean(),
  slots: z.array(Slot),
  freeMinutes: z.int().describe('In all of its slots, and in shorter gaps'),
  busyMinutes: z.int().describe('Of the working hours that are left of the day'),
})
export type FreeDay = z.output<typeof FreeDay>

export interface FreeTime {
  readonly timeZone: string
  readonly hours: WorkTimes['hours']
  readonly days: readonly FreeDay[]
  /** Why what looks free may not be, as sentences. */
  readonly doubts: readonly string[]
}

interface FreeQuery {
  /** Both are included. */
  readonly from: string
  readonly to: string
  /** Shorter slots are left out. */
  readonly minutes: number
  readonly times: WorkTimes
}

type Reader = Pick<Context, 'db' | 'actor' | 'now' | 'defaultTimeZone'>

/** By the calendars of the caller's own. Undefined: they have none, or the caller may not read them. */
export async function readFreeTime(
  ctx: Reader,
  { from, to, minutes, times }: FreeQuery,
): Promise<FreeTime | undefined> {
  const own = ownView(ctx)
  const calendars = await ownCalendars(ctx)
  if (calendars.length === 0) return undefined
  const { timeZone, hours } = times
  const days = Array.from({ length: daysBetween(from, to) + 1 }, (_, ahead) => addDays(from, ahead))
  const spans = days.map((day) => leftOf(workSpan(day, times), ctx.now))
  const all = { from: spans[0]?.from ?? 0, until: spans.at(-1)?.until ?? 0 }
  const events = await readEvents(own, { ...all, timeZone })
  const busy = events.filter(({ isBusy }) => isBusy)
  return {
    ...{ timeZone, hours },
    days: days.map((day, index) =>
      freeDay(spans[index] as Span, busy, { day, minutes, isWorkDay: isWorkDay(day, times) }),
    ),
    doubts: doubtsAbout(calendars),
  }
}

/** Calendars from which the caller's day is planned. */
async function ownCalendars(ctx: Reader): Promise<Calendar[]> {
  return grants(ctx.actor.scopes, 'calendars:read')
    ? await readCalendars({ ...ownView(ctx), now: ctx.now })
    : []
}

/** From the present minute on. */
function leftOf({ from, until }: Span, now: Date): Span {
  const present = Math.ceil(now.getTime() / MINUTE_MS) * MINUTE_MS
  const start = Math.max(from, present)
  return { from: start, until: Math.max(start, until) }
}

function freeDay(
  span: Span,
  busy: readonly Span[],
  { minutes, ...day }: { readonly day: string; readonly minutes: number; readonly isWorkDay: boolean },
): FreeDay {
  const free = gapsIn(span, busy)
  return {
    ...day,
    slots: free.map(toSlot).filter((slot) => slot.minutes >= minutes),
    freeMinutes: minutesIn(free),
    busyMinutes: minutesIn(spansWithin(busy, span)),
  }
}

function toSlot({ from, until }: Span): Slot {
  return {
    startAt: new Date(from).toISOString(),
    endAt: new Date(until).toISOString(),
    minutes: minutesIn([{ from, until }]),
  }
}

/** Hours ahead in which an event bounds the time at hand. */
const GAP_HOURS = 12

export const Gap = z.object({
  minutes: z.int().describe('From now until it begins; 0: it has begun'),
  title: z.string(),
  startAt: z.string(),
  endAt: z.string(),
})
export type Gap = z.output<typeof Gap>

/** What bounds the time at hand. */
export interface AtHand {
  /** Null: no event comes soon. */
  readonly gap: Gap | null
  readonly doubts: readonly string[]
}

/** The event that is on, or comes next, among those of the caller's own calendars. Undefined: they have none. */
export async function readAtHand(ctx: Reader): Promise<AtHand | undefined> {
  const calendars = await ownCalendars(ctx)
  if (calendars.length === 0) return undefined
  const from = ctx.now.getTime()
  const until = from + GAP_HOURS * 60 * MINUTE_MS
  const timeZone = await personTimeZone(ctx)
  const events = await readEvents(ownView(ctx), { from, until, timeZone })
  const next = events.find((event) => event.isBusy && !event.isAllDay && event.until > from)
  return { gap: next === undefined ? null : toGap(next, from), doubts: doubtsAbout(calendars) }
}

function doubtsAbout(calendars: readonly Calendar[]): string[] {
  return calendars.filter(({ isCounted }) => isCounted).flatMap((each) => doubtAbout(each) ?? [])
}

function toGap({ title, from, until }: TimedEvent, now: number): Gap {
  return {
    minutes: Math.max(0, Math.floor((from - now) / MINUTE_MS)),
    title: title === '' ? 'an event' : title,
    startAt: new Date(from).toISOString(),
    endAt: new Date(until).toISOString(),
  }
}
