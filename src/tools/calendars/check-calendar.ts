/** calendars.check: reads a calendar now. */
import { z } from 'zod'
import { exampleId, idOf } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { Calendar, calendarLine, calendarUri, getHeldCalendar } from '../../domain/calendars/calendar.ts'
import { orderReading, readNow } from '../../domain/calendars/sweep.ts'

export const checkCalendar = defineOperation({
  name: 'calendars.check',
  summary: 'Read a calendar at its service now, and say what is wrong with it.',
  details: 'Without this, each calendar is read every 15 minutes.',
  keywords: 'refresh, reload, sync calendar, test, update now',
  route: 'POST /v1/calendars/:accountId/check',
  input: z.object({ accountId: idOf('account') }),
  output: z.object({ calendar: Calendar }),
  scope: 'calendars:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { accountId: exampleId('account') },
  async run({ accountId }, ctx) {
    const calendar = await getHeldCalendar(ctx, accountId)
    await orderReading(ctx, [accountId])
    ctx.changed(calendarUri(accountId), calendar.owner)
    return { calendar }
  },
  async settle({ accountId }, ctx) {
    await readNow(ctx, [accountId])
    return { calendar: await getHeldCalendar(ctx, accountId) }
  },
  tell: ({ calendar }) => calendarLine(calendar),
})
