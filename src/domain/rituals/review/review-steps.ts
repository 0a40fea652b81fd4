/** The weekly review: eleven steps, which can be left and taken up again. FlowCoach's, after Getting Things Done. */
import { z } from 'zod'
import type { NextCall } from '../../../core/operation/next-call.ts'
import type { AuditFigures } from './audit.ts'

export const STEPS = [
  'collect',
  'inbox',
  'head',
  'actions',
  'past_week',
  'next_weeks',
  'waiting',
  'projects',
  'habits',
  'someday',
  'outcomes',
] as const
export type Step = (typeof STEPS)[number]

interface StepSpec {
  readonly title: string
  /** What is still to be decided there; absent: nobody counts it. */
  readonly count?: (figures: AuditFigures) => number | null
  /** The call that helps with it. */
  readonly call: NextCall
}

const CAPTURE: NextCall = { operation: 'tasks.capture', input: {}, ask: { text: 'what you have found' } }

export const STEP_SPECS: Readonly<Record<Step, StepSpec>> = {
  collect: { title: 'Gather loose notes, papers and messages, and capture them', call: CAPTURE },
  inbox: {
    title: 'Decide about everything in the inbox',
    count: ({ inbox }) => inbox,
    call: { operation: 'rituals.inbox', input: {} },
  },
  head: { title: 'Capture what is still in your head', call: CAPTURE },
  actions: {
    title: 'Go through the tasks that lie around',
    count: ({ stale }) => stale,
    call: { operation: 'rituals.stale', input: {} },
  },
  past_week: {
    title: 'Look back at what you completed',
    call: { operation: 'rituals.progress', input: { period: 'week' } },
  },
  next_weeks: {
    title: 'Look at what is due in the next two weeks',
    count: ({ overdue }) => overdue,
    call: {
      operation: 'tasks.list',
      input: { status: ['open', 'in_progress'], dueTo: 'in 2 weeks', sort: 'due' },
    },
  },
  waiting: {
    title: 'Follow up on what waits for something else',
    call: { operation: 'tasks.list', input: { blocked: true } },
  },
  projects: {
    title: 'Give every project its next action, or pause it',
    count: ({ attention }) => attention,
    call: { operation: 'projects.review', input: {} },
  },
  habits: { title: 'Look at your habits', call: { operation: 'rituals.habits', input: {} } },
  someday: {
    title: 'Take up, keep or drop what waits for someday',
    count: ({ someday }) => someday,
    call: { operation: 'rituals.someday', input: {} },
  },
  outcomes: {
    title: 'Choose up to three outcomes for the coming week',
    call: {
      ...{ operation: 'rituals.set_outcomes', input: { week: 'next' } },
      ask: { outcomes: 'up to three outcomes' },
    },
  },
}

export const ReviewStep = z.object({
  number: z.int(),
  step: z.enum(STEPS),
  title: z.string(),
  state: z.enum(['open', 'done', 'skipped']),
  count: z.int().nullable().describe('Things to decide about; null: not counted'),
})
export type ReviewStep = z.output<typeof ReviewStep>

export function reviewSteps(
  states: Readonly<Record<string, 'done' | 'skipped'>>,
  figures: AuditFigures,
): ReviewStep[] {
  return STEPS.map((step, index) => {
    const { title, count } = STEP_SPECS[step]
    return { number: index + 1, step, title, state: states[step] ?? 'open', count: count?.(figures) ?? null }
  })
}
