/**
 * Defines once which rows a person may see and which belong to them: as conditions for statements, and as a check of
 * rows already read. Every statement that reaches a row, even through another row, contains one of the conditions.
 */
import { type Column, type SQL, sql } from 'drizzle-orm'
import type { Context } from '../../core/operation/context.ts'

/** The person behind the call decides; an agent or a service sees what its person sees. */
export type Viewer = Pick<Context, 'actor'>

/** A table, or an alias of one, whose rows belong to people. `assigneeId`: the person to whom a row was given. */
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

/** Rows that belong to the viewer, who may place them, give them to another person and delete them. */
export function ownedBy({ actor }: Viewer, table: OwnedTable): SQL {
  return sql`${table.personId} = ${actor.personId}`
}

/** `ownedBy` for a row that was already read. */
export function isOwnedBy({ actor }: Viewer, row: OwnedRow): boolean {
  return row.personId === actor.personId
}
