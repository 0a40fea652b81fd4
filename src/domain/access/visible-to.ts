/**
 * Defines once which rows a person may see and which they may change: as conditions for statements. Every statement
 * that reaches a row, even through another row, contains one of the conditions. The spaces of a person are read in that
 * same statement, so that a right that has ended is never used, however old a session, a run or a stream is.
 */
import { type Column, type SQL, sql } from 'drizzle-orm'
import type { Context } from '../../core/operation/context.ts'
import { grants } from './tables.ts'

/** The person behind the call decides; an agent or a service sees what its person sees, or less. */
export type Viewer = Pick<Context, 'actor'>

/** A table, or an alias of one, whose rows are in spaces. `assigneeId`: the person to whom a row was given. */
interface SpacedTable {
  readonly spaceId: Column
  readonly assigneeId?: Column
}

/** Rows that the viewer may read: those in their spaces, and those given to them. */
export function visibleTo(viewer: Viewer, table: SpacedTable): SQL {
  return orGiven(viewer, table, isIn(table, spacesOf(viewer)))
}

/** Rows that the viewer may change. They may not place those that were only given to them: see `heldBy`. */
export function editableBy(viewer: Viewer, table: SpacedTable): SQL {
  return orGiven(viewer, table, heldBy(viewer, table))
}

/** Rows in the spaces that the viewer may change, who may place them, give them to another person and delete them. */
export function heldBy(viewer: Viewer, table: SpacedTable): SQL {
  return isIn(table, spacesOf(viewer, WRITERS))
}

/** The space in which a caller's new things are put unless another is named: their own, or that of an agent's team. */
export function homeSpace({ actor }: Viewer): string {
  return actor.within ?? actor.personId
}

/**
 * The ids of the viewer's spaces, as an array that PostgreSQL reads once in a statement. An ordered list takes its page
 * of each, because one condition over several spaces would read and sort all their rows.
 */
function spacesOf({ actor }: Viewer, which: SQL = EVERY_ROLE): SQL {
  const { personId, within } = actor
  const isWithin = within === undefined ? sql`` : sql`and ${grants.ownerId} = ${within}`
  const granted = sql`array(select ${grants.spaceId} from ${grants}
    where ${grants.personId} = ${personId} and ${which} ${isWithin})`
  return within === undefined || within === personId
    ? sql`array_append(${granted}, ${personId}::text)`
    : granted
}

const EVERY_ROLE = sql`true`
const WRITERS = sql`${grants.role} <> 'viewer'`

function isIn({ spaceId }: SpacedTable, spaces: SQL): SQL {
  return sql`${spaceId} = any(${spaces})`
}

/** An agent of a team sees only what is the team's, not what its person was given elsewhere. */
function orGiven({ actor }: Viewer, { assigneeId }: SpacedTable, condition: SQL): SQL {
  const { personId, within } = actor
  if (assigneeId === undefined || (within !== undefined && within !== personId)) return condition
  return sql`(${condition} or ${assigneeId} = ${personId})`
}
