/** schedules.pause: a schedule calls nothing until it is resumed. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { showSchedule } from '../../domain/schedules/bounds.ts'
import { pauseSchedule as pauseIt } from '../../domain/schedules/edit-schedule.ts'
import { Schedule, ScheduleId, scheduleLine } from '../../domain/schedules/schedule.ts'

export const pauseSchedule = defineOperation({
  name: 'schedules.pause',
  summary: 'Pause a schedule: it calls nothing until it is resumed.',
  keywords:
    'turn off, switch off, disable, deactivate, suspend, hold, stop a cron job, routine for now, recurring',
  route: 'POST /v1/schedules/:scheduleId/pause',
  input: z.object({ scheduleId: ScheduleId }),
  output: z.object({ schedule: Schedule, changed: z.boolean() }),
  scope: 'schedules:end',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { scheduleId: exampleId('schedule') },
  async run({ scheduleId }, ctx) {
    const { row, changed } = await pauseIt(ctx, scheduleId)
    return { schedule: await showSchedule(ctx, row), changed }
  },
  tell: ({ schedule, changed }) => `${changed ? 'Paused' : 'Paused before'}: ${scheduleLine(schedule)}`,
  next: ({ schedule }) => [{ operation: 'schedules.resume', input: { scheduleId: schedule.ref } }],
})
