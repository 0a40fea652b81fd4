/** runs.steps: what a run did, step by step, with its texts cut. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../core/schema/page.ts'
import { RunId } from '../../domain/runs/run.ts'
import { listStepViews, StepView } from '../../domain/runs/views/step-view.ts'
import { getRun } from '../../domain/runs/views/store.ts'

export const listRunSteps = defineOperation({
  name: 'runs.steps',
  summary: 'List the steps of a run: messages, calls of the model and of tools, each with its cost.',
  keywords: 'trace, step by step, tool calls, transcript, what did the agent do, job',
  route: 'GET /v1/runs/:runId/steps',
  input: z.object({ runId: RunId, ...pageInput }),
  output: pageOf(StepView),
  scope: 'runs:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { runId: exampleId('run') },
  async run({ runId, ...page }, ctx) {
    return await listStepViews(ctx, await getRun(ctx, runId), page)
  },
  line: ({ number, id, kind, state, operation, result }) =>
    `${number} ${id} ${kind}${operation === null ? '' : ` ${operation}`} ${state}: ${result ?? ''}`,
  none: 'No steps yet.',
  table: ({ items }) => ({
    columns: ['number', 'id', 'kind', 'operation', 'state', 'tokens', 'USD'],
    rows: items.map((step) => [
      String(step.number),
      step.id,
      step.kind,
      step.operation ?? '',
      step.state,
      String(step.tokens),
      step.costUsd === null ? 'not known' : step.costUsd.toFixed(4),
    ]),
  }),
})
