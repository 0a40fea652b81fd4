/** API keys in the database: each person's own, or everybody's for an admin. */

import { and, desc, eq, gt, isNotNull, isNull, lt, lte, or, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { notFound } from '../../core/errors.ts'
import type { Actor } from '../../core/operation/actor.ts'
import type { Context } from '../../core/operation/context.ts'
import { commonScopes, missingScopes } from '../../core/operation/scopes.ts'
import { decodeCursor, sortText, toPage } from '../../core/schema/page.ts'
import type { Db } from '../db/db.ts'
import { rowReader } from '../db/read-rows.ts'
import { isGatewayAdmin } from './admin.ts'
import { type Authority, type KeyStanding, lostAuthority, scopesOfKey } from './authority.ts'
import type { KeyRow, KeyState } from './key.ts'
import { apiKeys, people, type Role, grants as spaceGrants } from './tables.ts'

type Reader = Pick<Context, 'db' | 'actor' | 'now'>

export async function insertKey(ctx: Pick<Context, 'db'>, row: KeyRow): Promise<void> {
  await ctx.db.insert(apiKeys).values(row)
}

interface ListQuery {
  /** Everybody's keys rather than the holder's. */
  readonly everyone: boolean
  /** A person or a team. */
  readonly holder: string
  readonly state?: KeyState | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

const NEWEST = 'newest'

/**
 * Keys, newest first. The caller checks who may see everybody's.
 * @throws AppError `invalid_input` for a cursor of another list.
 */
export async function listKeys(ctx: Reader, { everyone, holder, state, limit, cursor }: ListQuery) {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, NEWEST, z.tuple([sortText]))[0]
  const found = await ctx.db
    .select({ key: apiKeys, person: PERSON_STANDING })
    .from(apiKeys)
    .leftJoin(people, eq(people.id, apiKeys.personId))
    .where(
      and(
        everyone ? undefined : eq(apiKeys.personId, holder),
        state && inState(state, ctx.now),
        after === undefined ? undefined : lt(apiKeys.id, after),
      ),
    )
    .orderBy(desc(apiKeys.id))
    .limit(limit + 1)
  const rows = found.map(({ key, person }) => ({ ...key, person }))
  return toPage(rows, limit, ({ id }) => ({ sort: NEWEST, after: [id] }))
}

/** `keyState` as a condition for filters. */
function inState(state: KeyState, now: Date): SQL | undefined {
  switch (state) {
    case 'revoked':
      return isNotNull(apiKeys.revokedAt)
    case 'expired':
      return and(isNull(apiKeys.revokedAt), lte(apiKeys.expiresAt, now))
    case 'deactivated':
      return and(isActive(now), isNotNull(people.deactivatedAt))
    case 'active':
      return and(isActive(now), isNull(people.deactivatedAt))
  }
}

/** Neither revoked nor expired. */
function isActive(now: Date): SQL | undefined {
  return and(isNull(apiKeys.revokedAt), or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)))
}

/**
 * Revokes one of the caller's own keys, one of a team that they lead, or any key for an admin; `changed` is false when it was revoked before.
 * @throws AppError `not_found`
 */
export async function revokeKey(ctx: Reader, keyId: string): Promise<{ row: KeyRow; changed: boolean }> {
  const me = ctx.actor.personId
  const isOwn = eq(apiKeys.personId, me)
  const isOfLedTeam = sql`exists (select 1 from ${spaceGrants} g where g.person_id = ${me}
    and g.space_id = api_keys.person_id and g.role = 'admin')`
  const theirs = and(eq(apiKeys.id, keyId), isGatewayAdmin(ctx) ? undefined : or(isOwn, isOfLedTeam))
  const [revoked] = await ctx.db
    .update(apiKeys)
    .set({ revokedAt: ctx.now })
    .where(and(theirs, isNull(apiKeys.revokedAt)))
    .returning()
  if (revoked) return { row: revoked, changed: true }
  const [row] = await ctx.db.select().from(apiKeys).where(theirs)
  if (!row) throw notFound('key', keyId)
  return { row, changed: false }
}

/** `lostAuthority` for the key as it is stored now. */
export async function findLostAuthority(db: Db, actor: Authority, now: Date): Promise<string | undefined> {
  return actor.keyId === undefined ? undefined : lostAuthority(actor, await findKey(db, actor.keyId), now)
}

/**
 * The actor with those of its scopes that its key grants now, for work that goes on after its person's role has changed.
 * Whether they suffice, and whether the key is active, is for `lostAuthority` to say.
 */
export async function withPresentScopes(db: Db, actor: Actor): Promise<Actor> {
  const key = actor.keyId === undefined ? undefined : await findKey(db, actor.keyId)
  if (key === undefined) return actor
  const present = scopesOfKey(key)
  if (missingScopes(present, actor.scopes).length === 0) return actor
  return { ...actor, scopes: commonScopes(actor.scopes, present) }
}

/** A key as it is stored, with the present state of its person. */
export type KnownKey = KeyRow & KeyStanding

export async function findKey(db: Db, id: string): Promise<KnownKey | undefined> {
  const [row] = await findKeys(db, eq(apiKeys.id, id))
  return row
}

async function findKeys(db: Db, which: SQL | undefined): Promise<KnownKey[]> {
  const found = await db
    .select({ key: apiKeys, person: PERSON_STANDING })
    .from(apiKeys)
    .leftJoin(people, eq(people.id, apiKeys.personId))
    .where(which)
  return found.map(({ key, person }) => ({ ...key, person }))
}

/** The columns of a key's person, for statements that join them. */
export const PERSON_STANDING = { role: people.role, deactivatedAt: people.deactivatedAt }

/**
 * Reads a key and its person and locks both until this transaction ends: a concurrent revocation or deactivation waits,
 * so that nothing is written after it. Each is locked in a part of its own, which reads it as it is after the wait.
 */
export async function lockKey(db: Db, id: string): Promise<KeyStanding | undefined> {
  const [row] = await db.execute<LockedKey>(sql`with
    locked_key as materialized (select * from ${apiKeys} where id = ${id} for share),
    locked_person as materialized (select role, deactivated_at from ${people}
      where id = (select person_id from locked_key) for share)
    select locked_key.*, role, deactivated_at from locked_key left join locked_person on true`)
  if (row === undefined) return undefined
  const { role, deactivated_at: at } = row
  const deactivatedAt = at === null ? null : new Date(at)
  return { ...readKey(row), person: role === null ? null : { role, deactivatedAt } }
}

type LockedKey = Readonly<Record<string, unknown>> & {
  readonly role: Role | null
  readonly deactivated_at: string | null
}

const readKey = rowReader(apiKeys)

/** The ids of the keys among these that have lost their authority. */
export async function findEndedKeys(db: Db, keys: readonly Authority[], now: Date): Promise<string[]> {
  const ids = keys.flatMap(({ keyId }) => keyId ?? [])
  const isAsked = sql`${apiKeys.id} = any(string_to_array(${ids.join(',')}, ','))`
  const rows = await findKeys(db, isAsked)
  const byId = new Map(rows.map((row) => [row.id, row]))
  const hasEnded = (key: Authority, id: string) => lostAuthority(key, byId.get(id), now) !== undefined
  return keys.flatMap((key) => (key.keyId !== undefined && hasEnded(key, key.keyId) ? key.keyId : []))
}

/** The existing keys with these hashes. The statement is the same for any number of them. */
export async function findKeysByHash(db: Db, hashes: readonly string[]): Promise<KnownKey[]> {
  return await findKeys(db, sql`${apiKeys.hash} = any(string_to_array(${hashes.join(',')}, ','))`)
}

/** Records when a key was used, unless another process has recorded a later moment. */
export async function touchKey(db: Db, id: string, at: Date): Promise<void> {
  await db
    .update(apiKeys)
    .set({ lastUsedAt: at })
    .where(and(eq(apiKeys.id, id), or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, at))))
}

/** Whether any key is valid for signing in. */
export async function hasActiveKey(db: Db, now: Date): Promise<boolean> {
  const [row] = await db
    .select({ id: apiKeys.id })
    .from(apiKeys)
    .leftJoin(people, eq(people.id, apiKeys.personId))
    .where(inState('active', now))
    .limit(1)
  return row !== undefined
}
