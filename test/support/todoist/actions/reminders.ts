/** Reminders: some minutes before the task is due, at a time, or at a place. */
import { ApiError, invalid, missing } from '../api-error.ts'
import { type DueInput, dueFrom } from '../due/due.ts'
import { itemOf, reminderOf } from '../world/find.ts'
import type { Due, Reminder } from '../world/wire.ts'
import type { Acting } from '../world/world.ts'

export interface ReminderFields {
  type?: string | undefined
  minute_offset?: number | undefined
  due?: DueInput | undefined
  name?: string | undefined
  loc_lat?: string | undefined
  loc_long?: string | undefined
  loc_trigger?: string | undefined
  radius?: number | undefined
  notify_uid?: string | undefined
  is_urgent?: boolean | undefined
}

const RADIUS_METERS = 100
const MINUTE_OFFSET_MAX = 43_200

export function addReminder(acting: Acting, itemId: string, fields: ReminderFields): Reminder {
  const { world, person } = acting
  const item = itemOf(acting, itemId)
  if (!world.planOf(person).hasReminders)
    throw new ApiError(403, { message: 'Premium only feature', code: 32, tag: 'PREMIUM_ONLY' })
  const reminder: Reminder = {
    id: world.ids.next(),
    notify_uid: fields.notify_uid ?? person.id,
    item_id: item.id,
    type: typeOf(fields.type),
    is_deleted: false,
  }
  Object.assign(reminder, checked(acting, reminder, fields))
  assertWhole(reminder)
  world.reminders.add(reminder, person.id)
  return reminder
}

export function updateReminder(acting: Acting, id: string, fields: ReminderFields): Reminder {
  const reminder = reminderOf(acting, id)
  if (fields.type !== undefined) reminder.type = typeOf(fields.type)
  Object.assign(reminder, checked(acting, reminder, fields))
  acting.world.reminders.touch(reminder)
  return reminder
}

export function deleteReminder(acting: Acting, id: string): void {
  const reminder = reminderOf(acting, id)
  reminder.is_deleted = true
  acting.world.reminders.touch(reminder)
}

function typeOf(type = 'absolute'): Reminder['type'] {
  return type === 'absolute' || type === 'relative' || type === 'location' ? type : invalid('type')
}

function checked({ world, person }: Acting, { type }: Reminder, fields: ReminderFields): Partial<Reminder> {
  const { minute_offset, due, name, loc_lat, loc_long, loc_trigger, radius, is_urgent } = fields
  if (minute_offset !== undefined && !(minute_offset >= 0 && minute_offset <= MINUTE_OFFSET_MAX))
    invalid('minute_offset')
  if (loc_trigger !== undefined && loc_trigger !== 'on_enter' && loc_trigger !== 'on_leave')
    invalid('loc_trigger')
  const read: Due | null | undefined = due && dueFrom(due, world.readingFor(person))
  const values =
    type === 'location'
      ? { name, loc_lat, loc_long, loc_trigger, radius }
      : { minute_offset, due: read ?? undefined, is_urgent }
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

function assertWhole(reminder: Reminder): void {
  if (reminder.type === 'absolute' && reminder.due === undefined) missing('due')
  if (reminder.type === 'relative' && reminder.minute_offset === undefined) missing('minute_offset')
  if (reminder.type !== 'location') return
  reminder.radius ??= RADIUS_METERS
  reminder.loc_trigger ??= 'on_enter'
  for (const name of ['name', 'loc_lat', 'loc_long'] as const) if (reminder[name] === undefined) missing(name)
}

/** Does what Todoist does at a reminder's time. */
export function fireReminder(acting: Acting, id: string): void {
  const reminder = reminderOf(acting, id)
  acting.world.happened(acting, 'reminder:fired', { object: { ...reminder } })
}
