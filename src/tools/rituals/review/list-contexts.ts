/** rituals.contexts: where and with what the caller's open work is done. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { personTimeZone } from '../../../domain/access/people.ts'
import { type ContextFigures, contextFigures } from '../../../domain/rituals/review/sort-out.ts'
import { readAllOpenWork } from '../../../domain/work/read-work.ts'
import { reviewInput } from './review-input.ts'

export const listContexts = defineOperation({
  name: 'rituals.contexts',
  summary: 'Open tasks by context: how many, how many overdue, and how many minutes.',
  details:
    'Contexts are labels, without those of effort, scores, today and someday. null: tasks without any.',
  keywords: 'labels, places, batching, context analysis',
  route: 'GET /v1/rituals/contexts',
  input: z.object(reviewInput),
  output: z.object({
    items: z.array(
      z.object({ context: z.string().nullable(), open: z.int(), overdue: z.int(), minutes: z.int() }),
    ),
  }),
  scope: 'tasks:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  async run({ limit }, ctx) {
    const moment = { now: ctx.now, timeZone: await personTimeZone(ctx) }
    return { items: contextFigures(await readAllOpenWork(ctx), moment).slice(0, limit) }
  },
  line: contextLine,
  none: 'Nothing is open.',
  table: ({ items }) => ({
    columns: ['Context', 'Open', 'Overdue', 'Min'],
    rows: items.map(({ context, open, overdue, minutes }) => [
      ...[context ?? 'none', String(open), String(overdue), String(minutes)],
    ]),
  }),
})

function contextLine({ context, open, overdue, minutes }: ContextFigures): string {
  const name = context === null ? 'without a context' : `@${context}`
  return `${name}: ${open} open, ${overdue} overdue, ${minutes} min`
}
