/** Which states of a project follow which: the one way, for every operation that moves one. */
import { AppError } from '../../core/errors.ts'
import { onMove, type ProjectState } from './rules.ts'
import type { ProjectChanges, ProjectRow } from './store.ts'

/** The states that may follow each. What is completed is taken up again before it can be paused. */
const MOVES: Record<ProjectState, readonly ProjectState[]> = {
  planning: ['active', 'paused', 'archived'],
  active: ['planning', 'paused', 'completed', 'archived'],
  paused: ['planning', 'active', 'archived'],
  completed: ['active', 'archived'],
  archived: ['planning', 'active', 'paused'],
}

/** Whether a project may go from one state to another; to stay is always allowed. */
function mayMove(from: ProjectState, to: ProjectState): boolean {
  return from === to || MOVES[from].includes(to)
}

/**
 * The changes that bring a project to a state; none when it is there.
 * @throws AppError `conflict` when the state does not follow the present one.
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

/** An archived project keeps the day it was completed; one that is taken up again loses it. */
function completedAt(row: ProjectRow, to: ProjectState, now: Date): Date | null {
  if (to === 'completed') return now
  return to === 'archived' ? row.completedAt : null
}
