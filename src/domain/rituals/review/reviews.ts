/** The caller's reviews in the database. */
import { and, eq } from 'drizzle-orm'
import type { Context } from '../../../core/operation/context.ts'
import { seesOwn } from '../../access/visible-to.ts'
import { weeklyReviews } from '../tables.ts'
import { STEPS, type Step } from './review-steps.ts'

export type ReviewRow = typeof weeklyReviews.$inferSelect
type Reader = Pick<Context, 'db' | 'actor'>

/** That of a week, given by its Monday; undefined: it has not begun. */
export async function readReview(ctx: Reader, week: string): Promise<ReviewRow | undefined> {
  if (!seesOwn(ctx)) return undefined
  const [row] = await ctx.db.select().from(weeklyReviews).where(isOf(ctx, week))
  return row
}

/** Begins the review of the week with its first step, and ends it with the last one that was open. */
export async function takeStep(
  ctx: Reader & Pick<Context, 'now'>,
  week: string,
  { step, state }: { readonly step: Step; readonly state: 'done' | 'skipped' | 'open' },
): Promise<void> {
  const { personId } = ctx.actor
  await ctx.db
    .insert(weeklyReviews)
    .values({ personId, week, steps: {}, startedAt: ctx.now })
    .onConflictDoNothing()
  const [row] = await ctx.db.select().from(weeklyReviews).where(isOf(ctx, week)).for('update')
  const { [step]: _before, ...others } = row?.steps ?? {}
  const steps = state === 'open' ? others : { ...others, [step]: state }
  const isFinished = STEPS.every((each) => each in steps)
  const finishedAt = isFinished ? (row?.finishedAt ?? ctx.now) : null
  await ctx.db.update(weeklyReviews).set({ steps, finishedAt }).where(isOf(ctx, week))
}

function isOf({ actor }: Reader, week: string) {
  return and(eq(weeklyReviews.personId, actor.personId), eq(weeklyReviews.week, week))
}
