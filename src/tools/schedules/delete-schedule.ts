/** schedules.delete: a schedule, deleted; its runs stay. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { ScheduleId } from '../../domain/schedules/schedule.ts'
import { deleteSchedule as removeSchedule } from '../../domain/schedules/store.ts'

export const deleteSchedule = defineOperation({
  name: 'schedules.delete',
  summary: 'Delete a schedule permanently. Runs that it started stay.',
  keywords: 'remove, cancel, drop, get rid of, stop a cron job, recurring, routine',
  route: 'DELETE /v1/schedules/:scheduleId',
  input: z.object({ scheduleId: ScheduleId }),
  output: z.object({ id: z.string() }),
  scope: 'schedules:end',
  effect: 'destroy',
  repeat: 'natural',
  listed: false,
  example: { scheduleId: exampleId('schedule') },
  async run({ scheduleId }, ctx) {
    await removeSchedule(ctx, scheduleId)
    return { id: scheduleId }
  },
  tell: ({ id }) => `Deleted schedule ${id}`,
})
