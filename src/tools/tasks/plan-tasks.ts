/**
 * tasks.plan: today's plan: what matters most, what is left over, what is due, and what is important without a date.
 */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { counted } from '../../core/text/counts.ts'
import { section } from '../../core/text/section.ts'
import { FreeOfDay, freeLines, readFreeOfDay } from '../../domain/rituals/free-of-day.ts'
import { estimatesOf } from '../../domain/rituals/minutes.ts'
import { OutcomesInput } from '../../domain/rituals/outcomes.ts'
import { readDay, shownParts } from '../../domain/rituals/plan-day.ts'
import { workText } from '../../domain/time/duration-text.ts'
import { RankedWork, Work, workLine } from '../../domain/work/work.ts'

export const planTasks = defineOperation({
  name: 'tasks.plan',
  summary: "Today's plan: the top three, what is overdue, due today, and important without a date.",
  details: 'Covers your tasks here and at Todoist, 15 at most in each part.',
  keywords: 'my agenda, day, focus, what is due today',
  route: 'GET /v1/plan',
  input: z.object({ outcomes: OutcomesInput }),
  output: z.object({
    date: z.string(),
    timeZone: z.string(),
    top: z.array(RankedWork),
    carryover: z.array(Work).describe('Begun, or chosen for a day before, with no date that has come'),
    overdue: z.array(Work),
    today: z.array(Work),
    undated: z.array(Work).describe('Priority 1 without a date'),
    doneToday: z.int(),
    load: z
      .object({ minutes: z.int(), unestimated: z.int().describe('Tasks without an estimate') })
      .describe('Work that is overdue or due today'),
    free: FreeOfDay,
  }),
  scope: 'tasks:read',
  effect: 'read',
  repeat: 'natural',
  resource: {
    uri: 'plan://today',
    name: 'today',
    title: "Today's plan",
    description: 'What is due, overdue and next today.',
    follows: ['task://', 'account://', 'calendar://', 'ritual://'],
  },
  example: {},
  async run({ outcomes }, ctx) {
    const day = await readDay(ctx, outcomes)
    const { date, moment, top, done, overdue, today } = day
    const load = estimatesOf([...overdue, ...today])
    return {
      date,
      timeZone: moment.timeZone,
      top: [...top],
      ...shownParts(day),
      doneToday: done.length,
      load,
      free: await readFreeOfDay(ctx, date),
    }
  },
  tell({ date, timeZone, top, carryover, overdue, today, undated, doneToday, load, free }, reader) {
    const line = (task: Work) => workLine(task, reader)
    return [
      `Plan for ${date}. Done today: ${doneToday}. ${loadWords(load)}`,
      ...freeLines({ free, load, timeZone: reader?.timeZone ?? timeZone }),
      ...section(
        'Top',
        top.map(({ task, reasons }) => `${line(task)} - ${reasons.join('; ')}`),
      ),
      ...section('Carried over', carryover.map(line)),
      ...section('Overdue', overdue.map(line)),
      ...section('Today', today.map(line)),
      ...section('Important, no date', undated.map(line)),
    ].join('\n')
  },
})

/** "To do: 1 h 35 min, and 2 tasks without an estimate." */
function loadWords({ minutes, unestimated }: ReturnType<typeof estimatesOf>): string {
  const open = counted(unestimated, 'task')
  if (minutes === 0) return unestimated === 0 ? 'Nothing is due.' : `To do: ${open} without an estimate.`
  const rest = unestimated === 0 ? '' : `, and ${open} without an estimate`
  return `To do: ${workText(minutes)}${rest}.`
}
