/** What people think of a run that has ended. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { runRef, runUri } from '../run.ts'
import { hasEnded } from '../states.ts'
import { runFeedback } from '../tables.ts'
import { getOwnRun } from '../views/store.ts'

const COMMENT_MAX_CHARS = 2_000

export const Rating = z.int().min(1).max(5).describe('1 (bad) to 5 (good)')
export const FeedbackComment = z.string().trim().min(1).max(COMMENT_MAX_CHARS)

export const Feedback = z.object({
  runId: z.string(),
  rating: Rating,
  comment: z.string().nullable(),
  at: z.iso.datetime(),
})
export type Feedback = z.output<typeof Feedback>

/**
 * Stores a person's rating; rating again replaces it.
 * @throws AppError `not_found`, `forbidden`, `conflict` for a run that has not ended
 */
export async function rateRun(
  ctx: Pick<Context, 'db' | 'actor' | 'now' | 'changed' | 'touched'>,
  runId: string,
  { rating, comment }: { readonly rating: number; readonly comment: string | null },
): Promise<Feedback> {
  const { personId } = ctx.actor
  const run = await getOwnRun(ctx, runId)
  if (!hasEnded(run.state)) {
    throw new AppError(
      'conflict',
      `${runRef(run)} is ${run.state}: only a run that has ended can be rated.`,
      {
        fix: 'Wait until it has ended, or cancel it.',
      },
    )
  }
  const said = { rating, comment, at: ctx.now }
  await ctx.db
    .insert(runFeedback)
    .values({ runId, personId, ...said })
    .onConflictDoUpdate({ target: [runFeedback.runId, runFeedback.personId], set: said })
  ctx.changed(runUri(runId), run.spaceId)
  return { runId, rating, comment, at: ctx.now.toISOString() }
}
