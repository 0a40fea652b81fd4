/** rituals.mark_outcome: an outcome of a week is achieved, or is not after all. */
import { z } from 'zod'
import { notFound } from '../../core/errors.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { markOutcome as change, OUTCOMES_MAX } from '../../domain/rituals/outcomes.ts'
import { Outcome, outcomeLine, WeekField, weekFrom, withWork } from '../../domain/rituals/outcomes-of-week.ts'
import { assertOwnRituals, ritualUri } from '../../domain/rituals/own-rituals.ts'

export const markOutcome = defineOperation({
  name: 'rituals.mark_outcome',
  summary: 'Mark an outcome of a week as achieved, or as not achieved.',
  route: 'POST /v1/rituals/outcomes/:number',
  input: z.object({
    number: z.int().min(1).max(OUTCOMES_MAX),
    achieved: z.boolean().default(true),
    week: WeekField,
  }),
  output: z.object({ week: z.string().describe('Its Monday'), items: z.array(Outcome) }),
  scope: 'tasks:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { number: 1 },
  async run({ number, achieved, week }, ctx) {
    assertOwnRituals(ctx)
    const monday = await weekFrom(ctx, week)
    if (!(await change(ctx, { week: monday, number }, achieved)))
      throw notFound('outcome', `${number} of the week of ${monday}`)
    ctx.changed(ritualUri('outcomes'))
    return { week: monday, items: await withWork(ctx, monday) }
  },
  tell: ({ items }) => items.map(outcomeLine).join('\n'),
})
