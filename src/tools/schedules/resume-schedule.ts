/** schedules.resume: a paused schedule fires again. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { resumeSchedule as resumeIt } from '../../domain/schedules/edit-schedule.ts'
import { Schedule, ScheduleId, scheduleLine, toSchedule } from '../../domain/schedules/schedule.ts'

export const resumeSchedule = defineOperation({
  name: 'schedules.resume',
  summary: 'Resume a paused schedule, from its next moment on.',
  details: 'From then on it acts with the key that resumed it.',
  keywords: 'turn on, switch on, enable, activate, unpause, continue a cron job, routine, recurring',
  route: 'POST /v1/schedules/:scheduleId/resume',
  input: z.object({ scheduleId: ScheduleId }),
  output: z.object({ schedule: Schedule, changed: z.boolean() }),
  scope: 'runs:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { scheduleId: exampleId('schedule') },
  async run({ scheduleId }, ctx) {
    const { row, changed } = await resumeIt(ctx, scheduleId)
    return { schedule: toSchedule(ctx, row), changed }
  },
  tell: ({ schedule, changed }) => `${changed ? 'Resumed' : 'It was not paused'}: ${scheduleLine(schedule)}`,
  next: ({ schedule }) => [{ operation: 'schedules.run_now', input: { scheduleId: schedule.ref } }],
})
