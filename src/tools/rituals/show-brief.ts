/** rituals.brief: how the day begins. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { section } from '../../core/text/section.ts'
import { adviceOn } from '../../domain/rituals/advice.ts'
import { FreeOfDay, freeLines, readFreeOfDay } from '../../domain/rituals/free-of-day.ts'
import { estimatesOf } from '../../domain/rituals/minutes.ts'
import { nextMarks } from '../../domain/rituals/next-marks.ts'
import { openOfDay, readDay } from '../../domain/rituals/plan-day.ts'
import { readPreferences } from '../../domain/rituals/preferences.ts'
import { RankedWork, workLine } from '../../domain/work/work.ts'

export const showBrief = defineOperation({
  name: 'rituals.brief',
  summary: 'The morning brief: the three tasks that matter most today, and why.',
  details:
    'Covers tasks here and at Todoist. Each comes with what its rank is made of. With a calendar, the free slots of the day are shown beside the work that is planned for it.',
  keywords: 'good morning, start of the day, daily briefing, priorities, top 3, standup',
  route: 'GET /v1/rituals/brief',
  input: z.object({}),
  output: z.object({
    date: z.string(),
    timeZone: z.string(),
    outcomes: z.array(z.string()).describe('Of this week, and still to be achieved'),
    top: z.array(RankedWork),
    overdue: z.int(),
    today: z.int(),
    carryover: z.int().describe('Begun or chosen before, with no date that has come'),
    load: z.object({ minutes: z.int(), unestimated: z.int() }).describe('Work that is overdue or due today'),
    free: FreeOfDay,
    advice: z.string().nullable(),
  }),
  scope: 'tasks:read',
  effect: 'read',
  repeat: 'natural',
  // The plan of the day is listed, which begins with the same three.
  listed: false,
  resource: {
    uri: 'ritual://brief',
    name: 'brief',
    title: 'Morning brief',
    description: 'The three tasks that matter most today.',
    follows: ['task://', 'account://', 'calendar://', 'ritual://'],
  },
  example: {},
  async run(_input, ctx) {
    const day = await readDay(ctx)
    const { newTaskLimit } = await readPreferences(ctx)
    const { date, moment, outcomes, top, overdue, today, carryover } = day
    return {
      ...{ date, timeZone: moment.timeZone, outcomes: [...outcomes], top: [...top] },
      ...{ overdue: overdue.length, today: today.length, carryover: carryover.length },
      ...{ load: estimatesOf([...overdue, ...today]), free: await readFreeOfDay(ctx, date) },
      advice: adviceOn(openOfDay(day).length, newTaskLimit),
    }
  },
  tell({ date, timeZone, outcomes, top, overdue, today, carryover, load, free, advice }, reader) {
    const lines = top.map(
      ({ task, reasons }, index) => `${index + 1}. ${workLine(task, reader)} - ${reasons.join('; ')}`,
    )
    return [
      `Brief for ${date}: ${today} due today, ${overdue} overdue, ${carryover} carried over.`,
      ...freeLines({ free, load, timeZone: reader?.timeZone ?? timeZone }),
      ...section(
        'Outcomes of this week',
        outcomes.map((text) => `- ${text}`),
      ),
      ...section('First', lines),
      ...(lines.length === 0 ? ['Nothing is open.'] : []),
      ...(advice === null ? [] : [advice]),
    ].join('\n')
  },
  next: ({ top }) =>
    nextMarks(
      top.map(({ task }) => task),
      ['done', 'today', 'tomorrow'],
    ),
})
