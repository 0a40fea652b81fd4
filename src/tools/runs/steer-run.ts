/** runs.steer: a message to a run that is not over. */

import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { answerQuestion, findOnlyQuestion } from '../../domain/runs/approvals/questions.ts'
import { MESSAGE_MAX_CHARS, steerRun as steer } from '../../domain/runs/moves/control-run.ts'
import { Run, RunId, runLine, toRun } from '../../domain/runs/run.ts'
import { nextForRun } from '../../domain/runs/views/next-calls.ts'
import { getRun, lockRunToTell } from '../../domain/runs/views/store.ts'

export const steerRun = defineOperation({
  name: 'runs.steer',
  summary: 'Send a message to a run at work; the run reads it before its next call of the model.',
  keywords:
    'tell, message, instruct, correct, redirect, guide a running agent, job, something else, change direction',
  route: 'POST /v1/runs/:runId/steer',
  input: z.object({
    runId: RunId,
    message: z.string().trim().min(1).max(MESSAGE_MAX_CHARS),
    answers: z
      .boolean()
      .default(false)
      .describe('Whether it is the answer, if the run and those it delegated to ask exactly one question'),
  }),
  output: z.object({
    run: Run,
    stepId: z.string(),
    answered: z.string().nullable().describe('The question that it answered; null: it is a message'),
  }),
  scope: 'runs:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  example: { runId: exampleId('run'), message: 'Leave out the part on the garden.' },
  async run({ runId, message, answers }, ctx) {
    const by = ctx.actor.personId
    const locked = answers ? await lockRunToTell(ctx, runId) : undefined
    const asked = locked && (await findOnlyQuestion(ctx, locked.id))
    if (locked !== undefined && asked !== undefined) {
      const asking = asked.runId === locked.id ? locked : await lockRunToTell(ctx, asked.runId)
      await answerQuestion(ctx, asking, { answer: message, stepId: asked.stepId, by })
      return {
        run: toRun(await getRun(ctx, runId), ctx.actor),
        stepId: asked.stepId,
        answered: asked.question,
      }
    }
    const { run, step } = await steer(ctx, runId, { text: message, from: by })
    return { run: toRun(run, ctx.actor), stepId: step.id, answered: null }
  },
  tell: ({ run, answered }) => (answered === null ? toldLine(run) : `Answered: ${answered}\n${runLine(run)}`),
  next: ({ run }) => nextForRun(run),
})

function toldLine(run: Run): string {
  const isAsking = run.reason === 'approval' || run.reason === 'input'
  const when = isAsking ? 'It waits for an answer, and reads this once it has it.' : READS
  return `Told it: ${runLine(run)}\n${when}`
}

const READS = 'It reads this before its next step.'
