/** runs.steer: a message to a run that is not over. */

import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { MESSAGE_MAX_CHARS, steerRun as steer } from '../../domain/runs/moves/control-run.ts'
import { Run, RunId, runLine, toRun } from '../../domain/runs/run.ts'
import { nextForRun } from '../../domain/runs/views/next-calls.ts'

export const steerRun = defineOperation({
  name: 'runs.steer',
  summary: 'Send a message to a run at work; the run reads it before its next call of the model.',
  keywords:
    'tell, message, instruct, correct, redirect, guide a running agent, job, something else, change direction',
  route: 'POST /v1/runs/:runId/steer',
  input: z.object({ runId: RunId, message: z.string().trim().min(1).max(MESSAGE_MAX_CHARS) }),
  output: z.object({ run: Run, stepId: z.string() }),
  scope: 'runs:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  example: { runId: exampleId('run'), message: 'Leave out the part on the garden.' },
  async run({ runId, message }, ctx) {
    const { run, step } = await steer(ctx, runId, { text: message, from: ctx.actor.personId })
    return { run: toRun(run, ctx.actor), stepId: step.id }
  },
  tell: ({ run, stepId }) => `Told it (${stepId}): ${runLine(run)}`,
  next: ({ run }) => nextForRun(run),
})
