/** runs.settle_step: a person says whether a call with an unknown outcome happened. */

import { z } from 'zod'
import { exampleId, idOf } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { OUTCOMES, RESULT_MAX_CHARS, settleStep as settle } from '../../domain/runs/moves/settle-step.ts'
import { Run, RunId, runLine, toRun } from '../../domain/runs/run.ts'
import { STEP_STATES } from '../../domain/runs/states.ts'
import { nextForRun } from '../../domain/runs/views/next-calls.ts'
import { getRun, lockRunToTell } from '../../domain/runs/views/store.ts'

export const settleStep = defineOperation({
  name: 'runs.settle_step',
  summary: 'Say whether a call of a run with an unknown outcome happened. Check the other side first.',
  details:
    'A worker was lost between beginning the call and storing its outcome, and the other side cannot recognise a repetition. With not_done the call is made now.',
  keywords: 'unknown outcome, we do not know, did it happen, unsure, uncertain, resolve',
  route: 'POST /v1/runs/:runId/steps/:stepId/settle',
  input: z.object({
    runId: RunId,
    stepId: idOf('step'),
    outcome: z.enum(OUTCOMES),
    result: z
      .string()
      .trim()
      .min(1)
      .max(RESULT_MAX_CHARS)
      .optional()
      .describe('The result of the call, for the agent; only if it was done'),
  }),
  output: z.object({ run: Run, stepId: z.string(), state: z.enum(STEP_STATES) }),
  scope: 'runs:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { runId: exampleId('run'), stepId: exampleId('step'), outcome: 'not_done' },
  async run({ runId, ...settling }, ctx) {
    const locked = await lockRunToTell(ctx, runId)
    const step = await settle(ctx, locked, { ...settling, by: ctx.actor.personId })
    return { run: toRun(await getRun(ctx, runId), ctx.actor), stepId: step.id, state: step.state }
  },
  tell: ({ run, stepId, state }) =>
    `${state === 'done' ? `${stepId} was done` : `${stepId} will be done`}: ${runLine(run)}`,
  offeredBy: ({ runId }) => ({ operation: 'runs.get', input: { runId } }),
  next: ({ run }) => nextForRun(run),
})
