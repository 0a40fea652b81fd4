/** runs.rate: what a person thinks of a run that has ended. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { Feedback, FeedbackComment, rateRun as keepRating, Rating } from '../../domain/runs/moves/feedback.ts'
import { RunId } from '../../domain/runs/run.ts'

export const rateRun = defineOperation({
  name: 'runs.rate',
  summary: 'Rate a run that has ended, 1 to 5. Rating again replaces it.',
  keywords: 'feedback, thumbs up, thumbs down, stars, score, judge the work, result of an agent, job',
  route: 'POST /v1/runs/:runId/feedback',
  input: z.object({ runId: RunId, rating: Rating, comment: FeedbackComment.optional() }),
  output: z.object({ feedback: Feedback }),
  scope: 'runs:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { runId: exampleId('run'), rating: 4, comment: 'Right, but slow' },
  async run({ runId, rating, comment = null }, ctx) {
    return { feedback: await keepRating(ctx, runId, { rating, comment }) }
  },
  tell: ({ feedback }) => `Rated ${feedback.runId}: ${feedback.rating} of 5`,
})
