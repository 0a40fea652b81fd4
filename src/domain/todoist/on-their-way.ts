/** Things whose making or deletion is on its way to Todoist: those who asked for it see it as done. */
import { and, asc, eq, inArray, or, sql } from 'drizzle-orm'
import type { JsonObject } from '../../core/text/json.ts'
import type { Db } from '../db/db.ts'
import { todoistCommands as commands } from './tables.ts'
import type { ThingKind, ThingRow } from './thing-row.ts'

/** The commands that make a thing, and what they make. */
const MAKING: Readonly<Record<string, ThingKind>> = {
  project_add: 'projects',
  section_add: 'sections',
  label_add: 'labels',
  filter_add: 'filters',
  note_add: 'notes',
  reminder_add: 'reminders',
}
const DELETING = [
  ...['project_delete', 'section_delete', 'label_delete', 'filter_delete', 'note_delete', 'reminder_delete'],
]

export interface OnTheirWay {
  /** As they will be; their ids are those of their commands. */
  readonly added: readonly ThingRow[]
  readonly deleted: ReadonlySet<string>
  /** Todoist's id of a thing that is referred to by the command that made it. */
  idOf(ref: string): string
}

export async function thingsOnTheirWay(db: Db, accountId: string): Promise<OnTheirWay> {
  const isOpen = inArray(commands.state, ['waiting', 'sent'])
  const rows = await db
    .select()
    .from(commands)
    .where(
      and(
        eq(commands.accountId, accountId),
        inArray(commands.type, [...Object.keys(MAKING), ...DELETING]),
        or(isOpen, and(eq(commands.makes, true), sql`${commands.madeId} is not null`)),
      ),
    )
    .orderBy(asc(commands.position))
  const made = new Map(rows.flatMap(({ id, madeId }) => (madeId === null ? [] : [[id, madeId] as const])))
  const open = rows.filter(({ madeId }) => madeId === null)
  return {
    added: open.flatMap((row) => (row.makes ? thingOf(row) : [])),
    deleted: new Set(
      open.flatMap(({ makes, subjectId }) => (makes || subjectId === null ? [] : [subjectId])),
    ),
    idOf: (ref) => made.get(ref) ?? ref,
  }
}

function thingOf({ id, type, args, title, accountId, spaceId }: typeof commands.$inferSelect): ThingRow[] {
  const kind = MAKING[type]
  if (kind === undefined) return []
  const parent = args.item_id ?? args.project_id ?? args.parent_id
  return [
    {
      ...{ accountId, id, spaceId, name: title, wire: args, isArchived: false, absentSince: null },
      kind: kindOf(kind, args),
      parentId: typeof parent === 'string' ? parent : null,
      position: LAST,
    },
  ]
}

function kindOf(kind: ThingKind, { item_id: itemId, type }: JsonObject): ThingKind {
  if (kind === 'notes' && itemId === undefined) return 'project_notes'
  return kind === 'reminders' && type === 'location' ? 'reminders_location' : kind
}

/** Todoist puts what is new last. */
const LAST = 2 ** 31 - 1
