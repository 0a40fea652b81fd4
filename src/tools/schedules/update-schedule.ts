/** schedules.update: changes what a schedule calls, and when. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { runTemplate } from '../../domain/runs/run-start.ts'
import { updateSchedule as changeSchedule } from '../../domain/schedules/edit-schedule.ts'
import { Schedule, ScheduleId, scheduleLine, toSchedule } from '../../domain/schedules/schedule.ts'
import { CatchUp, When } from '../../domain/schedules/timing.ts'
import { TimeZone } from '../../domain/time/zones/time-zone.ts'
import { calledInput, calledOperation } from './called.ts'

export const updateSchedule = defineOperation({
  name: 'schedules.update',
  summary:
    'Change what a schedule calls, or when. Omitted fields stay; a given input replaces the whole input.',
  details: 'From then on it acts with the key that changed it.',
  keywords: 'edit, modify, move, time of a cron job, recurring, timer, routine',
  route: 'PATCH /v1/schedules/:scheduleId',
  input: z.object({
    scheduleId: ScheduleId,
    operation: calledOperation,
    input: calledInput,
    agent: runTemplate.agent.optional(),
    goal: runTemplate.goal.optional(),
    // Without its default, because a change must not reset the priority.
    priority: runTemplate.priority.unwrap().optional(),
    projectId: runTemplate.projectId.nullable(),
    workspace: runTemplate.workspace.nullable(),
    budget: runTemplate.budget.nullable(),
    when: When.optional(),
    timeZone: TimeZone.optional(),
    catchUp: CatchUp.optional(),
    notify: z.boolean().optional(),
  }),
  output: z.object({ schedule: Schedule }),
  scope: 'runs:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { scheduleId: exampleId('schedule'), when: 'every day at 9' },
  async run({ scheduleId, when, timeZone, catchUp, notify, operation, input, ...start }, ctx) {
    const timing = {
      ...(when === undefined ? {} : { when }),
      ...(timeZone === undefined ? {} : { timeZone }),
      ...(catchUp === undefined ? {} : { catchUp }),
      ...(notify === undefined ? {} : { notify }),
    }
    const call = { operation, input, start }
    return { schedule: toSchedule(ctx, await changeSchedule(ctx, scheduleId, { call, timing })) }
  },
  tell: ({ schedule }) => `Changed ${scheduleLine(schedule)}`,
  next: ({ schedule }) => [{ operation: 'schedules.run_now', input: { scheduleId: schedule.ref } }],
})
