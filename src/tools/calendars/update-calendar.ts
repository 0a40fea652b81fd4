/** calendars.update: whether the events of a calendar take up the time of its owner. */
import { z } from 'zod'
import { exampleId, idOf } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { Calendar, calendarLine, calendarUri, setCounted } from '../../domain/calendars/calendar.ts'

export const updateCalendar = defineOperation({
  name: 'calendars.update',
  summary: 'Say whether the events of a calendar count as busy.',
  details:
    'A calendar of birthdays or of holidays need not count: its events are then shown, and your time stays free.',
  keywords: 'ignore calendar, count as free, count as busy',
  route: 'PATCH /v1/calendars/:accountId',
  input: z.object({ accountId: idOf('account'), isCounted: z.boolean() }),
  output: z.object({ calendar: Calendar }),
  scope: 'calendars:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { accountId: exampleId('account'), isCounted: false },
  async run({ accountId, isCounted }, ctx) {
    const calendar = await setCounted(ctx, accountId, isCounted)
    ctx.changed(calendarUri(accountId), calendar.owner)
    return { calendar }
  },
  tell: ({ calendar }) => calendarLine(calendar),
})
