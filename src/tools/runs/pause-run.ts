/** runs.pause: a run begins nothing more until it is resumed. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { pauseRun as pause } from '../../domain/runs/moves/control-run.ts'
import { Run, RunId, runLine, toRun } from '../../domain/runs/run.ts'

export const pauseRun = defineOperation({
  name: 'runs.pause',
  summary: 'Pause a run: it finishes its current step and begins nothing more until it is resumed.',
  details: 'Runs that it delegated continue; pause them too, or cancel the run.',
  keywords: 'hold, suspend, halt, freeze, stop an agent, job for now, for a moment, a minute',
  route: 'POST /v1/runs/:runId/pause',
  input: z.object({ runId: RunId }),
  output: z.object({ run: Run, changed: z.boolean() }),
  scope: 'runs:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { runId: exampleId('run') },
  async run({ runId }, ctx) {
    const { run, changed } = await pause(ctx, runId)
    return { run: toRun(run, ctx.actor), changed }
  },
  tell: ({ run, changed }) => `${changed ? 'Will pause' : 'Already asked to pause'}: ${runLine(run)}`,
  next: ({ run }) => [{ operation: 'runs.resume', input: { runId: run.id } }],
  undo: ({ run, changed }) => (changed ? [{ operation: 'runs.resume', input: { runId: run.ref } }] : []),
})
