/** schedules.get: one schedule. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { showSchedule } from '../../domain/schedules/bounds.ts'
import { Schedule, ScheduleId, scheduleLine } from '../../domain/schedules/schedule.ts'
import { getSchedule as readSchedule } from '../../domain/schedules/store.ts'

export const getSchedule = defineOperation({
  name: 'schedules.get',
  summary: 'Get one schedule: what it calls, when it fires next, the outcome of its last call.',
  keywords: 'show, view, details, next time, when does it run next, cron job, routine',
  route: 'GET /v1/schedules/:scheduleId',
  input: z.object({ scheduleId: ScheduleId }),
  output: z.object({ schedule: Schedule }),
  scope: 'runs:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { scheduleId: exampleId('schedule') },
  async run({ scheduleId }, ctx) {
    return { schedule: await showSchedule(ctx, await readSchedule(ctx, scheduleId)) }
  },
  tell: ({ schedule }) => scheduleLine(schedule),
  next: ({ schedule: { ref, paused } }) =>
    paused ? [{ operation: 'schedules.resume', input: { scheduleId: ref } }] : [],
})
