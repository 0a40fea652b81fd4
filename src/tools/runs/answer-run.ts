/** runs.answer: the answer to a question that a run asked. */

import { z } from 'zod'
import { exampleId, idOf } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { ANSWER_MAX_CHARS, answerQuestion } from '../../domain/runs/approvals/questions.ts'
import { Run, RunId, runLine, toRun } from '../../domain/runs/run.ts'
import { nextForRun } from '../../domain/runs/views/next-calls.ts'
import { getRun, lockRunToTell } from '../../domain/runs/views/store.ts'

export const answerRun = defineOperation({
  name: 'runs.answer',
  summary: 'Answer a question that a run asked; it continues with the answer.',
  keywords: 'reply, respond to the question an agent, job asked me',
  route: 'POST /v1/runs/:runId/answer',
  input: z.object({
    runId: RunId,
    answer: z.string().trim().min(1).max(ANSWER_MAX_CHARS),
    stepId: idOf('step').optional().describe('Which question, where it asks several'),
  }),
  output: z.object({ run: Run, stepId: z.string(), question: z.string(), changed: z.boolean() }),
  scope: 'runs:write',
  effect: 'write',
  repeat: 'natural',
  example: { runId: exampleId('run'), answer: 'The one of March.' },
  async run({ runId, answer, stepId }, ctx) {
    const locked = await lockRunToTell(ctx, runId)
    const answered = await answerQuestion(ctx, locked, { answer, stepId, by: ctx.actor.personId })
    return { run: toRun(await getRun(ctx, runId), ctx.actor), ...answered }
  },
  tell: ({ run, question, changed }) =>
    `${changed ? 'Answered' : 'Answered before'}: ${question}\n${runLine(run)}`,
  offeredBy: ({ runId }) => ({ operation: 'runs.get', input: { runId } }),
  next: ({ run }) => nextForRun(run),
})
