/** rituals.outcomes: what the caller wants to have achieved by the end of a week. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { Outcome, outcomeLine, WeekField, weekFrom, withWork } from '../../domain/rituals/outcomes-of-week.ts'

export const listOutcomes = defineOperation({
  name: 'rituals.outcomes',
  summary: 'Your outcomes of a week, up to three, each with the tasks that serve it.',
  details:
    'A task serves an outcome if its title or notes have the words of the outcome: all of one or two, two thirds of more. Such tasks come first in the brief.',
  keywords: 'weekly goals, objectives, focus of the week, big three',
  route: 'GET /v1/rituals/outcomes',
  input: z.object({ week: WeekField }),
  output: z.object({ week: z.string().describe('Its Monday'), items: z.array(Outcome) }),
  scope: 'tasks:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  resource: {
    uri: 'ritual://outcomes',
    name: 'outcomes',
    title: 'Outcomes of the week',
    description: 'What you want to have achieved by the end of this week.',
    follows: ['task://', 'account://', 'ritual://'],
  },
  example: {},
  async run({ week }, ctx) {
    const monday = await weekFrom(ctx, week)
    return { week: monday, items: await withWork(ctx, monday) }
  },
  line: outcomeLine,
  tell: ({ week, items }) =>
    items.length === 0
      ? `No outcomes for the week of ${week}. You can set up to three.`
      : [`Outcomes for the week of ${week}:`, ...items.map(outcomeLine)].join('\n'),
  table: ({ items }) => ({
    columns: ['No.', '', 'Outcome', 'Open', 'Done'],
    rows: items.map(({ number, text, achievedAt, open, done }) => [
      ...[String(number), achievedAt === null ? '[ ]' : '[x]', text, String(open), String(done)],
    ]),
  }),
  next: ({ week, items }) =>
    items.length === 0
      ? [{ operation: 'rituals.set_outcomes', input: { week }, ask: { outcomes: 'up to three outcomes' } }]
      : items
          .filter(({ achievedAt }) => achievedAt === null)
          .map(({ number }) => ({ operation: 'rituals.mark_outcome', input: { number, week } })),
})
