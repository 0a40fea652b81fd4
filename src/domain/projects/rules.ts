/** How a project gains and loses momentum. FlowCoach's rules. */
import { bucketOfMinutes } from '../planning/effort.ts'
import { deepWork } from '../planning/score.ts'
import { daysBetween } from '../time/calendar.ts'
import type { PROJECT_STATES } from './tables.ts'

export type ProjectState = (typeof PROJECT_STATES)[number]

/** Points of momentum. */
export const MOMENTUM = { start: 100, max: 100, lostPerIdleDay: 10, activeFrom: 50, recommitted: 60 } as const

/** What each event adds to momentum, in points. */
export const MOMENTUM_GAINS = { deep_work_done: 15, task_done: 5, task_added: 2 } as const

export type ProjectEvent = keyof typeof MOMENTUM_GAINS

/** States in which an idle day costs momentum; all others stop the decay. */
export const DECAYING_STATES = ['planning', 'active'] as const satisfies readonly ProjectState[]

const DEEP_WORK_FROM_IMPACT = 4

/** The facts from which momentum follows. */
export interface MomentumFacts {
  readonly momentum: number
  /** The day of the last event. */
  readonly momentumOn: string
  readonly state: ProjectState
}

/**
 * Whole days without an event since the day of the last one. Today is not over, so it is not idle yet: a task done at
 * noon on Monday keeps the momentum until the end of Tuesday.
 */
export function idleDays(momentumOn: string, today: string): number {
  return Math.max(0, daysBetween(momentumOn, today) - 1)
}

export function momentumNow({ momentum, momentumOn, state }: MomentumFacts, today: string): number {
  if (!decays(state)) return momentum
  return Math.max(0, momentum - MOMENTUM.lostPerIdleDay * idleDays(momentumOn, today))
}

/** Momentum after `count` events today. */
export function momentumAfter(
  facts: MomentumFacts,
  { event, count }: { event: ProjectEvent; count: number },
  today: string,
): number {
  return Math.min(MOMENTUM.max, momentumNow(facts, today) + MOMENTUM_GAINS[event] * count)
}

export function decays(state: ProjectState): boolean {
  return DECAYING_STATES.some((decaying) => decaying === state)
}

/** Deep work is completing a task of the `30plus` bucket, or one labelled `impact-4` or `impact-5`. */
export function isDeepWork(task: { minutes: number | null; labels: readonly string[] }): boolean {
  return (
    (task.minutes !== null && bucketOfMinutes(task.minutes) === '30plus') ||
    deepWork(task.labels).impact >= DEEP_WORK_FROM_IMPACT
  )
}

/**
 * What a move changes besides the state. Momentum is computed up to today: a state that stops the decay keeps it, and a
 * state that starts the decay counts idle days from now on.
 */
export function onMove(facts: MomentumFacts, to: ProjectState, today: string) {
  return { state: to, momentum: momentumNow(facts, today), momentumOn: laterDay(facts.momentumOn, today) }
}

/** What attention without work changes (a new outcome, a new date): today is not idle, but nothing is gained. */
export function onAttention(facts: MomentumFacts, today: string) {
  return { momentum: momentumNow(facts, today), momentumOn: laterDay(facts.momentumOn, today) }
}

/** What taking a project up again changes. */
export function onRecommit(facts: MomentumFacts, today: string) {
  const { momentum, momentumOn } = onAttention(facts, today)
  return { momentum: Math.max(momentum, MOMENTUM.recommitted), momentumOn }
}

function laterDay(one: string, other: string): string {
  return one > other ? one : other
}
