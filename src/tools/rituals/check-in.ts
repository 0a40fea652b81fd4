/** rituals.check_in: how the day goes, at its middle. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { counted } from '../../core/text/counts.ts'
import { section } from '../../core/text/section.ts'
import { adviceOn } from '../../domain/rituals/advice.ts'
import { minutesOfWork } from '../../domain/rituals/minutes.ts'
import { nextMarks } from '../../domain/rituals/next-marks.ts'
import { openOfDay, readDay } from '../../domain/rituals/plan-day.ts'
import { readPreferences } from '../../domain/rituals/preferences.ts'
import { PART_MAX } from '../../domain/work/day.ts'
import { Work, workLine } from '../../domain/work/work.ts'

export const checkIn = defineOperation({
  name: 'rituals.check_in',
  summary: 'The midday check-in: what of today is done, what is left, and how many minutes that takes.',
  details:
    'left: what is due, overdue, begun or chosen for today. A task without an estimate counts by its effort.',
  keywords: 'how is my day going, status at noon, on track',
  route: 'GET /v1/rituals/check-in',
  input: z.object({}),
  output: z.object({
    date: z.string(),
    done: z.array(Work),
    left: z.array(Work),
    leftCount: z.int(),
    leftMinutes: z.int().describe('Estimated'),
    unestimated: z.int().describe('Tasks of unknown length'),
    advice: z.string().nullable(),
  }),
  scope: 'tasks:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  async run(_input, ctx) {
    const day = await readDay(ctx)
    const { newTaskLimit } = await readPreferences(ctx)
    const left = openOfDay(day)
    const { minutes, unestimated } = minutesOfWork(left)
    return {
      ...{ date: day.date, done: day.done.slice(0, PART_MAX), left: left.slice(0, PART_MAX) },
      ...{ leftCount: left.length, leftMinutes: minutes, unestimated },
      advice: adviceOn(left.length, newTaskLimit),
    }
  },
  tell({ date, done, left, leftCount, leftMinutes, unestimated, advice }, reader) {
    const unknown = unestimated === 0 ? '' : `, and ${counted(unestimated, 'task')} without an estimate`
    return [
      `Midday of ${date}: ${done.length} done, ${leftCount} left${leftCount === 0 ? '' : ` (${leftMinutes} min${unknown})`}.`,
      ...section(
        'Done',
        done.map((task) => workLine(task, reader)),
      ),
      ...section(
        'Left',
        left.map((task) => workLine(task, reader)),
      ),
      ...(advice === null ? [] : [advice]),
    ].join('\n')
  },
  next: ({ left }) => nextMarks(left, ['done', 'tomorrow']),
})
