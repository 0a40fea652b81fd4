/** Schedules: operations that the clock calls. */
import { defineArea } from '../../core/area/area.ts'
import {
  scheduleAnswered,
  scheduleFailed,
  scheduleMessages,
  schedulePaused,
} from '../../domain/schedules/schedule-events.ts'
import { scheduleKind } from '../../domain/schedules/schedule-kind.ts'
import { scheduleLimit } from '../../domain/schedules/store.ts'
import { createSchedule } from './create-schedule.ts'
import { deleteSchedule } from './delete-schedule.ts'
import { getSchedule } from './get-schedule.ts'
import { scheduleIntents } from './intents.ts'
import { listSchedules } from './list-schedules.ts'
import { pauseSchedule } from './pause-schedule.ts'
import { resumeSchedule } from './resume-schedule.ts'
import { runScheduleNow } from './run-schedule-now.ts'
import { updateSchedule } from './update-schedule.ts'

export const schedules = defineArea({
  name: 'schedules',
  ids: [scheduleKind],
  // What making and changing schedules needs is `runs:write`.
  scopes: {
    'schedules:end': {
      includes: ['runs:read'],
      agents: 'whether a schedule goes on is for people to decide',
      keyless: true,
      guests: true,
    },
  },
  events: [schedulePaused, scheduleFailed, scheduleAnswered],
  messages: scheduleMessages,
  limits: [scheduleLimit],
  intents: scheduleIntents,
  operations: [
    createSchedule,
    getSchedule,
    listSchedules,
    updateSchedule,
    pauseSchedule,
    resumeSchedule,
    runScheduleNow,
    deleteSchedule,
  ],
})
