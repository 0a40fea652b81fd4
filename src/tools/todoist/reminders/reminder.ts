/** A reminder of Todoist as people see it: some minutes before a task is due, at a time, or at a place. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import { isJsonObject, type JsonObject } from '../../../core/text/json.ts'
import { wireDueFrom } from '../../../domain/todoist/tasks/plan-task.ts'
import type { ThingKind, ThingRow } from '../../../domain/todoist/thing-row.ts'
import type { ListedThing } from '../../../domain/todoist/things/page-things.ts'
import { waitingField } from '../writes/listing.ts'

/** Minutes before a task is due: 30 days. */
const MINUTES_MAX = 43_200
const AT_MAX_CHARS = 100
const PLACE_MAX_CHARS = 200
const RADIUS_MAX_METERS = 10_000
const REF_MAX_CHARS = 100

export const REMINDER_KINDS: readonly ThingKind[] = ['reminders', 'reminders_location']

export const ReminderRef = z
  .string()
  .trim()
  .min(1)
  .max(REF_MAX_CHARS)
  .describe("Todoist's id, or the commandId of the call that creates it")

const Place = z.object({
  name: z.string().trim().min(1).max(PLACE_MAX_CHARS),
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  on: z.enum(['arriving', 'leaving']).default('arriving'),
  radiusMeters: z.int().min(1).max(RADIUS_MAX_METERS).default(100),
})

/** When a person is reminded: exactly one of them. */
export const whenFields = {
  minutesBefore: z.int().min(0).max(MINUTES_MAX).optional().describe('Before the task is due'),
  at: z
    .string()
    .trim()
    .min(1)
    .max(AT_MAX_CHARS)
    .optional()
    .describe('A time such as 2026-11-30T09:00, or words that Todoist reads'),
  place: Place.optional(),
}
type When = { [Field in keyof typeof whenFields]?: z.output<(typeof whenFields)[Field]> }

/** @throws AppError `invalid_input` unless exactly one way is given */
export function argsOfWhen({ minutesBefore, at, place }: When): JsonObject {
  const ways = [minutesBefore, at, place].filter((each) => each !== undefined)
  if (ways.length !== 1) {
    throw new AppError('invalid_input', 'A reminder comes in one way.', {
      fix: 'Give minutesBefore, or at, or place.',
    })
  }
  if (place !== undefined) return argsOfPlace(place)
  return at === undefined
    ? { type: 'relative', minute_offset: minutesBefore ?? 0 }
    : { type: 'absolute', due: wireDueFrom(at) }
}

function argsOfPlace({ name, latitude, longitude, on, radiusMeters }: z.output<typeof Place>): JsonObject {
  return {
    ...{ type: 'location', name, loc_lat: String(latitude), loc_long: String(longitude) },
    ...{ loc_trigger: on === 'arriving' ? 'on_enter' : 'on_leave', radius: radiusMeters },
  }
}

export const Reminder = z.object({
  id: z.string(),
  accountId: z.string(),
  taskId: z.string().nullable(),
  minutesBefore: z.int().nullable(),
  at: z.string().nullable(),
  place: z.string().nullable(),
  isWaiting: waitingField,
})

export function toReminder({ thing, isWaiting }: ListedThing): z.output<typeof Reminder> {
  const { id, accountId, parentId, wire } = thing
  return { id, accountId, taskId: parentId, ...whenOf(wire), isWaiting }
}

interface Coming {
  readonly minutesBefore: number | null
  readonly at: string | null
  readonly place: string | null
}

function whenOf(wire: JsonObject): Coming {
  const { minute_offset: minutes, type, name } = wire
  return {
    minutesBefore: typeof minutes === 'number' ? Math.trunc(minutes) : null,
    at: timeOf(wire),
    place: type === 'location' ? String(name ?? '') : null,
  }
}

function timeOf({ due }: JsonObject): string | null {
  if (!isJsonObject(due)) return null
  const { date, string } = due
  return typeof date === 'string' ? date : typeof string === 'string' ? string : null
}

export function whenWords({ minutesBefore, at, place }: Coming): string {
  if (place !== null) return `at ${place}`
  return minutesBefore === null ? `at ${at ?? 'an unknown time'}` : `${minutesBefore} minutes before`
}

/** A reminder has no name at Todoist: people know it by when it comes. */
export function nameReminders(rows: readonly ThingRow[]): readonly ThingRow[] {
  return rows.map((row) => ({ ...row, name: whenWords(whenOf(row.wire)) }))
}
