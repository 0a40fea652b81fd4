/** rituals.set_preferences: switches rituals on and off, and sets what they go by. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { personTimeZone } from '../../domain/access/people.ts'
import { assertOwnRituals, ritualUri } from '../../domain/rituals/own-rituals.ts'
import {
  changePreferences,
  HoursOfDay,
  NewTaskLimit,
  Preferences,
  preferencesText,
  timeFields,
  timesFrom,
} from '../../domain/rituals/preferences.ts'

export const setPreferences = defineOperation({
  name: 'rituals.set_preferences',
  summary: 'Choose when you are told of your brief, check-in, wrap, outcomes and review, or turn them off.',
  details:
    'You are told once a day, at that time of your own time zone, by the channels of your notification settings. Fields that are left out stay. With a brief, the reminder of due tasks is left out.',
  keywords:
    'turn on the morning brief, daily digest, switch off, settings, schedule, energy, working hours, office hours',
  route: 'PATCH /v1/rituals/preferences',
  input: z.object({
    ...timeFields,
    energyHours: HoursOfDay.nullish().describe(
      'When you have most energy: tasks.suggest then offers deep work',
    ),
    workHours: HoursOfDay.nullish().describe('In which calendars.free looks for free time'),
    newTaskLimit: NewTaskLimit.nullish().describe(
      'Tasks of a day from which on new ones are advised against',
    ),
  }),
  output: z.object({ timeZone: z.string(), preferences: Preferences }),
  scope: 'tasks:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { brief: '08:30', wrap: '18:00' },
  async run({ energyHours, workHours, newTaskLimit, ...times }, ctx) {
    assertOwnRituals(ctx)
    const preferences = await changePreferences(ctx, {
      times: timesFrom(times),
      energyHours,
      workHours,
      newTaskLimit,
    })
    ctx.changed(ritualUri('preferences'))
    return { timeZone: await personTimeZone(ctx), preferences }
  },
  tell: preferencesText,
})
