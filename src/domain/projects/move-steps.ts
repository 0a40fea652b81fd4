/**
 * The steps in which a project changes its place that cannot do so at once. While runs in it have not ended, it is
 * `waiting`: nothing has changed yet, and no further run is started in it. The rows of a large project are rewritten in batches while those who see the new
 * rows are exactly those who see the old ones, so that at every moment each person sees all of the project or nothing:
 *
 * - `gathering`: the rows go into a space of the project's own, which everybody sees who saw them before;
 * - `handing_over`: the rows get their new owner, and only the person who asked for the move sees them, read-only;
 * - `settling`: the rows go from the project's space into that of the new owner, seen by the same people.
 *
 * Who sees the project changes between two steps, in one transaction.
 */

import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { refOf } from '../../core/operation/kind.ts'
import { counted } from '../../core/text/counts.ts'
import { teamOf } from '../teams/space.ts'
import type { Move, MovePhase, ProjectPlace } from './move.ts'
import { projectKind } from './project-kind.ts'

const PHASES = ['waiting', 'gathering', 'handing_over', 'settling'] as const satisfies readonly MovePhase[]

/** A move as people follow it. */
export const MoveView = z.object({
  phase: z
    .enum(PHASES)
    .describe('waiting: until its runs have ended; handing_over: only the person who moves it sees it'),
  teamId: z.string().nullable().describe('The team that gets it; null: a person'),
  restricted: z.boolean(),
  rows: z.int().describe('Its tasks and runs when the move began'),
  done: z.int().describe('Those that this phase has rewritten'),
  startedAt: z.string(),
})

export function toMoveView({ phase, to, rows, done, startedAt }: Move): z.output<typeof MoveView> {
  return { phase, teamId: teamOf(to.ownerId), restricted: to.restricted, rows, done, startedAt }
}

export function moveText({ phase, done, rows }: z.output<typeof MoveView>): string {
  if (phase === 'waiting') return PHASE_TEXTS.waiting
  return `${PHASE_TEXTS[phase]} ${done} of ${counted(rows, 'task or run', 'tasks and runs')} rewritten.`
}

const PHASE_TEXTS: Readonly<Record<MovePhase, string>> = {
  waiting: 'It is moved once the runs in it have ended, and no further run is started in it until then.',
  gathering: 'It is being moved, and those who see it now see it until everything is ready.',
  handing_over: 'It gets its new owner, and only the person who moves it sees it meanwhile.',
  settling: 'Those who are to see it see it already, and its rows are being tidied up.',
}

type Placed = ProjectPlace & { readonly id: string }
type Start = Pick<Move, 'to' | 'by' | 'startedAt' | 'rows'>
export type Step = ProjectPlace & { readonly moving: Move | null }

/** What decides how a move begins. */
interface Inside {
  /** Whether a run in the project has not ended. */
  readonly isOpen: boolean
  /** Whether the project has more tasks and runs than move at once. */
  readonly isLong: boolean
}

/** The place and the first step of a project whose move begins. */
export function firstStep(project: Placed, start: Start, { isOpen, isLong }: Inside): Step {
  if (isOpen) return { ...placeOf(project), moving: begin(start, 'waiting') }
  if (!isLong) return { ...start.to, moving: null }
  if (project.spaceId === project.id) return afterGathering(project, start)
  return { ...placeOf(project), spaceId: project.id, moving: begin(start, 'gathering') }
}

/** The place and the step of a project once all of its rows have gone through the present step. */
export function nextStep(project: Placed, move: Move): Step {
  if (move.phase === 'gathering') return afterGathering(project, move)
  if (move.phase === 'handing_over') return show(project, move)
  return { ...move.to, moving: null }
}

function afterGathering(project: Placed, start: Start): Step {
  if (start.to.ownerId === project.ownerId) return show(project, start)
  return { ...placeOf(project), moving: begin(start, 'handing_over') }
}

function show({ id }: Placed, start: Start): Step {
  const isThere = start.to.spaceId === id
  return { ...start.to, spaceId: id, moving: isThere ? null : begin(start, 'settling') }
}

function begin({ to, by, startedAt, rows }: Start, phase: MovePhase): Move {
  return { phase, to, by, startedAt, rows, done: 0, after: { tasks: '', runs: '' } }
}

function placeOf({ ownerId, spaceId, restricted }: Placed): ProjectPlace {
  return { ownerId, spaceId, restricted }
}

/** What the present step writes into each row. */
export function rowPlace({ id, ownerId }: Placed, { phase, to }: Move) {
  return {
    ownerId: phase === 'handing_over' ? to.ownerId : ownerId,
    spaceId: phase === 'settling' ? to.spaceId : id,
  }
}

/** The refusal of what would change a project, or start something in it, while it moves. */
export function isMoving({
  number,
  moving,
}: {
  readonly number: number
  readonly moving: Move | null
}): AppError {
  return new AppError('conflict', `Project ${refOf(projectKind, number)} is being moved.`, {
    fix:
      moving?.phase === 'waiting'
        ? 'It waits for its runs to end: wait for them, or cancel them (runs.cancel). projects.move to where the project is calls the move off.'
        : 'Try again when the move is done: projects.get shows how far it is (moving).',
  })
}
