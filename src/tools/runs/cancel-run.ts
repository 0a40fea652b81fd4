/** runs.cancel: stops a run and everything that it delegated. */

import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { cancelTree } from '../../domain/runs/moves/end-run.ts'
import { Run, RunId, runLine, toRun } from '../../domain/runs/run.ts'
import { nextForRun } from '../../domain/runs/views/next-calls.ts'
import { getOwnRun } from '../../domain/runs/views/store.ts'

export const cancelRun = defineOperation({
  name: 'runs.cancel',
  summary: 'Cancel a run with everything that it delegated. It is cancelled once all its work has stopped.',
  keywords: 'stop, abort, kill, terminate, end, interrupt an agent, job',
  route: 'POST /v1/runs/:runId/cancel',
  input: z.object({ runId: RunId }),
  output: z.object({
    run: Run,
    changed: z.boolean().describe('False: a cancel was already requested, or the run had ended'),
    note: z.string(),
  }),
  scope: 'runs:write',
  effect: 'write',
  repeat: 'natural',
  example: { runId: exampleId('run') },
  async run({ runId }, ctx) {
    const { run: row, changed } = await cancelTree(ctx, await getOwnRun(ctx, runId), ctx.actor.personId)
    const run = toRun(row, ctx.actor)
    return { run, changed, note: noteOf(run, changed) }
  },
  tell: ({ run, note }) => `${note}\n${runLine(run)}`,
  next: ({ run }) => nextForRun(run),
})

function noteOf({ ended, state }: z.infer<typeof Run>, changed: boolean): string {
  if (ended) {
    if (changed) return 'Cancelled.'
    return state === 'cancelled' ? 'It is cancelled already.' : `It had ended before: ${state}.`
  }
  return changed
    ? 'It is stopping; it is cancelled once all its work has stopped.'
    : 'A cancel was requested before; it is cancelled once all its work has stopped.'
}
