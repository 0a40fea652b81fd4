/** A weekly review as it is answered: all of its steps, and the one to take now. */
import { z } from 'zod'
import type { Context } from '../../../core/operation/context.ts'
import type { NextCall } from '../../../core/operation/next-call.ts'
import { personTimeZone } from '../../../domain/access/people.ts'
import { readAudit } from '../../../domain/rituals/review/audit.ts'
import { ReviewStep, reviewSteps, STEP_SPECS, STEPS } from '../../../domain/rituals/review/review-steps.ts'
import { readReview } from '../../../domain/rituals/review/reviews.ts'
import { weekOf } from '../../../domain/rituals/weeks.ts'
import { dayIn } from '../../../domain/time/calendar.ts'

export const Review = z.object({
  week: z.string().describe('Its Monday'),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  step: z.enum(STEPS).nullable().describe('The next open one; null: finished'),
  steps: z.array(ReviewStep),
})
export type Review = z.output<typeof Review>

/** The Monday of the week that is reviewed. */
export async function weekOfReview(ctx: Context): Promise<string> {
  return weekOf(dayIn(await personTimeZone(ctx), ctx.now))
}

export async function reviewOf(ctx: Context, week: string): Promise<Review> {
  const row = await readReview(ctx, week)
  const steps = reviewSteps(row?.steps ?? {}, await readAudit(ctx))
  return {
    week,
    startedAt: row?.startedAt.toISOString() ?? null,
    finishedAt: row?.finishedAt?.toISOString() ?? null,
    step: steps.find(({ state }) => state === 'open')?.step ?? null,
    steps,
  }
}

const MARKS = { open: '[ ]', done: '[x]', skipped: '[-]' } as const

export function tellReview({ week, step, steps }: Review): string {
  const done = steps.filter(({ state }) => state !== 'open').length
  return [
    step === null
      ? `The review of the week of ${week} is finished.`
      : `Review of the week of ${week}: ${done} of ${steps.length} steps.`,
    ...steps.map(({ number, title, state, count, step: name }) => {
      const now = name === step ? ' <- now' : ''
      return `${number}. ${MARKS[state]} ${title}${count === null ? '' : ` (${count})`}${now}`
    }),
  ].join('\n')
}

/** What helps with the step, and the ways on. */
export function nextInReview({ step }: Review): NextCall[] {
  if (step === null) return []
  return [
    STEP_SPECS[step].call,
    { operation: 'rituals.take_step', input: { step, state: 'done' } },
    { operation: 'rituals.take_step', input: { step, state: 'skipped' } },
  ]
}
