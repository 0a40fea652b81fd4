/** runs.start: starts an agent on a goal, and answers at once with the run. */

import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { Moment } from '../../core/schema/ranges.ts'
import { startRun as queueStart } from '../../domain/runs/moves/start-run.ts'
import { Run, runLine, runUri, toRun } from '../../domain/runs/run.ts'
import { CONTEXT_MAX_CHARS, DELAY_MAX_S, runTemplate } from '../../domain/runs/run-start.ts'
import { nextForRun } from '../../domain/runs/views/next-calls.ts'
import { hasFired } from '../../domain/schedules/store.ts'
import { newTeamId } from '../../domain/teams/new-owner.ts'
import { runTask } from './run-task.ts'

export const startRun = defineOperation({
  name: 'runs.start',
  summary: 'Start an agent on a goal. Answers at once: follow it with runs.wait or runs.events.',
  details:
    'It may do no more than you may, and asks for approval where its agent says so. Repeating the call with the same idempotency key starts no second run.',
  keywords: 'launch, run, let an agent, bot work on something, delegate, hand over, assign, ask, job',
  route: 'POST /v1/runs',
  input: z.object({
    ...runTemplate,
    context: z
      .string()
      .max(CONTEXT_MAX_CHARS)
      .optional()
      .describe('What the agent is to know besides the goal: data, no instructions'),
    delaySeconds: z.int().min(0).max(DELAY_MAX_S).optional(),
    startAt: Moment.optional().describe('The earliest start; in place of delaySeconds'),
    teamId: newTeamId,
  }),
  output: z.object({ run: Run }),
  scope: 'runs:write',
  effect: 'write',
  repeat: 'keyed',
  task: runTask,
  example: { agent: 'newsletter-editor', goal: 'Draft the March newsletter from the completed tasks.' },
  firstStep: { input: { agent: 'assistant', goal: 'Plan my day' }, why: 'send an agent after a goal' },
  async run({ delaySeconds, startAt, teamId, context, ...template }, ctx) {
    const startAfter = startOf(ctx.now, { delaySeconds, startAt })
    const { firing } = ctx
    await assertFirst(ctx)
    const origin = {
      ...{ door: ctx.door, teamId, context },
      ...(startAfter !== undefined && { startAfter }),
      ...(firing !== undefined && { schedule: { id: firing.scheduleId, dueAt: firing.dueAt } }),
    }
    const row = await queueStart(ctx, template, origin)
    ctx.touched(runUri(row.id), row.ownerId)
    return { run: toRun(row, ctx.actor) }
  },
  tell: ({ run }) =>
    run.reason === 'delayed' ? `Starts at ${run.startAfter}: ${runLine(run)}` : `Started ${runLine(run)}`,
  next: ({ run }) => nextForRun(run),
  undo: ({ run }) => [{ operation: 'runs.cancel', input: { runId: run.ref } }],
})

interface WishedStart {
  readonly delaySeconds: number | undefined
  readonly startAt: string | undefined
}

function startOf(now: Date, { delaySeconds, startAt }: WishedStart): Date | undefined {
  if (delaySeconds !== undefined && startAt !== undefined) {
    throw new AppError('invalid_input', 'Give delaySeconds or startAt, not both.', {
      issues: [{ path: 'startAt', message: 'not together with delaySeconds' }],
    })
  }
  if (delaySeconds !== undefined)
    return delaySeconds === 0 ? undefined : new Date(now.getTime() + delaySeconds * 1000)
  if (startAt === undefined) return undefined
  const at = new Date(startAt)
  const aheadS = (at.getTime() - now.getTime()) / 1000
  if (aheadS > DELAY_MAX_S) {
    throw new AppError('invalid_input', 'A start can be put off by a year at most.', {
      fix: 'Create a schedule for a later start.',
      issues: [{ path: 'startAt', message: 'more than a year ahead' }],
    })
  }
  return aheadS <= 0 ? undefined : at
}

/**
 * A moment of a schedule comes again after a clock was set back by more than the time for which answers are kept.
 * @throws AppError `conflict`
 */
async function assertFirst({ db, firing }: Context): Promise<void> {
  if (!firing?.dueAt || !(await hasFired(db, firing.scheduleId, firing.dueAt))) return
  throw new AppError('conflict', `A run was started for ${firing.dueAt.toISOString()} before.`)
}
