/** runs.retry: a run that failed or was cancelled continues from its last good step. */

import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { retryRun as retry } from '../../domain/runs/moves/retry-run.ts'
import { Run, RunId, runLine, toRun } from '../../domain/runs/run.ts'
import { RunBudget } from '../../domain/runs/run-start.ts'
import { nextForRun } from '../../domain/runs/views/next-calls.ts'

export const retryRun = defineOperation({
  name: 'runs.retry',
  summary: 'Continue a run that failed or was cancelled from its last good step.',
  details:
    'A run that had used up its steps or minutes gets as many again. Completed steps are not repeated. To retry a delegated run, retry the run that delegated it. From then on it acts with your key, which must have the scopes that the run acts with.',
  keywords: 'try again, rerun, redo, restart, repeat, failed, crashed, error, agent, job',
  route: 'POST /v1/runs/:runId/retry',
  input: z.object({
    runId: RunId,
    budget: RunBudget.optional().describe('Its whole budget from now on; never less than before'),
  }),
  output: z.object({ run: Run, changed: z.boolean().describe('False: it has not ended') }),
  scope: 'runs:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { runId: exampleId('run') },
  async run({ runId, budget }, ctx) {
    const { run, changed } = await retry(ctx, runId, budget)
    return { run: toRun(run, ctx.actor), changed }
  },
  tell: ({ run, changed }) => `${changed ? 'Tried again' : 'It has not ended'}: ${runLine(run)}`,
  next: ({ run }) => nextForRun(run),
})
