/** rituals.take_step: a step of the weekly review is done, skipped, or open again. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { assertOwnRituals, ritualUri } from '../../../domain/rituals/own-rituals.ts'
import { STEPS } from '../../../domain/rituals/review/review-steps.ts'
import { takeStep as take } from '../../../domain/rituals/review/reviews.ts'
import { nextInReview, Review, reviewOf, tellReview, weekOfReview } from './review-answer.ts'

export const takeStep = defineOperation({
  name: 'rituals.take_step',
  summary: 'Mark a step of the weekly review as done or skipped, or open it again.',
  keywords: 'continue the review, next step',
  route: 'POST /v1/rituals/review/:step',
  input: z.object({ step: z.enum(STEPS), state: z.enum(['done', 'skipped', 'open']).default('done') }),
  output: Review,
  scope: 'tasks:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { step: 'collect' },
  async run(taken, ctx) {
    assertOwnRituals(ctx)
    const week = await weekOfReview(ctx)
    await take(ctx, week, taken)
    ctx.changed(ritualUri('review'))
    return await reviewOf(ctx, week)
  },
  tell: tellReview,
  next: nextInReview,
})
