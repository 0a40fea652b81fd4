/** Reads what Todoist says: an answer of `/sync`, and the rows that follow from its objects. */
import { z } from 'zod'
import type { JsonObject } from '../../../core/text/json.ts'
import { makeStorable } from '../../../core/text/storable.ts'
import { isDay } from '../../time/calendar.ts'
import { isTimeZone } from '../../time/zones/time-zone.ts'
import { dueIn, readWireDue } from '../due.ts'
import { peoplesPriority } from '../priority.ts'
import { THING_KINDS, type todoistItems, type todoistThings } from '../tables.ts'

const Id = z.union([z.string(), z.number()]).transform(String)
const Objects = z.array(z.looseObject({})).default([])

const SyncAnswer = z.looseObject({
  sync_token: z.string(),
  full_sync: z.boolean().default(false),
  sync_status: z.record(z.string(), z.unknown()).default({}),
  temp_id_mapping: z.record(z.string(), Id).default({}),
  items: Objects,
  ...(Object.fromEntries(THING_KINDS.map((kind) => [kind, Objects])) as Record<
    (typeof THING_KINDS)[number],
    typeof Objects
  >),
  user: z.looseObject({}).nullish(),
  user_plan_limits: z.looseObject({ current: z.looseObject({}).nullish() }).nullish(),
})
export type SyncAnswer = z.output<typeof SyncAnswer>

/** @throws ZodError for an answer of another shape */
export function readSyncAnswer(body: JsonObject): SyncAnswer {
  return SyncAnswer.parse(makeStorable(body).value)
}

const nullableId = Id.nullish().transform((id) => id ?? null)
const flag = z.boolean().nullish().transform(Boolean)
const INTEGER_MAX = 2 ** 31 - 1
const place = z
  .number()
  .nullish()
  .transform((at) => Math.min(Math.max(Math.trunc(at ?? 0), 0), INTEGER_MAX))

const Item = z.looseObject({
  id: Id,
  content: z.string().default(''),
  description: z.string().nullish(),
  project_id: Id.nullish(),
  section_id: nullableId,
  parent_id: nullableId,
  child_order: place,
  labels: z.array(z.string()).nullish(),
  priority: z.number().nullish(),
  due: z.looseObject({ date: z.string() }).nullish(),
  deadline: z.looseObject({ date: z.string() }).nullish(),
  responsible_uid: nullableId,
  checked: flag,
  is_deleted: flag,
  completed_at: z.string().nullish(),
})

export interface Mirrored {
  readonly accountId: string
  readonly spaceId: string
  /** The user's. */
  readonly timeZone: string
}

type ItemRow = typeof todoistItems.$inferSelect
type ThingRow = typeof todoistThings.$inferSelect

/** An object as a row; without one where it was deleted. */
export interface Read<Row> {
  readonly id: string
  readonly row: Row | undefined
}

export function readItem(wire: JsonObject, { accountId, spaceId, timeZone }: Mirrored): Read<ItemRow> {
  const item = Item.parse(wire)
  const { id } = item
  if (item.is_deleted) return { id, row: undefined }
  const due = item.due == null ? undefined : readWireDue(item.due)
  const { date = null, time = null } = due === undefined ? {} : dueIn(due, timeZone)
  const completedAt = item.completed_at == null ? null : new Date(item.completed_at)
  const deadline = item.deadline?.date
  const row = {
    ...{ accountId, id, spaceId, content: item.content, description: item.description ?? '' },
    ...{ projectId: item.project_id ?? '', sectionId: item.section_id, parentId: item.parent_id },
    ...{ position: item.child_order, labels: item.labels ?? [], checked: item.checked },
    priority: peoplesPriority(item.priority ?? 1),
    ...{ dueDate: date, dueTime: time, isRecurring: due?.isRecurring ?? false },
    deadline: deadline !== undefined && isDay(deadline) ? deadline : null,
    responsibleId: item.responsible_uid,
    completedAt: completedAt === null || Number.isNaN(completedAt.getTime()) ? null : completedAt,
    ...{ absentSince: null, wire },
  }
  return { id, row }
}

const Thing = z.looseObject({
  id: Id.nullish(),
  user_id: Id.nullish(),
  project_id: Id.nullish(),
  item_id: Id.nullish(),
  parent_id: Id.nullish(),
  name: z.string().nullish(),
  full_name: z.string().nullish(),
  content: z.string().nullish(),
  child_order: place.optional(),
  section_order: place.optional(),
  item_order: place.optional(),
  is_deleted: flag,
  is_archived: flag,
  posted_at: z.string().nullish(),
  state: z.string().nullish(),
})

export function readThing(
  wire: JsonObject,
  kind: ThingRow['kind'],
  { accountId, spaceId }: Mirrored,
): Read<ThingRow> {
  const thing = Thing.parse(wire)
  const ownId = thing.id ?? `${thing.project_id ?? ''}/${thing.user_id ?? ''}`
  if (thing.is_deleted || thing.state === 'deleted') return { id: ownId, row: undefined }
  const parentId = (kind === 'projects' ? thing.parent_id : (thing.item_id ?? thing.project_id)) ?? null
  const row = {
    ...{ accountId, kind, id: ownId, spaceId, parentId, wire },
    position: placeOf(thing),
    name: thing.name ?? thing.full_name ?? thing.content ?? '',
    ...{ isArchived: thing.is_archived, absentSince: null },
  }
  return { id: ownId, row }
}

/** Comments are placed by their time, in seconds of this century. */
function placeOf({ child_order, section_order, item_order, posted_at }: z.output<typeof Thing>): number {
  const postedMs = posted_at == null ? Number.NaN : Date.parse(posted_at)
  if (Number.isNaN(postedMs)) return child_order ?? section_order ?? item_order ?? 0
  return Math.max(Math.floor((postedMs - CENTURY_MS) / SECOND_MS), 0)
}

const CENTURY_MS = Date.UTC(2000)
const SECOND_MS = 1000

const User = z.looseObject({ tz_info: z.looseObject({ timezone: z.string() }).nullish() })

/** The user's time zone; UTC where Todoist does not say, or says one that is not known here. */
export function zoneOfUser(user: JsonObject | null): string {
  const zone = User.safeParse(user ?? {}).data?.tz_info?.timezone
  return zone !== undefined && isTimeZone(zone) ? zone : 'UTC'
}
