/** Who uses how much of which limit, and the limits that admins have set. */
import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Limit } from '../../core/area/limit.ts'
import { AppError } from '../../core/errors.ts'
import type { Context, Resources } from '../../core/operation/context.ts'
import { decodeCursor, sortText, toPage } from '../../core/schema/page.ts'
import { people } from '../access/tables.ts'
import { teamOf } from '../teams/space.ts'
import { teams } from '../teams/tables.ts'
import { limits } from './tables.ts'

/** The most that a limit can be set to. */
export const LIMIT_MAX = 1_000_000_000_000

export const LimitUse = z.object({
  name: z.string(),
  unit: z.string(),
  meaning: z.string(),
  used: z.int(),
  most: z.int(),
  setBy: z.string().nullable().describe('The admin who set it; null: the standard limit'),
})

export const OwnerUse = z.object({
  ownerId: z.string(),
  teamId: z.string().nullable().describe('null: a person'),
  limits: z.array(LimitUse),
})
export type OwnerUse = z.output<typeof OwnerUse>

type Reader = Resources

const BY_ID = 'owner'

/** The limits of one person or team. */
export async function useOf(ctx: Reader, ownerId: string): Promise<OwnerUse> {
  const [use] = await useOfAll(ctx, [ownerId])
  if (use === undefined) throw new Error(`nothing was counted of ${ownerId}`)
  return use
}

/** Everybody's: people and teams, by their ids. */
export async function listUse(
  ctx: Reader,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ items: OwnerUse[]; nextCursor: string | null }> {
  const after = cursor === undefined ? '' : decodeCursor(cursor, BY_ID, z.tuple([sortText]))[0]
  const owners = await ctx.db.execute<{ id: string }>(sql`
    select id from ((select id from ${people} where id > ${after} and erased_at is null order by id limit ${limit + 1}::int)
      union all (select id from ${teams} where id > ${after} order by id limit ${limit + 1}::int)) as owners
    order by id collate "C" limit ${limit + 1}::int`)
  const page = toPage([...owners], limit, ({ id }) => ({ sort: BY_ID, after: [id] }))
  const items = await useOfAll(
    ctx,
    page.items.map(({ id }) => id),
  )
  return { ...page, items }
}

async function useOfAll(ctx: Reader, ownerIds: readonly string[]): Promise<OwnerUse[]> {
  if (ownerIds.length === 0) return []
  const [set, ...counts] = await Promise.all([
    ctx.db
      .select()
      .from(limits)
      .where(inArray(limits.ownerId, [...ownerIds])),
    ...ctx.limits.map((each) => each.used(ctx, ownerIds)),
  ])
  return ownerIds.map((ownerId) => ({
    ownerId,
    teamId: teamOf(ownerId),
    limits: ctx.limits.flatMap((each, index) => {
      if (!isFor(each, ownerId)) return []
      const { name, unit, meaning } = each
      const own = set.find((row) => row.ownerId === ownerId && row.name === name)
      const used = counts[index]?.get(ownerId) ?? 0
      return { name, unit, meaning, used, most: own?.value ?? each.standard(ctx), setBy: own?.setBy ?? null }
    }),
  }))
}

function isFor({ of }: Limit, ownerId: string): boolean {
  return of === 'everyone' || teamOf(ownerId) === null
}

/**
 * The limit of this name.
 * @throws AppError `invalid_input` for a limit that does not exist, or that teams do not have
 */
export function findLimit({ limits: all }: Pick<Context, 'limits'>, name: string, ownerId: string): Limit {
  const names = all.filter((each) => isFor(each, ownerId))
  const found = names.find((each) => each.name === name)
  if (found !== undefined) return found
  const isOfPeople = all.some((each) => each.name === name)
  const message = isOfPeople ? 'is a limit of people, which teams do not have' : 'is not a limit'
  throw new AppError('invalid_input', `${name} ${message}.`, {
    fix: `Name one of these: ${names.map((each) => each.name).join(', ')}.`,
    issues: [{ path: 'limit', message }],
  })
}

export interface NewLimit {
  readonly ownerId: string
  readonly name: string
  /** Null: the standard limit again. */
  readonly value: number | null
}

export async function saveLimit(
  { db, now, actor }: Pick<Context, 'db' | 'now' | 'actor'>,
  { ownerId, name, value }: NewLimit,
): Promise<void> {
  const isIt: SQL | undefined = and(eq(limits.ownerId, ownerId), eq(limits.name, name))
  if (value === null) return void (await db.delete(limits).where(isIt))
  const set = { value, setBy: actor.personId, setAt: now }
  await db
    .insert(limits)
    .values({ ownerId, name, ...set })
    .onConflictDoUpdate({ target: [limits.ownerId, limits.name], set })
}
