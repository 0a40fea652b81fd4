/** calendars.list: connected calendars, and how well they are known. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { Calendar, calendarLine, readCalendars } from '../../domain/calendars/calendar.ts'

export const listCalendars = defineOperation({
  name: 'calendars.list',
  summary:
    'List the connected calendars of you and your teams, when each was last read, and what is wrong with it.',
  keywords: 'show calendars, which calendars, connected, out of date, stale, broken',
  route: 'GET /v1/calendars',
  input: z.object({}),
  output: z.object({ items: z.array(Calendar) }),
  scope: 'calendars:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  run: async (_input, ctx) => ({ items: await readCalendars(ctx) }),
  line: calendarLine,
  none: 'No calendar is connected. Connect one in a terminal: switchboard calendars connect <address>',
})
