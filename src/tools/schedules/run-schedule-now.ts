/** schedules.run_now: starts a schedule's run at once; its timing does not change. */

import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { startRun } from '../../domain/runs/moves/start-run.ts'
import { Run, runLine, toRun } from '../../domain/runs/run.ts'
import { nextForRun } from '../../domain/runs/views/next-calls.ts'
import { assertMayDirect } from '../../domain/schedules/bounds.ts'
import { readStart, ScheduleId, scheduleUri } from '../../domain/schedules/schedule.ts'
import { lockSchedule, noteRun } from '../../domain/schedules/store.ts'
import { teamOf } from '../../domain/teams/space.ts'
import { runTask } from '../runs/run-task.ts'

export const runScheduleNow = defineOperation({
  name: 'schedules.run_now',
  summary: 'Start the run of a schedule at once, in addition to its own times.',
  details:
    'The run acts with your own key, which needs the scopes of the schedule. It starts even while the schedule is paused.',
  keywords: 'trigger, fire, execute, immediately, test a scheduled cron job, routine, recurring',
  route: 'POST /v1/schedules/:scheduleId/run',
  input: z.object({ scheduleId: ScheduleId }),
  output: z.object({ run: Run }),
  scope: 'runs:write',
  effect: 'write',
  repeat: 'keyed',
  task: runTask,
  listed: false,
  example: { scheduleId: exampleId('schedule') },
  async run({ scheduleId }, ctx) {
    const row = await lockSchedule(ctx, scheduleId)
    await assertMayDirect(ctx, row)
    const teamId = teamOf(row.spaceId) ?? undefined
    const origin = { door: ctx.door, teamId, schedule: { id: row.id, dueAt: null } }
    const run = await startRun(ctx, readStart(row), origin)
    await noteRun(ctx.db, row.id, run.id)
    ctx.changed(scheduleUri(row.id), row.spaceId)
    return { run: toRun(run, ctx.actor) }
  },
  tell: ({ run }) => `Started ${runLine(run)}`,
  next: ({ run }) => nextForRun(run),
})
