/** runs.get: the state of a run, and what it waits for. */

import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { Run, RunId, runLine, toRun } from '../../domain/runs/run.ts'
import { nextForRun } from '../../domain/runs/views/next-calls.ts'
import { getRun as readRun, WaitingFor, waitingFor, waitingLines } from '../../domain/runs/views/store.ts'

/** The last events of a run that are read with it as a resource. */
const TAIL_EVENTS = 20

export const getRun = defineOperation({
  name: 'runs.get',
  summary: 'Get one run: its state, cost, and what it waits for.',
  keywords: 'show, status, state, progress of an agent, job, finished yet, how is it doing',
  route: 'GET /v1/runs/:runId',
  input: z.object({ runId: RunId }),
  output: z.object({ run: Run, waitingFor: WaitingFor }),
  scope: 'runs:read',
  effect: 'read',
  repeat: 'natural',
  resource: {
    uri: 'run://{id}',
    idOf: ({ run }) => run.id,
    name: 'run',
    title: 'A run',
    description: 'One run by its id.',
    list: { operation: 'runs.list', input: {}, titleOf: ({ goal }) => String(goal) },
    along: ({ run }) => ({
      events: {
        operation: 'runs.events',
        input: { runId: run.id, after: Math.max(0, run.lastEvent - TAIL_EVENTS) },
      },
    }),
  },
  example: { runId: exampleId('run') },
  async run({ runId }, ctx) {
    const run = await readRun(ctx, runId)
    return { run: toRun(run, ctx.actor), waitingFor: await waitingFor(ctx, run) }
  },
  tell: ({ run, waitingFor: waits }) =>
    [
      runLine(run),
      `Goal: ${run.goal}`,
      ...(run.detail === null ? [] : [run.detail]),
      ...waitingLines(waits),
      ...(run.summary === null ? [] : [`Summary: ${run.summary}`]),
    ].join('\n'),
  next: ({ run, waitingFor: waits }) => nextForRun(run, waits),
})
