/** schedules.run_now: makes a schedule's call at once; its timing does not change. */

import { z } from 'zod'
import { NOTIFICATIONS_URI } from '../../core/operation/event.ts'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { Run, runLine } from '../../domain/runs/run.ts'
import { nextForRun } from '../../domain/runs/views/next-calls.ts'
import { runNow } from '../../domain/schedules/run-now.ts'
import { ScheduleId, scheduleUri } from '../../domain/schedules/schedule.ts'
import { noteOutcome, tellAnswer } from '../../domain/schedules/store.ts'
import { runTask } from '../runs/run-task.ts'

const StartAnswer = z.object({ run: Run })

export const runScheduleNow = defineOperation({
  name: 'schedules.run_now',
  summary: 'Make the call of a schedule at once, in addition to its own times.',
  details:
    'It acts with your own key, which needs the scopes of the schedule. It calls even while the schedule is paused. A call that cannot be undone is left to people. With notify, its owner is notified of the answer.',
  keywords: 'trigger, fire, execute, immediately, test a scheduled cron job, routine, recurring',
  route: 'POST /v1/schedules/:scheduleId/run',
  input: z.object({ scheduleId: ScheduleId }),
  output: z.object({
    run: Run.nullable().describe('null when it starts none'),
    outcome: z.string().nullable().describe('The answer to the call, in words'),
  }),
  scope: 'runs:write',
  effect: 'write',
  repeat: 'keyed',
  outside: 'idempotent',
  task: { ...runTask, startedBy: ({ run }) => run?.id },
  listed: false,
  notByClock: 'a schedule could fire itself without end',
  example: { scheduleId: exampleId('schedule') },
  // The call is one of its own, as it is when the clock makes it.
  async reach({ scheduleId }, ctx) {
    return await runNow(ctx, scheduleId)
  },
  async run({ scheduleId }, ctx, { schedule, outcome, output }) {
    const { spaceId, personId, notify } = schedule
    await noteOutcome(ctx.db, scheduleId, outcome)
    await tellAnswer(ctx, schedule, outcome)
    if (notify) ctx.changed(NOTIFICATIONS_URI, personId)
    ctx.changed(scheduleUri(scheduleId), spaceId)
    ctx.touched(scheduleUri(scheduleId), spaceId)
    const run = outcome.lastRunId === null ? null : StartAnswer.parse(output).run
    return { run, outcome: outcome.lastOutcome }
  },
  tell: ({ run, outcome }) => (run === null ? (outcome ?? 'Called') : `Started ${runLine(run)}`),
  next: ({ run }) => (run === null ? [] : nextForRun(run)),
})
