/** tasks.suggest: what to do now, for a person's time, energy and place. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { counted } from '../../core/text/counts.ts'
import { personTimeZone } from '../../domain/access/people.ts'
import { Gap, readAtHand } from '../../domain/calendars/free-time.ts'
import { rankForNow } from '../../domain/planning/score.ts'
import { energyAt } from '../../domain/rituals/energy.ts'
import { OutcomesInput, openOutcomes } from '../../domain/rituals/outcomes.ts'
import { readPreferences } from '../../domain/rituals/preferences.ts'
import { weekOf } from '../../domain/rituals/weeks.ts'
import { localDate } from '../../domain/time/clock.ts'
import { timeText } from '../../domain/time/moment-text.ts'
import { readOpenWork } from '../../domain/work/read-work.ts'
import { RankedWork, workLine } from '../../domain/work/work.ts'

/** Minutes at hand where nobody says how many. */
const USUAL_MINUTES = 30
const MINUTES_MAX = 1440

export const suggestTasks = defineOperation({
  name: 'tasks.suggest',
  summary:
    'What should I do now? Ranks open tasks for the minutes, energy and context at hand, with reasons.',
  details:
    'The score is that of the morning brief. Tasks that wait for another are left out. Without energy, it is high in the hours of energy of your rituals, and medium otherwise.',
  keywords:
    'what next, what to do, what can I get done, recommend, pick, choose something to work on, spare time, short, minutes, easy, tired',
  route: 'GET /v1/suggestions',
  input: z.object({
    minutes: z
      .int()
      .min(1)
      .max(MINUTES_MAX)
      .optional()
      .describe('Time at hand; default: until your next event, or 30'),
    energy: z.enum(['low', 'medium', 'high']).optional(),
    context: z.string().trim().min(1).max(60).optional().describe('A label: home, calls'),
    outcomes: OutcomesInput,
    limit: z.int().min(1).max(20).default(5),
  }),
  output: z.object({
    minutes: z.int().describe('The time at hand that was meant'),
    gap: Gap.nullable().describe('The event that is on or comes next; null: none soon, or no calendar'),
    doubts: z.array(z.string()).describe('What is not known of calendars'),
    suggestions: z.array(RankedWork),
  }),
  scope: 'tasks:read',
  effect: 'read',
  repeat: 'natural',
  example: { minutes: 15, energy: 'low' },
  async run({ limit, minutes: given, ...asked }, ctx) {
    const { gap = null, doubts = [] } = (await readAtHand(ctx)) ?? {}
    const minutes = minutesAtHand(given, gap)
    const moment = { now: ctx.now, timeZone: await personTimeZone(ctx) }
    const ranked = rankForNow(await readOpenWork(ctx), {
      ...(asked.context !== undefined && { context: asked.context }),
      energy: asked.energy ?? energyAt(await readPreferences(ctx), moment),
      weeklyOutcomes: asked.outcomes ?? (await openOutcomes(ctx, weekOf(localDate(moment)))),
      ...{ minutes, moment },
    })
    return { minutes, gap, doubts: [...doubts], suggestions: ranked.slice(0, limit) }
  },
  tell({ minutes, gap, doubts, suggestions }, reader) {
    const lines = suggestions.map(
      ({ task, reasons }, index) => `${index + 1}. ${workLine(task, reader)}\n   ${reasons.join('; ')}`,
    )
    return [
      ...(gap === null ? [] : [gapLine(gap, minutes, reader?.timeZone)]),
      ...(lines.length === 0 ? ['Nothing open fits.'] : lines),
      ...doubts.map((doubt) => `Not certain. ${doubt}`),
    ].join('\n')
  },
})

/** No more than until the next event. During one, the person knows better. */
function minutesAtHand(given: number | undefined, gap: Gap | null): number {
  if (gap === null || gap.minutes === 0) return given ?? USUAL_MINUTES
  return Math.min(given ?? MINUTES_MAX, gap.minutes)
}

/** "25 minutes until Standup (10:00):", and without a colon where the event has begun. */
function gapLine({ title, minutes: left, startAt, endAt }: Gap, minutes: number, timeZone = 'UTC'): string {
  if (left === 0) return `${title} is on until ${timeText(timeZone, new Date(endAt))}.`
  const until = `${counted(left, 'minute')} until ${title} (${timeText(timeZone, new Date(startAt))})`
  return minutes < left ? `${until}. In ${counted(minutes, 'minute')}:` : `${until}:`
}
