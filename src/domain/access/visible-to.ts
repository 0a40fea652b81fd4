/**
 * Which rows a person sees and which are theirs, defined once: as conditions for statements, and as a check of rows that
 * were read. Every statement that reaches a row, also through another row, carries one of the conditions.
 */
import { type Column, type SQL, sql } from 'drizzle-orm'
import type { Context } from '../../core/operation/context.ts'

/** The person behind the call decides; an agent or a service sees what its person sees. */
export type Viewer = Pick<Context, 'actor'>

/** A table, or an alias of one, whose rows belong to people. `assigneeId`: the person a row was given to. */
interface OwnedTable {
  readonly personId: Column
  readonly assigneeId?: Column
}

interface OwnedRow {
  readonly personId: string
}

/** Rows that the viewer may read: their own, and those given to them. */
export function visibleTo(viewer: Viewer, table: OwnedTable): SQL {
  const own = ownedBy(viewer, table)
  return table.assigneeId === undefined
    ? own
    : sql`(${own} or ${table.assigneeId} = ${viewer.actor.personId})`
}

/** Rows that belong to the viewer: theirs to place, to give to somebody and to delete. */
export function ownedBy({ actor }: Viewer, table: OwnedTable): SQL {
  return sql`${table.personId} = ${actor.personId}`
}

/** `ownedBy` for a row that was read. */
export function isOwnedBy({ actor }: Viewer, row: OwnedRow): boolean {
  return row.personId === actor.personId
}
