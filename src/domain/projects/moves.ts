/** Which state of a project may follow which, for every operation that changes it. */
import { AppError } from '../../core/errors.ts'
import { onMove, type ProjectState } from './rules.ts'
import type { ProjectChanges, ProjectRow } from './store.ts'

/** The states that may follow each state. A completed project must be active again before it can be paused. */
const MOVES: Record<ProjectState, readonly ProjectState[]> = {
  planning: ['active', 'paused', 'archived'],
  active: ['planning', 'paused', 'completed', 'archived'],
  paused: ['planning', 'active', 'archived'],
  completed: ['active', 'archived'],
  archived: ['planning', 'active', 'paused'],
}

/** Whether a project may go from one state to another; staying is always allowed. */
function mayMove(from: ProjectState, to: ProjectState): boolean {
  return from === to || MOVES[from].includes(to)
}

/**
 * The changes that bring a project to a state; empty when it is in that state.
 * @throws AppError `conflict` when the state may not follow the present one.
 */
export function moveChanges(
  row: ProjectRow,
  to: ProjectState,
  at: { now: Date; today: string },
): ProjectChanges {
  if (row.state === to) return {}
  if (!mayMove(row.state, to)) {
    throw new AppError('conflict', `A project that is ${row.state} cannot become ${to} in one step.`, {
      fix: `From ${row.state} it may become ${MOVES[row.state].join(' or ')}.`,
    })
  }
  return { ...onMove(row, to, at.today), completedAt: completedAt(row, to, at.now) }
}

/** An archived project keeps its completion day; a project that is taken up again loses it. */
function completedAt(row: ProjectRow, to: ProjectState, now: Date): Date | null {
  if (to === 'completed') return now
  return to === 'archived' ? row.completedAt : null
}
