/** rituals.inbox: tasks that nobody has decided about yet. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { nextMarks } from '../../../domain/rituals/next-marks.ts'
import { isUnsorted } from '../../../domain/rituals/review/sort-out.ts'
import { readAllOpenWork } from '../../../domain/work/read-work.ts'
import { WORK_HEADS, Work, workCells, workLine } from '../../../domain/work/work.ts'
import { reviewInput } from './review-input.ts'

export const listUnsorted = defineOperation({
  name: 'rituals.inbox',
  summary: 'The inbox: tasks without a project, a date and a context, to be decided about one by one.',
  details: 'At Todoist, those in the inbox. Inbox zero is an empty list.',
  keywords: 'inbox zero, triage, clarify, process, unsorted',
  route: 'GET /v1/rituals/inbox',
  input: z.object(reviewInput),
  output: z.object({ count: z.int().describe('Of all'), items: z.array(Work) }),
  scope: 'tasks:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  async run({ limit }, ctx) {
    const found = (await readAllOpenWork(ctx)).filter(isUnsorted)
    return { count: found.length, items: found.slice(0, limit) }
  },
  line: workLine,
  none: 'The inbox is empty.',
  table: ({ items }, reader) => ({
    columns: WORK_HEADS,
    rows: items.map((task) => workCells(task, reader)),
  }),
  next: ({ items }) => nextMarks(items, ['today', 'pause', 'archive']),
})
