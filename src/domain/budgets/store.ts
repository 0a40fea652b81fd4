/** Budgets in the database, and their state today. */
import { and, count, eq, ne, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { decodeCursor, sortText, toPage } from '../../core/schema/page.ts'
import type { Db } from '../db/db.ts'
import { lockCount } from '../db/lock-count.ts'
import { teamOf } from '../teams/space.ts'
import { type BudgetKey, type BudgetRow, NO_BUDGET, WHOLE_PERSON } from './budget.ts'
import { NOTHING_USED, type Plan, type Used } from './rules.ts'
import { budgets, spending } from './tables.ts'

/** A budget on one day; without a budget, the spending alone. */
export interface Standing extends BudgetKey {
  readonly plan: Plan
  readonly spent: Used
  readonly reserved: Used
}

/** A day of a person or a team. */
export interface OwnerDay {
  readonly ownerId: string
  readonly day: string
}

/**
 * An agent must not raise its own budget, whatever its scopes.
 * @throws AppError `forbidden`
 */
export function assertNoAgent(ctx: Pick<Context, 'actor'>): void {
  if (ctx.actor.kind !== 'agent') return
  throw new AppError('forbidden', 'An agent may read budgets, but not change them.', {
    fix: 'Ask the person to change the budget.',
  })
}

/** The most budgets of one person or team: more than they have agents, shipped and in files. */
export const BUDGETS_PER_OWNER = 500

/**
 * Creates or updates a budget from the given fields and returns it.
 * @throws AppError `conflict` when the owner already has the most budgets allowed
 */
export async function saveBudget(
  ctx: Pick<Context, 'db' | 'now'>,
  { ownerId, agentSlug }: BudgetKey,
  changes: Partial<Plan>,
): Promise<BudgetRow> {
  await assertRoom(ctx.db, { ownerId, agentSlug })
  const [row] = await ctx.db
    .insert(budgets)
    .values({ ownerId, agentSlug, ...NO_BUDGET, ...changes, updatedAt: ctx.now })
    .onConflictDoUpdate({
      target: [budgets.ownerId, budgets.agentSlug],
      set: { ...changes, updatedAt: ctx.now },
    })
    .returning()
  if (!row) throw new Error('a budget that was written did not come back')
  return row
}

/** Checks the limit for a new budget. */
async function assertRoom(db: Db, { ownerId, agentSlug }: BudgetKey): Promise<void> {
  await lockCount(db, 'budgets', ownerId)
  const [kept] = await db
    .select({ others: count() })
    .from(budgets)
    .where(and(eq(budgets.ownerId, ownerId), ne(budgets.agentSlug, agentSlug)))
  if ((kept?.others ?? 0) < BUDGETS_PER_OWNER) return
  const whose = teamOf(ownerId) === null ? 'You have' : 'The team has'
  throw new AppError('conflict', `${whose} ${BUDGETS_PER_OWNER} budgets, which is the limit.`, {
    fix: 'Remove one with budgets.remove, such as that of an agent that no longer exists.',
  })
}

/** Deletes a budget and answers with it; the spending stays. */
export async function deleteBudget(
  db: Db,
  { ownerId, agentSlug }: BudgetKey,
): Promise<BudgetRow | undefined> {
  const [row] = await db
    .delete(budgets)
    .where(and(eq(budgets.ownerId, ownerId), eq(budgets.agentSlug, agentSlug)))
    .returning()
  return row
}

/** The state of the owner's budget and of an agent's, in this order, even if nothing was set or spent. */
export async function readStandings(
  db: Db,
  ownerDay: OwnerDay,
  agentSlug: string,
): Promise<readonly [Standing, Standing]> {
  const found = await select(db, ownerDay, {
    which: sql`agent_slug in (${WHOLE_PERSON}, ${agentSlug})`,
    most: 2,
  })
  const of = (slug: string) =>
    found.find((standing) => standing.agentSlug === slug) ?? emptyStanding(ownerDay, slug)
  return [of(WHOLE_PERSON), of(agentSlug)]
}

const BY_AGENT = 'agent'

/**
 * A page of everything that has a budget or has spent today: the owner as a whole, then agents by name.
 * @throws AppError `invalid_input` for a cursor of another list.
 */
export async function listStandings(
  db: Db,
  ownerDay: OwnerDay,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ items: Standing[]; nextCursor: string | null }> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, BY_AGENT, z.tuple([sortText]))[0]
  const found = await select(db, ownerDay, {
    which: after === undefined ? sql`true` : sql`agent_slug > ${after}`,
    most: limit + 1,
  })
  const lacksOwner = after === undefined && found[0]?.agentSlug !== WHOLE_PERSON
  const standings = lacksOwner ? [emptyStanding(ownerDay, WHOLE_PERSON), ...found] : found
  return toPage(standings, limit, ({ agentSlug }) => ({ sort: BY_AGENT, after: [agentSlug] }))
}

function emptyStanding({ ownerId }: OwnerDay, agentSlug: string): Standing {
  return { ownerId, agentSlug, plan: NO_BUDGET, spent: NOTHING_USED, reserved: NOTHING_USED }
}

interface StandingRow extends Record<string, unknown> {
  agent_slug: string
  has_budget: boolean
  usd_micros_per_day: number | null
  tokens_per_day: number | null
  day_share: number
  night_share: number
  night_from: number
  night_until: number
  spent_usd_micros: number
  spent_tokens: number
  reserved_usd_micros: number
  reserved_tokens: number
}

/** `which` is applied inside the query, where the index can use it. */
async function select(
  db: Db,
  { ownerId, day }: OwnerDay,
  { which, most }: { readonly which: SQL; readonly most: number },
): Promise<Standing[]> {
  const rows = await db.execute<StandingRow>(sql`
    select agent_slug, b.person_id is not null as has_budget, b.usd_micros_per_day, b.tokens_per_day,
      b.day_share, b.night_share, b.night_from, b.night_until,
      coalesce(s.spent_usd_micros, 0) as spent_usd_micros, coalesce(s.spent_tokens, 0) as spent_tokens,
      coalesce(s.reserved_usd_micros, 0) as reserved_usd_micros, coalesce(s.reserved_tokens, 0) as reserved_tokens
    from (select * from ${budgets} where person_id = ${ownerId} and ${which}) b
    full join (select * from ${spending} where person_id = ${ownerId} and day = ${day}::date and ${which}) s
      using (agent_slug)
    order by agent_slug
    limit ${most}`)
  return rows.map((row) => toStanding(ownerId, row))
}

function toStanding(ownerId: string, row: StandingRow): Standing {
  return {
    ownerId,
    agentSlug: row.agent_slug,
    plan: row.has_budget
      ? {
          usdMicrosPerDay: row.usd_micros_per_day,
          tokensPerDay: row.tokens_per_day,
          dayShare: row.day_share,
          nightShare: row.night_share,
          nightFrom: row.night_from,
          nightUntil: row.night_until,
        }
      : NO_BUDGET,
    spent: { usdMicros: row.spent_usd_micros, tokens: row.spent_tokens },
    reserved: { usdMicros: row.reserved_usd_micros, tokens: row.reserved_tokens },
  }
}
