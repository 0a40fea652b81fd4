/** rituals.stale: tasks that lie around. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { personTimeZone } from '../../../domain/access/people.ts'
import { nextMarks } from '../../../domain/rituals/next-marks.ts'
import { isStale } from '../../../domain/rituals/review/sort-out.ts'
import { readAllOpenWork } from '../../../domain/work/read-work.ts'
import { WORK_HEADS, Work, workCells, workLine } from '../../../domain/work/work.ts'
import { reviewInput } from './review-input.ts'

export const listStale = defineOperation({
  name: 'rituals.stale',
  summary: 'Stale tasks: open, unchanged for 14 days, and not meant for a later day or for someday.',
  details: 'Repeating tasks are never stale.',
  keywords: 'old tasks, forgotten, neglected, clean up, untouched',
  route: 'GET /v1/rituals/stale',
  input: z.object(reviewInput),
  output: z.object({ count: z.int().describe('Of all'), items: z.array(Work) }),
  scope: 'tasks:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  async run({ limit }, ctx) {
    const moment = { now: ctx.now, timeZone: await personTimeZone(ctx) }
    const found = (await readAllOpenWork(ctx)).filter((task) => isStale(task, moment))
    return { count: found.length, items: found.slice(0, limit) }
  },
  line: workLine,
  none: 'Nothing is stale.',
  table: ({ items }, reader) => ({
    columns: WORK_HEADS,
    rows: items.map((task) => workCells(task, reader)),
  }),
  next: ({ items }) => nextMarks(items, ['today', 'pause', 'archive']),
})
