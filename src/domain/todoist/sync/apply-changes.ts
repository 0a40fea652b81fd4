/** Stores in the mirror what an answer of `/sync` says. */
import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { JsonObject } from '../../../core/text/json.ts'
import type { Db } from '../../db/db.ts'
import { todoistItems as items, THING_KINDS, todoistThings as things } from '../tables.ts'
import { type Mirrored, type Read, readItem, readThing, type SyncAnswer } from './read-wire.ts'
import { upsertRows } from './upsert-rows.ts'

export interface Applied {
  readonly mirrored: Mirrored
  readonly answer: SyncAnswer
  readonly now: Date
}

/** Deleted things leave the mirror. What a full answer does not name is only marked: absence does not say why. */
export async function applyChanges(db: Db, applied: Applied): Promise<void> {
  await applyItems(db, applied)
  for (const kind of THING_KINDS) await applyThings(db, applied, kind)
}

async function applyItems(db: Db, { mirrored, answer, now }: Applied): Promise<void> {
  const { accountId } = mirrored
  const { rows, gone, named } = sortOut(answer.items, (wire) => readItem(wire, mirrored))
  await upsertRows(db, items, { rows, key: ['accountId', 'id'] })
  if (gone.length > 0)
    await db.delete(items).where(and(eq(items.accountId, accountId), inArray(items.id, gone)))
  if (!answer.full_sync) return
  await db
    .update(items)
    .set({ absentSince: now })
    .where(
      and(
        eq(items.accountId, accountId),
        isNull(items.absentSince),
        eq(items.checked, false),
        isUnnamed(items.id, named),
      ),
    )
}

async function applyThings(
  db: Db,
  { mirrored, answer, now }: Applied,
  kind: (typeof THING_KINDS)[number],
): Promise<void> {
  const { accountId } = mirrored
  const { rows, gone, named } = sortOut(answer[kind], (wire) => readThing(wire, kind, mirrored))
  await upsertRows(db, things, { rows, key: ['accountId', 'kind', 'id'] })
  const isOfKind = and(eq(things.accountId, accountId), eq(things.kind, kind))
  if (gone.length > 0) {
    await db.delete(things).where(and(isOfKind, inArray(things.id, gone)))
    await leaveWith(db, { accountId, kind, ids: gone, now })
  }
  if (!answer.full_sync) return
  await db
    .update(things)
    .set({ absentSince: now })
    .where(and(isOfKind, isNull(things.absentSince), isUnnamed(things.id, named)))
}

interface Leaving {
  readonly accountId: string
  readonly kind: string
  readonly ids: readonly string[]
  readonly now: Date
}

/** Tasks go with their project or section, and Todoist does not name each of them. */
async function leaveWith(db: Db, { accountId, kind, ids, now }: Leaving): Promise<void> {
  const place = kind === 'projects' ? items.projectId : kind === 'sections' ? items.sectionId : undefined
  if (place === undefined) return
  await db
    .update(items)
    .set({ absentSince: now })
    .where(and(eq(items.accountId, accountId), inArray(place, [...ids]), isNull(items.absentSince)))
}

/** A subquery that is read once, however many there are: `not exists` compares each with each where the table is new. */
function isUnnamed(id: typeof items.id | typeof things.id, named: readonly string[]) {
  return sql`${id} not in (select named.id collate "C"
    from jsonb_array_elements_text(${JSON.stringify(named)}::jsonb) named (id))`
}

/** The last word on each thing, where an answer names it twice. */
function sortOut<Row>(wires: readonly JsonObject[], read: (wire: JsonObject) => Read<Row>) {
  const byId = new Map(wires.map(read).map(({ id, row }) => [id, row]))
  return {
    rows: [...byId.values()].flatMap((row) => (row === undefined ? [] : [row])),
    gone: [...byId].flatMap(([id, row]) => (row === undefined ? [id] : [])),
    named: [...byId.keys()],
  }
}
