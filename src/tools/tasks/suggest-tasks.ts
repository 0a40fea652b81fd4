/** tasks.suggest: what to do now, for a person's time, energy and place. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { personTimeZone } from '../../domain/access/people.ts'
import { rankForNow } from '../../domain/planning/score.ts'
import { energyAt } from '../../domain/rituals/energy.ts'
import { OutcomesInput, openOutcomes } from '../../domain/rituals/outcomes.ts'
import { readPreferences } from '../../domain/rituals/preferences.ts'
import { weekOf } from '../../domain/rituals/weeks.ts'
import { localDate } from '../../domain/time/clock.ts'
import { readOpenWork } from '../../domain/work/read-work.ts'
import { RankedWork, workLine } from '../../domain/work/work.ts'

export const suggestTasks = defineOperation({
  name: 'tasks.suggest',
  summary:
    'What should I do now? Ranks open tasks for the minutes, energy and context at hand, with reasons.',
  details:
    'The score is that of the morning brief. Tasks that wait for another are left out. Without energy, it is high in the hours of energy of your rituals, and medium otherwise.',
  keywords:
    'what next, what to do, recommend, pick, choose something to work on, spare time, short, minutes, easy, tired',
  route: 'GET /v1/suggestions',
  input: z.object({
    minutes: z.int().min(1).max(1440).default(30).describe('Time at hand'),
    energy: z.enum(['low', 'medium', 'high']).optional(),
    context: z.string().trim().min(1).max(60).optional().describe('A label: home, calls'),
    outcomes: OutcomesInput,
    limit: z.int().min(1).max(20).default(5),
  }),
  output: z.object({ suggestions: z.array(RankedWork) }),
  scope: 'tasks:read',
  effect: 'read',
  repeat: 'natural',
  example: { minutes: 15, energy: 'low' },
  async run({ limit, minutes, ...asked }, ctx) {
    const moment = { now: ctx.now, timeZone: await personTimeZone(ctx) }
    const ranked = rankForNow(await readOpenWork(ctx), {
      ...(asked.context !== undefined && { context: asked.context }),
      energy: asked.energy ?? energyAt(await readPreferences(ctx), moment),
      weeklyOutcomes: asked.outcomes ?? (await openOutcomes(ctx, weekOf(localDate(moment)))),
      ...{ minutes, moment },
    })
    return { suggestions: ranked.slice(0, limit) }
  },
  tell: ({ suggestions }, reader) =>
    suggestions.length === 0
      ? 'Nothing open fits.'
      : suggestions
          .map(
            ({ task, reasons }, index) => `${index + 1}. ${workLine(task, reader)}\n   ${reasons.join('; ')}`,
          )
          .join('\n'),
})
