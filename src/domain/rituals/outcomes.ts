/** Weekly outcomes: up to three things that a person wants to have achieved by the end of the week. FlowCoach's rule. */
import { and, asc, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Context } from '../../core/operation/context.ts'
import { seesOwn } from '../access/visible-to.ts'
import { weeklyOutcomes } from './tables.ts'

export const OUTCOMES_MAX = 3
const OUTCOME_MAX_CHARS = 200

const OutcomeText = z.string().trim().min(1).max(OUTCOME_MAX_CHARS)

export const OutcomeTexts = z.array(OutcomeText).max(OUTCOMES_MAX)

export const OutcomesInput = OutcomeTexts.optional().describe('In place of your outcomes of this week')

type Reader = Pick<Context, 'db' | 'actor'>
export type OutcomeRow = typeof weeklyOutcomes.$inferSelect

/** The caller's of a week (its Monday), in their order. An agent whose log others read has none. */
export async function readOutcomes(ctx: Reader, week: string): Promise<OutcomeRow[]> {
  if (!seesOwn(ctx)) return []
  return await ctx.db.select().from(weeklyOutcomes).where(isOf(ctx, week)).orderBy(asc(weeklyOutcomes.number))
}

/** The texts of those that are still to be achieved, for scores. */
export async function openOutcomes(ctx: Reader, week: string): Promise<string[]> {
  const rows = await readOutcomes(ctx, week)
  return rows.flatMap(({ text, achievedAt }) => (achievedAt === null ? [text] : []))
}

/** Replaces the outcomes of a week. One that keeps its text keeps whether it was achieved. */
export async function replaceOutcomes(ctx: Reader, week: string, texts: readonly string[]): Promise<void> {
  const before = await readOutcomes(ctx, week)
  await ctx.db.delete(weeklyOutcomes).where(isOf(ctx, week))
  const rows = texts.map((text, index) => ({
    ...{ personId: ctx.actor.personId, week, number: index + 1, text },
    achievedAt: before.find((row) => row.text === text)?.achievedAt ?? null,
  }))
  if (rows.length > 0) await ctx.db.insert(weeklyOutcomes).values(rows)
}

/** Whether there is such an outcome. */
export async function markOutcome(
  ctx: Reader & Pick<Context, 'now'>,
  { week, number }: Pick<OutcomeRow, 'week' | 'number'>,
  achieved: boolean,
): Promise<boolean> {
  const rows = await ctx.db
    .update(weeklyOutcomes)
    .set({ achievedAt: achieved ? ctx.now : null })
    .where(and(isOf(ctx, week), eq(weeklyOutcomes.number, number)))
    .returning({ number: weeklyOutcomes.number })
  return rows.length > 0
}

function isOf({ actor }: Pick<Context, 'actor'>, week: string) {
  return and(eq(weeklyOutcomes.personId, actor.personId), eq(weeklyOutcomes.week, week))
}
