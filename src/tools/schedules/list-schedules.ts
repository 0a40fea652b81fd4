/** schedules.list: a person's schedules. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../core/schema/page.ts'
import { showSchedule } from '../../domain/schedules/bounds.ts'
import { calledText, Schedule, scheduleLine } from '../../domain/schedules/schedule.ts'
import { listSchedules as readSchedules } from '../../domain/schedules/store.ts'
import { dayIn } from '../../domain/time/calendar.ts'
import { timeText } from '../../domain/time/moment-text.ts'

export const listSchedules = defineOperation({
  name: 'schedules.list',
  summary: 'List your schedules, newest first.',
  keywords: 'show, find, which, all my cron jobs, recurring, timers, routines, automations',
  route: 'GET /v1/schedules',
  input: z.object(pageInput),
  output: pageOf(Schedule),
  scope: 'runs:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  async run(page, ctx) {
    const { items, nextCursor } = await readSchedules(ctx, page)
    return { items: await Promise.all(items.map((row) => showSchedule(ctx, row))), nextCursor }
  },
  line: scheduleLine,
  none: 'No schedules.',
  table: ({ items }) => ({
    columns: ['ref', 'calls', 'cron', 'time zone', 'next', 'last run', 'problem'],
    rows: items.map((schedule) => [
      schedule.ref,
      calledText(schedule),
      schedule.cron,
      schedule.timeZone,
      nextText(schedule),
      schedule.lastRunId ?? '',
      schedule.fault ?? schedule.lastProblem ?? '',
    ]),
  }),
})

/** In the time zone of the schedule, which the table has beside it. */
function nextText({ nextAt, timeZone, paused }: z.output<typeof Schedule>): string {
  if (nextAt === null) return paused ? 'paused' : 'never'
  const at = new Date(nextAt)
  return `${dayIn(timeZone, at)} ${timeText(timeZone, at)}`
}
