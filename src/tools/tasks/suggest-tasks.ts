/** tasks.suggest: what to do now, for a person's time, energy and place. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { personTimeZone } from '../../domain/access/people.ts'
import { rankForNow } from '../../domain/planning/score.ts'
import { taskLine } from '../../domain/tasks/describe-task.ts'
import { openCandidates } from '../../domain/tasks/planning/candidates.ts'
import { Outcomes, RankedTask } from '../../domain/tasks/planning/rank-tasks.ts'

export const suggestTasks = defineOperation({
  name: 'tasks.suggest',
  summary:
    'What should I do now? Ranks open tasks for the minutes, energy and context at hand, with reasons.',
  details: 'The score is that of the morning brief. Tasks that wait for another are left out.',
  keywords:
    'what next, what to do, recommend, pick, choose something to work on, spare time, short, minutes, easy, tired',
  route: 'GET /v1/suggestions',
  input: z.object({
    minutes: z.int().min(1).max(1440).default(30).describe('Time at hand'),
    energy: z.enum(['low', 'medium', 'high']).default('medium'),
    context: z.string().trim().min(1).max(60).optional().describe('A label: home, calls'),
    outcomes: Outcomes,
    limit: z.int().min(1).max(20).default(5),
  }),
  output: z.object({ suggestions: z.array(RankedTask) }),
  scope: 'tasks:read',
  effect: 'read',
  repeat: 'natural',
  example: { minutes: 15, energy: 'low' },
  async run({ limit, outcomes, context, ...atHand }, ctx) {
    const moment = { now: ctx.now, timeZone: await personTimeZone(ctx) }
    const ranked = rankForNow(await openCandidates(ctx), {
      ...atHand,
      ...(context === undefined ? {} : { context }),
      weeklyOutcomes: outcomes,
      moment,
    })
    return { suggestions: ranked.slice(0, limit) }
  },
  tell: ({ suggestions }, reader) =>
    suggestions.length === 0
      ? 'Nothing open fits.'
      : suggestions
          .map(
            ({ task, reasons }, index) => `${index + 1}. ${taskLine(task, reader)}\n   ${reasons.join('; ')}`,
          )
          .join('\n'),
})
