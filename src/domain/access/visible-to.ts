/**
 * Defines once which rows a person may see and which they may change: as conditions for statements. Every statement
 * that reaches a row, even through another row, contains one of the conditions. The spaces of a person are read in that
 * same statement, so that a right that has ended is never used, however old a session, a run or a stream is.
 */
import { and, type Column, inArray, lt, type SQL, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import type { SeenKind, Sight } from '../../core/operation/kind.ts'
import { grants as includesScope, type Scope } from '../../core/operation/scopes.ts'
import { decodeCursor, sortText, toPage } from '../../core/schema/page.ts'
import { readRows } from '../db/read-rows.ts'
import { grants } from './tables.ts'

/** The person behind the call decides; an agent or a service sees what its person sees, or less. */
export type Viewer = Pick<Context, 'actor'>

declare module '../../core/operation/kind.ts' {
  interface Sight {
    readonly table: PgTable & { readonly id: Column }
    /** The rows of the table that a viewer sees. */
    isVisible(viewer: Viewer): SQL
  }
}

/** A table, or an alias of one, whose rows are in spaces. `assigneeId`: the person to whom a row was given. */
interface SpacedTable {
  readonly spaceId: Column
  readonly assigneeId?: Column
}

/** A table whose rows say by whom they were made. */
interface MadeTable extends SpacedTable {
  readonly personId: Column
}

/** Rows that the viewer may read: those in their spaces, and those given to them. */
export function visibleTo(viewer: Viewer, table: SpacedTable): SQL {
  return orGiven(viewer, table, isIn(table, spacesOf(viewer)))
}

/** A kind of things that are in spaces, and that people do not refer to by number. */
export function spacedKind(name: string, table: Sight['table'] & SpacedTable): SeenKind {
  return { name, sight: { table, isVisible: (viewer) => visibleTo(viewer, table) } }
}

/** A query of the ids, among some things of one kind, of those that exist and that the viewer does not see. */
export function hiddenOfKind(viewer: Viewer, { sight }: SeenKind, ids: readonly string[]): SQL {
  const { table, isVisible } = sight
  return sql`select ${table.id} as id from ${table}
    where ${inArray(table.id, [...ids])} and (${isVisible(viewer)}) is not true`
}

/** A viewer of only what is their own or was given to them: what they plan a day from, rather than their teams' work. */
export function ownView<V extends Viewer>(viewer: V): V {
  return { ...viewer, actor: { ...viewer.actor, within: homeSpace(viewer) } }
}

/** A viewer of only what a team has and all of its members see: where all of them are told what it leads to. */
export function teamView<V extends Viewer>(viewer: V, teamId: string): V {
  return { ...viewer, actor: { ...viewer.actor, within: teamId } }
}

/** Rows that the viewer may change. They may not place those that were only given to them: see `heldBy`. */
export function editableBy(viewer: Viewer, table: SpacedTable): SQL {
  return orGiven(viewer, table, heldBy(viewer, table))
}

/** Rows in the spaces that the viewer may change, who may place them, give them to another person and delete them. */
export function heldBy(viewer: Viewer, table: SpacedTable): SQL {
  return isIn(table, spacesOf(viewer, WRITERS))
}

/**
 * Rows that the viewer may stop and delete: what they made and still see, also once they may no longer make such things,
 * because it acts in their name. With the scope to make them, also what they may change.
 */
export function endableBy(viewer: Viewer, table: MadeTable, { making, changeable }: Ending): SQL {
  const { personId, scopes } = viewer.actor
  const isMine = sql`(${table.spaceId} = ${personId} or ${table.personId} = ${personId})`
  const isOwn = sql`(${visibleTo(viewer, table)} and ${isMine})`
  return includesScope(scopes, making) ? sql`(${changeable} or ${isOwn})` : isOwn
}

interface Ending {
  /** The scope that making and changing such things needs. */
  readonly making: Scope
  /** The rows that the viewer may change with it. */
  readonly changeable: SQL
}

/** The refusal to change a thing that the caller may only read. `what` names it: `project P-3`. */
export function mayOnlyRead(what: string): AppError {
  return new AppError('forbidden', `You may read ${what}, but not change it.`, {
    fix: 'Ask its owner, or an admin of its team, for the right to edit.',
  })
}

/** The space in which a caller's new things are put unless another is named: their own, or that of an agent's team. */
export function homeSpace({ actor }: Viewer): string {
  return actor.within ?? actor.personId
}

/** Rows in the spaces that the viewer governs: their own, and those of which they are an admin. */
export function governedBy(viewer: Viewer, table: SpacedTable): SQL {
  return isIn(table, spacesOf(viewer, ADMINS))
}

/**
 * The first rows of a list in order, of all spaces and of what was given to the viewer. `firstOf` selects the first of
 * the rows that meet a condition, in the order of an index that begins with the space: a page is taken from each space,
 * because one condition over all of them would read and sort every row. A row that was given to the viewer and is also
 * in one of their spaces comes twice.
 */
export function firstVisible(viewer: Viewer, table: SpacedTable, firstOf: (condition: SQL) => SQL): SQL {
  const inSpace = firstOf(sql`${table.spaceId} = space.id`)
  const spaces = sql`select page.* from unnest(${spacesOf(viewer)}) as space (id) cross join lateral (${inSpace}) page`
  if (table.assigneeId === undefined || !seesOwn(viewer)) return spaces
  return sql`${spaces} union all (${firstOf(sql`${table.assigneeId} = ${viewer.actor.personId}`)})`
}

interface NewestQuery {
  /** The column of the table that holds the space. */
  readonly space: Column
  readonly isWanted?: SQL | undefined
  /** Rows besides those in the viewer's spaces; none of them is in one. */
  readonly besides?: SQL | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

const NEWEST = 'newest'

/**
 * A page of the rows of a table that the viewer sees, newest first: their ids grow with time.
 * @throws AppError `invalid_input` for a cursor of another list
 */
export async function readNewest<Table extends PgTable & { readonly id: Column }>(
  ctx: Viewer & Pick<Context, 'db'>,
  table: Table,
  { space, isWanted, besides, limit, cursor }: NewestQuery,
): Promise<{ items: Table['$inferSelect'][]; nextCursor: string | null }> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, NEWEST, z.tuple([sortText]))[0]
  const isNext = after === undefined ? undefined : lt(table.id, after)
  const newest = sql`order by id desc limit ${limit + 1}`
  const firstOf = (which: SQL) => sql`select * from ${table} where ${and(which, isWanted, isNext)} ${newest}`
  const seen = firstVisible(ctx, { spaceId: space }, firstOf)
  const all = besides === undefined ? seen : sql`${seen} union all (${firstOf(besides)})`
  const rows = await readRows(ctx.db, table, sql`select * from (${all}) as seen ${newest}`)
  return toPage(rows, limit, (row) => ({ sort: NEWEST, after: [String(row.id)] }))
}

/** The ids of the viewer's spaces, as an array that PostgreSQL reads once in a statement. */
function spacesOf(viewer: Viewer, which: SQL = EVERY_ROLE): SQL {
  const { personId } = viewer.actor
  const granted = sql`array(select ${grants.spaceId} from ${grants}
    where ${grants.personId} = ${personId} and ${which} ${withinConfines(viewer)})`
  return seesOwn(viewer) ? sql`array_append(${granted}, ${personId}::text)` : granted
}

/** Leaves, for a confined viewer, the spaces of one owner that every reader of the viewer's log sees. */
function withinConfines({ actor: { personId, within, logSpace = within } }: Viewer): SQL {
  if (within === undefined) return sql``
  const isOwned = sql`and ${grants.ownerId} = ${within}`
  if (logSpace === personId) return isOwned
  // What the service of a team sees, all of its members see.
  const readers =
    logSpace === within
      ? sql`select ${within}::text as id`
      : sql`select person_id as id from ${grants} readers where space_id = ${logSpace}`
  return sql`${isOwned} and not exists (select from (${readers}) reader
    where reader.id <> ${grants.spaceId} and not exists (select from ${grants} seen
      where seen.person_id = reader.id and seen.space_id = ${grants.spaceId}))`
}

const EVERY_ROLE = sql`true`
const WRITERS = sql`${grants.role} <> 'viewer'`
const ADMINS = sql`${grants.role} = 'admin'`

function isIn({ spaceId }: SpacedTable, spaces: SQL): SQL {
  return sql`${spaceId} = any(${spaces})`
}

function orGiven(viewer: Viewer, { assigneeId }: SpacedTable, condition: SQL): SQL {
  if (assigneeId === undefined || !seesOwn(viewer)) return condition
  return sql`(${condition} or ${assigneeId} = ${viewer.actor.personId})`
}

/**
 * Whether the viewer sees what its person keeps for themselves and was given elsewhere. An agent whose log others read
 * does not: one of a team, or one in a project that its person shares.
 */
export function seesOwn({ actor: { personId, within, logSpace = within } }: Viewer): boolean {
  return within === undefined || (within === personId && logSpace === personId)
}

/** Rows in a space that the person for whom they act may no longer change. */
export function hasLostSpace({ personId, spaceId }: { personId: Column; spaceId: Column }): SQL {
  return sql`(${spaceId} <> ${personId} and not exists (select from ${grants}
    where ${grants.personId} = ${personId} and ${grants.spaceId} = ${spaceId} and ${WRITERS}))`
}
