/** runs.resume: a run that is paused or out of budget continues. */

import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { resumeRun as resume } from '../../domain/runs/moves/control-run.ts'
import { Run, RunId, runLine, toRun } from '../../domain/runs/run.ts'
import { RunBudget } from '../../domain/runs/run-start.ts'
import { nextForRun } from '../../domain/runs/views/next-calls.ts'

export const resumeRun = defineOperation({
  name: 'runs.resume',
  summary: 'Continue a run that is paused or out of budget, with a larger budget if you give one.',
  keywords: 'continue, carry on, unpause, go on, proceed, agent, job',
  route: 'POST /v1/runs/:runId/resume',
  input: z.object({
    runId: RunId,
    budget: RunBudget.optional().describe('Its whole budget from now on; never less than before'),
  }),
  output: z.object({ run: Run, changed: z.boolean() }),
  scope: 'runs:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { runId: exampleId('run') },
  async run({ runId, budget }, ctx) {
    const { run, changed } = await resume(ctx, runId, budget)
    return { run: toRun(run, ctx.actor), changed }
  },
  tell: ({ run, changed }) => `${changed ? 'Resumed' : 'Nothing to resume'}: ${runLine(run)}`,
  next: ({ run }) => nextForRun(run),
})
