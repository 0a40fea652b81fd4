/** runs.result: the outcome of a run, what it made, and what it cost. */

import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { counted } from '../../core/text/counts.ts'
import { costText } from '../../domain/money.ts'
import { Artifact, listArtifacts } from '../../domain/runs/artifacts/artifacts.ts'
import { withheldFrom } from '../../domain/runs/bounds.ts'
import { RUN_VERDICTS, RunId, type RunRow, runRef, toRun } from '../../domain/runs/run.ts'
import { ENDED_STATES } from '../../domain/runs/states.ts'
import { nextForRun } from '../../domain/runs/views/next-calls.ts'
import { getRun } from '../../domain/runs/views/store.ts'
import { durationText } from '../../domain/time/duration-text.ts'

/** The most artifacts in a result; artifacts.list has all of them. */
const ARTIFACTS_MAX = 50

export const getRunResult = defineOperation({
  name: 'runs.result',
  summary: 'Get the result of a run that has ended: summary, verdict, output, files, cost, duration.',
  keywords: 'show, output, answer, outcome, final report, what did the agent, job find out, found, produced',
  route: 'GET /v1/runs/:runId/result',
  input: z.object({ runId: RunId }),
  output: z.object({
    runId: z.string(),
    ref: z.string(),
    state: z.enum(ENDED_STATES),
    reason: z.string().nullable(),
    detail: z.string().nullable(),
    verdict: z.enum(RUN_VERDICTS).nullable(),
    summary: z.string().nullable(),
    output: z.unknown().describe('In the form that its agent asks for; null: none'),
    artifacts: z.array(Artifact).describe(`The first ${ARTIFACTS_MAX}; artifacts.list has them all`),
    tokens: z.int().describe('Including the runs that it delegated, if it is a root run'),
    costUsd: z.number().nullable().describe('null: not known'),
    durationMs: z.int().nullable(),
  }),
  scope: 'runs:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { runId: exampleId('run') },
  async run({ runId }, ctx) {
    const row = await getRun(ctx, runId)
    const state = ENDED_STATES.find((ended) => ended === row.state)
    if (state === undefined) throw goesOn(row)
    const { items } = await listArtifacts(ctx, runId, { limit: ARTIFACTS_MAX })
    const { reason, detail, verdict, summary, durationMs, ...run } = toRun(row, ctx.actor)
    const isRoot = run.parentId === null
    return {
      ...{ runId, ref: run.ref, state, reason, detail, verdict, summary, durationMs },
      output: row.output === null ? null : (withheldFrom(ctx.actor, row) ?? row.output),
      artifacts: items,
      tokens: isRoot ? run.treeTokens : run.tokens,
      costUsd: isRoot ? run.treeCostUsd : run.costUsd,
    }
  },
  tell: ({ ref, state, reason, detail, verdict, summary, artifacts, tokens, costUsd, durationMs }) =>
    [
      `${ref} ${state}${reason === null ? '' : ` (${reason})`}${verdict === null ? '' : `: ${verdict}`}`,
      ...[summary, detail].filter((text) => text !== null),
      ...artifacts.map(({ id, name, sizeBytes }) => `File ${id} ${name}, ${counted(sizeBytes, 'byte')}`),
      [
        counted(tokens, 'token'),
        costText(costUsd),
        ...(durationMs === null ? [] : [durationText(durationMs)]),
      ].join(', '),
    ].join('\n'),
  next: ({ ref, state, artifacts }) => [
    ...nextForRun({ ref, state }),
    ...artifacts.slice(0, 1).map(({ id }) => ({ operation: 'artifacts.read', input: { artifactId: id } })),
  ],
})

function goesOn(run: RunRow): AppError {
  return new AppError('conflict', `${runRef(run)} has not ended: it is ${run.state}.`, {
    fix: 'Wait for it with runs.wait.',
  })
}
