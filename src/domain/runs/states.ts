/** The states of runs and steps, the reasons for them, and which state follows which. */
import { RUN_PHASES, type RunPhase } from '../../core/operation/description.ts'

export const RUN_STATES = ['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled'] as const
export type RunState = (typeof RUN_STATES)[number]

export const RUN_PRIORITIES = ['serious', 'normal', 'background'] as const

/** Why a run is in its state. */
export const RUN_REASONS = {
  queued: [
    'started',
    'delayed',
    'resumed',
    'retried',
    'worker_lost',
    'worker_stopped',
    'workspace_busy',
    'provider_busy',
    'gave_way',
  ],
  running: ['working', 'cancelling', 'pausing'],
  waiting: ['approval', 'input', 'children', 'budget', 'paused', 'outcome_unknown'],
  succeeded: ['finished'],
  failed: [
    'executor_failed',
    'provider_failed',
    'refused_by_model',
    'output_invalid',
    'steps_exceeded',
    'time_exceeded',
    'budget_exceeded',
    'context_full',
    'verdict_failed',
    'access_revoked',
    'not_configured',
    'version_unsupported',
    'worker_lost',
    'internal',
  ],
  cancelled: ['cancelled'],
} as const satisfies Record<RunState, readonly string[]>
export type RunReason = (typeof RUN_REASONS)[RunState][number]

const NEXT: Readonly<Record<RunState, readonly RunState[]>> = {
  queued: ['running', 'waiting', 'failed', 'cancelled'],
  running: ['queued', 'waiting', 'succeeded', 'failed', 'cancelled'],
  waiting: ['queued', 'failed', 'cancelled'],
  succeeded: [],
  // A person may retry it from its last good step.
  failed: ['queued'],
  cancelled: ['queued'],
}

export function mayFollow(from: RunState, to: RunState): boolean {
  return NEXT[from].includes(to)
}

export const ENDED_STATES = ['succeeded', 'failed', 'cancelled'] as const satisfies readonly RunState[]

export function hasEnded(state: RunState): boolean {
  return (ENDED_STATES as readonly RunState[]).includes(state)
}

/** The default limit on the open runs of one person, including those put off, waiting and delegated. */
export const OPEN_RUNS_PER_PERSON = 500

/** The phase of a run or a step; null: it works without phases. */
export function phaseOf({ phase }: { readonly phase: string | null }): RunPhase | null {
  return RUN_PHASES.find((known) => known === phase) ?? null
}

export const STEP_KINDS = ['message', 'model', 'tool', 'summary'] as const
export type StepKind = (typeof STEP_KINDS)[number]

/**
 * `planned`: not begun; `started`: begun, and after a crash it may have happened; `waiting`: for an approval, an answer
 * or a child; `done`; `failed`: ended with an error that the agent learns; `unknown`: it is not known whether it
 * happened.
 */
export const STEP_STATES = ['planned', 'started', 'waiting', 'done', 'failed', 'unknown'] as const
export type StepState = (typeof STEP_STATES)[number]

/** The form in which steps are stored. A worker carries on runs of the forms that it knows, and refuses others. */
export const RUN_FORMAT = 1
/** The oldest form that this version carries on. */
export const RUN_FORMAT_OLDEST = 1
