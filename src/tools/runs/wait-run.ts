/** runs.wait: the run once it has ended or needs a person, or its state when the time is up. */

import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { Run, RunId, runLine, toRun } from '../../domain/runs/run.ts'
import { nextForRun } from '../../domain/runs/views/next-calls.ts'
import { WaitingFor, waitingFor, waitingLines } from '../../domain/runs/views/store.ts'
import { waitForRun } from '../../domain/runs/views/wait-run.ts'

/** Seconds that a call may wait: less than the time limits of proxies and clients. */
const WAIT_S = { default: 25, max: 60 } as const

export const waitRun = defineOperation({
  name: 'runs.wait',
  summary:
    'Wait until a run has ended or needs you, for a limited number of seconds. Call again while it continues.',
  keywords: 'until the agent, job is done, finishes, block, await',
  route: 'GET /v1/runs/:runId/wait',
  input: z.object({
    runId: RunId,
    seconds: z.int().min(0).max(WAIT_S.max).default(WAIT_S.default),
  }),
  output: z.object({ run: Run, ended: z.boolean(), waitingFor: WaitingFor }),
  scope: 'runs:read',
  effect: 'read',
  repeat: 'natural',
  notForAgents: 'it would occupy a worker while it waits; runs.delegate waits without one',
  notByClock: 'it would occupy a worker while it waits',
  example: { runId: exampleId('run'), seconds: 0 },
  async run({ runId, seconds }, ctx) {
    const row = await waitForRun(ctx, runId, seconds * 1000)
    const run = toRun(row, ctx.actor)
    return { run, ended: run.ended, waitingFor: await waitingFor(ctx, row) }
  },
  tell: ({ run, ended, waitingFor: waits }) =>
    [
      `${ended ? 'Ended' : needsSomebody(waits) ? 'Needs you' : 'Continues'}: ${runLine(run)}`,
      ...(run.summary === null ? [] : [run.summary]),
      ...(ended && run.summary === null && run.detail !== null ? [run.detail] : []),
      ...waitingLines(waits),
    ].join('\n'),
  next: ({ run, waitingFor: waits }) => nextForRun(run, waits),
})

function needsSomebody({ approvals, questions, unknownSteps }: WaitingFor): boolean {
  return approvals.length + questions.length + unknownSteps.length > 0
}
