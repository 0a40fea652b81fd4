/** rituals.wrap: how the day ends. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { section } from '../../core/text/section.ts'
import { minutesOfWork } from '../../domain/rituals/minutes.ts'
import { nextMarks } from '../../domain/rituals/next-marks.ts'
import { openOfDay, readDay } from '../../domain/rituals/plan-day.ts'
import { PART_MAX } from '../../domain/work/day.ts'
import { Work, workLine } from '../../domain/work/work.ts'

export const showWrap = defineOperation({
  name: 'rituals.wrap',
  summary:
    'The evening wrap: what was completed today, and what is still open, to be moved, paused or archived.',
  details: 'open: what was due, overdue, begun or chosen for today. Decide about each with rituals.mark.',
  keywords: 'end of the day, shutdown, what did I do today, daily review, recap',
  route: 'GET /v1/rituals/wrap',
  input: z.object({}),
  output: z.object({
    date: z.string(),
    completed: z.array(Work),
    completedCount: z.int(),
    completedMinutes: z.int().describe('Estimated'),
    open: z.array(Work),
    openCount: z.int(),
  }),
  scope: 'tasks:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  async run(_input, ctx) {
    const day = await readDay(ctx)
    const open = openOfDay(day)
    return {
      date: day.date,
      completed: day.done.slice(0, PART_MAX),
      completedCount: day.done.length,
      completedMinutes: minutesOfWork(day.done).minutes,
      ...{ open: open.slice(0, PART_MAX), openCount: open.length },
    }
  },
  tell({ date, completed, completedCount, completedMinutes, open, openCount }, reader) {
    return [
      `Wrap of ${date}: ${completedCount} completed${completedCount === 0 ? '' : ` (${completedMinutes} min)`}, ${openCount} still open.`,
      ...section(
        'Completed',
        completed.map((task) => workLine(task, reader)),
      ),
      ...section(
        'Open: tomorrow, pause or archive',
        open.map((task) => workLine(task, reader)),
      ),
    ].join('\n')
  },
  next: ({ open }) => nextMarks(open, ['tomorrow', 'pause', 'archive']),
})
