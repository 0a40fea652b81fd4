/** rituals.someday: tasks that wait for someday. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { nextMarks } from '../../../domain/rituals/next-marks.ts'
import { isSomeday } from '../../../domain/rituals/review/sort-out.ts'
import { readAllOpenWork } from '../../../domain/work/read-work.ts'
import { WORK_HEADS, Work, workCells, workLine } from '../../../domain/work/work.ts'
import { reviewInput } from './review-input.ts'

export const listSomeday = defineOperation({
  name: 'rituals.someday',
  summary: 'The review of someday: tasks with the label someday or maybe, to be taken up, kept or dropped.',
  details: 'rituals.mark with pause puts a task there.',
  keywords: 'maybe, backlog, wishes, ideas',
  route: 'GET /v1/rituals/someday',
  input: z.object(reviewInput),
  output: z.object({ count: z.int().describe('Of all'), items: z.array(Work) }),
  scope: 'tasks:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  async run({ limit }, ctx) {
    const found = (await readAllOpenWork(ctx)).filter(isSomeday)
    return { count: found.length, items: found.slice(0, limit) }
  },
  line: workLine,
  none: 'Nothing waits for someday.',
  table: ({ items }, reader) => ({
    columns: WORK_HEADS,
    rows: items.map((task) => workCells(task, reader)),
  }),
  next: ({ items }) => nextMarks(items, ['today', 'tomorrow', 'archive']),
})
