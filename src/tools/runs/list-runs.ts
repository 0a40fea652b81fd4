/** runs.list: a person's runs, newest first. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../core/schema/page.ts'
import { cutText } from '../../core/text/cut.ts'
import { AgentSlug } from '../../domain/agents/spec/agent.ts'
import { ProjectId } from '../../domain/projects/project.ts'
import { Run, RunId, runLine, toRun } from '../../domain/runs/run.ts'
import { RUN_REASONS, RUN_STATES } from '../../domain/runs/states.ts'
import { listRuns as readRuns } from '../../domain/runs/views/store.ts'
import { ScheduleId } from '../../domain/schedules/schedule.ts'

export const listRuns = defineOperation({
  name: 'runs.list',
  summary: 'List runs, newest first.',
  keywords:
    'show, find, search, which, all my runs, jobs, history, agents running, working right now, active',
  route: 'GET /v1/runs',
  input: z.object({
    state: z.enum(RUN_STATES).optional(),
    ended: z.boolean().optional().describe('Only runs that have ended, or only those that have not'),
    waitingFor: z.enum(RUN_REASONS.waiting).optional().describe('Only runs that wait for this'),
    agent: AgentSlug.optional(),
    projectId: ProjectId.optional(),
    parentId: RunId.optional().describe('Only runs that this run delegated'),
    scheduleId: ScheduleId.optional(),
    ...pageInput,
  }),
  output: pageOf(Run),
  scope: 'runs:read',
  effect: 'read',
  repeat: 'natural',
  example: { state: 'queued' },
  async run(query, ctx) {
    const { items, nextCursor } = await readRuns(ctx, query)
    return { items: items.map((row) => toRun(row, ctx.actor)), nextCursor }
  },
  line: (run) => `${runLine(run)}: ${firstLine(run.goal)}`,
  none: 'No runs.',
  table: ({ items }) => ({
    columns: ['ref', 'agent', 'state', 'reason', 'tokens', 'USD', 'created', 'goal'],
    rows: items.map((run) => [
      run.ref,
      run.agent,
      run.state,
      run.reason ?? '',
      String(run.tokens),
      run.costUsd === null ? 'not known' : run.costUsd.toFixed(4),
      run.createdAt,
      firstLine(run.goal),
    ]),
  }),
  next: ({ items }, { ended }) => [
    ...items
      .filter(({ state }) => state === 'waiting')
      .slice(0, 1)
      .map(({ ref }) => ({ operation: 'runs.get', input: { runId: ref } })),
    // A reader of what is at work may want to stop it.
    ...(ended === false ? items : [])
      .slice(0, STOPPED_MAX)
      .map(({ ref }) => ({ operation: 'runs.cancel', input: { runId: ref } })),
  ],
})

/** Runs that a list of open ones offers to stop. */
const STOPPED_MAX = 3

/** The most characters of a goal in a table. */
const GOAL_SHOWN_CHARS = 60

function firstLine(goal: string): string {
  const [line = ''] = goal.split('\n')
  return cutText(line, GOAL_SHOWN_CHARS, '…')
}
