/** rituals.progress: what the caller completed in a period. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { counted } from '../../core/text/counts.ts'
import { personTimeZone } from '../../domain/access/people.ts'
import { afterNow, startOfDay } from '../../domain/rituals/plan-day.ts'
import { figuresByDay, figuresOf, PERIODS, spanBefore, spanOf } from '../../domain/rituals/progress.ts'
import { dayIn } from '../../domain/time/calendar.ts'
import { readDoneWork } from '../../domain/work/read-work.ts'

const count = z.int()

const Figures = z.object({
  completed: count,
  minutes: count.describe('Estimated'),
  byEffort: z.object({ '2min': count, '10min': count, '30plus': count, unknown: count }),
  deep: count.describe('Of 15 minutes or more, or of impact 4 or 5'),
  activeDays: count.describe('Days on which something was completed'),
})

export const showProgress = defineOperation({
  name: 'rituals.progress',
  summary: 'What you completed this day, week, month or quarter, day by day, and in the period before.',
  details:
    'Weeks begin on Monday. before: the whole period before this one. Repeating tasks at Todoist are not counted, because Todoist keeps no date for them.',
  keywords: 'statistics, how productive, what did I finish, done this week, accomplishments, streak',
  route: 'GET /v1/rituals/progress',
  input: z.object({ period: z.enum(PERIODS).default('week') }),
  output: z.object({
    period: z.enum(PERIODS),
    from: z.string(),
    until: z.string(),
    figures: Figures,
    before: Figures,
    days: z.array(z.object({ day: z.string(), completed: count, minutes: count })),
  }),
  scope: 'tasks:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { period: 'week' },
  async run({ period }, ctx) {
    const timeZone = await personTimeZone(ctx)
    const today = dayIn(timeZone, ctx.now)
    const span = spanOf(period, today)
    const earlier = spanBefore(period, span)
    const begin = startOfDay(span.from, timeZone)
    const done = await readDoneWork(ctx, { from: begin, until: afterNow(ctx.now) })
    const doneBefore = await readDoneWork(ctx, { from: startOfDay(earlier.from, timeZone), until: begin })
    return {
      ...{ period, ...span },
      figures: figuresOf(done, timeZone),
      before: figuresOf(doneBefore, timeZone),
      days: figuresByDay(done, span, { today, timeZone }),
    }
  },
  tell({ period, from, until, figures, before, days }) {
    const { completed, minutes, deep, activeDays } = figures
    const when = from === until ? from : `${from} to ${until}`
    return [
      `This ${period} (${when}): ${completed} completed (${minutes} min), ${deep} of them deep work, on ${counted(activeDays, 'day')}.`,
      `The ${period} before: ${before.completed} completed (${before.minutes} min), ${before.deep} of them deep work.`,
      ...days
        .filter((day) => day.completed > 0)
        .map((day) => `${day.day}: ${day.completed} (${day.minutes} min)`),
    ].join('\n')
  },
})
