/** rituals.review: how far the caller is with the review of this week. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { nextInReview, Review, reviewOf, tellReview, weekOfReview } from './review-answer.ts'

export const showReview = defineOperation({
  name: 'rituals.review',
  summary: 'The weekly review: its 11 steps, what each finds, and which one comes now.',
  details: 'It can be left and taken up again until Sunday. Take a step with rituals.take_step.',
  keywords: 'weekly review, get organized, gtd, end of the week',
  route: 'GET /v1/rituals/review',
  input: z.object({}),
  output: Review,
  scope: 'tasks:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  run: async (_input, ctx) => await reviewOf(ctx, await weekOfReview(ctx)),
  tell: tellReview,
  next: nextInReview,
})
