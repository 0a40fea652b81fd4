/**
 * tasks.plan: today's plan: what matters most, what is left over, what is due, and what is important without a date.
 */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { counted } from '../../core/text/counts.ts'
import { taskLine } from '../../domain/tasks/describe-task.ts'
import { type DayPlan, planDay } from '../../domain/tasks/planning/plan-day.ts'
import { Outcomes, RankedTask } from '../../domain/tasks/planning/rank-tasks.ts'
import { Task } from '../../domain/tasks/task.ts'
import { workText } from '../../domain/time/duration-text.ts'

export const planTasks = defineOperation({
  name: 'tasks.plan',
  summary: "Today's plan: the top three, what is overdue, due today, and important without a date.",
  keywords: 'my agenda, day, focus, morning brief, what is due today',
  route: 'GET /v1/plan',
  input: z.object({ outcomes: Outcomes }),
  output: z.object({
    date: z.string(),
    timeZone: z.string(),
    top: z.array(RankedTask),
    overdue: z.array(Task),
    today: z.array(Task),
    undated: z.array(Task).describe('Priority 1 without a date'),
    doneToday: z.int(),
    load: z
      .object({ minutes: z.int(), unestimated: z.int().describe('Tasks without an estimate') })
      .describe('Work that is overdue or due today'),
  }),
  scope: 'tasks:read',
  effect: 'read',
  repeat: 'natural',
  resource: {
    uri: 'plan://today',
    name: 'today',
    title: "Today's plan",
    description: 'What is due, overdue and next today.',
    follows: ['task://'],
  },
  example: {},
  run: ({ outcomes }, ctx) => planDay(ctx, outcomes),
  tell({ date, top, overdue, today, undated, doneToday, load }, reader) {
    const line = (task: Task) => taskLine(task, reader)
    return [
      `Plan for ${date}. Done today: ${doneToday}. ${loadWords(load)}`,
      ...section(
        'Top',
        top.map(({ task, reasons }) => `${line(task)} - ${reasons.join('; ')}`),
      ),
      ...section('Overdue', overdue.map(line)),
      ...section('Today', today.map(line)),
      ...section('Important, no date', undated.map(line)),
    ].join('\n')
  },
})

/** "To do: 1 h 35 min, and 2 tasks without an estimate." */
function loadWords({ minutes, unestimated }: DayPlan['load']): string {
  const open = counted(unestimated, 'task')
  if (minutes === 0) return unestimated === 0 ? 'Nothing is due.' : `To do: ${open} without an estimate.`
  const rest = unestimated === 0 ? '' : `, and ${open} without an estimate`
  return `To do: ${workText(minutes)}${rest}.`
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines]
}
