/** rituals.preferences: when the caller is told of rituals, when they have energy, and how much is enough for a day. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { personTimeZone } from '../../domain/access/people.ts'
import { Preferences, preferencesText, readPreferences } from '../../domain/rituals/preferences.ts'

export const getPreferences = defineOperation({
  name: 'rituals.preferences',
  summary: 'When you are told of your brief, wrap and other rituals, and what you set for them.',
  details: 'Your time zone, work days and quiet hours are in your profile: access.update_profile.',
  keywords: 'settings, schedule of the brief, reminders, energy',
  route: 'GET /v1/rituals/preferences',
  input: z.object({}),
  output: z.object({ timeZone: z.string(), preferences: Preferences }),
  scope: 'tasks:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  run: async (_input, ctx) => ({
    timeZone: await personTimeZone(ctx),
    preferences: await readPreferences(ctx),
  }),
  tell: preferencesText,
  next: ({ preferences }) =>
    preferences.times.brief === null
      ? [{ operation: 'rituals.set_preferences', input: { brief: 'usual' } }]
      : [],
})
