/** rituals.set_outcomes: what the caller wants to have achieved by the end of a week. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { OutcomeTexts, replaceOutcomes } from '../../domain/rituals/outcomes.ts'
import { Outcome, outcomeLine, WeekField, weekFrom, withWork } from '../../domain/rituals/outcomes-of-week.ts'
import { assertOwnRituals, ritualUri } from '../../domain/rituals/own-rituals.ts'

export const setOutcomes = defineOperation({
  name: 'rituals.set_outcomes',
  summary: 'Set your outcomes of a week, up to three; they replace those that were set before.',
  details: 'An outcome that keeps its words keeps whether it was achieved.',
  keywords: 'weekly goals, objectives, plan the week',
  route: 'PUT /v1/rituals/outcomes',
  input: z.object({ outcomes: OutcomeTexts, week: WeekField }),
  output: z.object({ week: z.string().describe('Its Monday'), items: z.array(Outcome) }),
  scope: 'tasks:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { outcomes: ['Ship the beta'] },
  async run({ outcomes, week }, ctx) {
    assertOwnRituals(ctx)
    const monday = await weekFrom(ctx, week)
    await replaceOutcomes(ctx, monday, outcomes)
    ctx.changed(ritualUri('outcomes'))
    return { week: monday, items: await withWork(ctx, monday) }
  },
  tell: ({ week, items }) =>
    items.length === 0
      ? `No outcomes for the week of ${week} any more.`
      : [`Outcomes for the week of ${week}:`, ...items.map(outcomeLine)].join('\n'),
})
