/** Limits whose use is counted in the database, and the statement that reads count and limit together. */
import { type SQL, sql } from 'drizzle-orm'
import type { Limit } from '../../core/area/limit.ts'
import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import type { Db } from '../db/db.ts'
import { lockCount } from '../db/lock-count.ts'
import { teamOf } from '../teams/space.ts'
import { limits } from './tables.ts'

/** A limit that a statement counts, and no setting changes. */
export interface CountedLimit extends Limit {
  /** A query of `owner_id` and `used`, for the owners that another query names. */
  counted(ownerIds: SQL): SQL
  /** What makes room for another one; default: Delete. */
  readonly ending?: 'Archive'
}

export function countedLimit(
  spec: Pick<CountedLimit, 'name' | 'unit' | 'meaning' | 'of' | 'most' | 'counted' | 'ending'>,
): CountedLimit {
  return {
    ...spec,
    standard: () => spec.most,
    used: ({ db }, ownerIds) => countUse(db, spec.counted, ownerIds),
  }
}

/** Runs a query of `owner_id` and `used` for these owners. */
export async function countUse(
  db: Db,
  counted: CountedLimit['counted'],
  ownerIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const owners = sql`select jsonb_array_elements_text(${JSON.stringify(ownerIds)}::jsonb)`
  const rows = await db.execute<{ owner_id: string; used: string | number }>(counted(owners))
  return new Map(rows.map((row) => [row.owner_id, Number(row.used)]))
}

/** SQL: the limit of this owner at this moment. */
export function mostOf(name: string, ownerId: SQL, standard: number): SQL {
  return sql`coalesce((select value from ${limits} where owner_id = ${ownerId} and name = ${name}), ${standard}::bigint)`
}

/** The limit of an owner at this moment. */
export async function readMost(
  db: Db,
  { name, most }: Pick<Limit, 'name' | 'most'>,
  ownerId: string,
): Promise<number> {
  const [row] = await db.execute<{ most: string | number }>(
    sql`select ${mostOf(name, sql`${ownerId}::text`, most)} as most`,
  )
  return Number(row?.most ?? most)
}

/** How much an owner has, and the limit. */
export interface Room {
  readonly used: number
  readonly most: number
}

/** Reads both in one statement, so that a limit applies from the moment in which it is set. */
export async function readRoom(
  db: Db,
  { name, most, counted }: CountedLimit,
  ownerId: string,
): Promise<Room> {
  const owner = sql`${ownerId}::text`
  const [row] = await db.execute<{ used: string | number; most: string | number }>(
    sql`select coalesce((select used from (${counted(sql`select ${owner}`)}) as counted), 0) as used,
      ${mostOf(name, owner, most)} as most`,
  )
  return { used: Number(row?.used ?? 0), most: Number(row?.most ?? most) }
}

/** What every refusal at a limit adds to its own way out. */
export const RAISE_IT = 'or ask an admin for a higher limit (access.set_limit).'

/**
 * Locks the count: other calls that add one wait until this transaction ends.
 * @throws AppError `conflict` when the owner has the most that the limit allows
 */
export async function assertRoomFor(
  { db, actor }: Pick<Context, 'db' | 'actor'>,
  limit: CountedLimit,
  ownerId: string,
): Promise<void> {
  await lockCount(db, limit.name, ownerId)
  const { used, most } = await readRoom(db, limit, ownerId)
  if (used < most) return
  const others = teamOf(ownerId) === null ? `${ownerId} has` : 'The team has'
  const whose = ownerId === actor.personId ? 'You have' : others
  throw new AppError('conflict', `${whose} reached the limit for ${limit.unit}: ${used} of ${most}.`, {
    fix: `${limit.ending ?? 'Delete'} one that is no longer needed, ${RAISE_IT}`,
  })
}
