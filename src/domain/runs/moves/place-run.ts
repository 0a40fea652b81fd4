/** Whose a new run is, and where it is: in its project, otherwise with its owner. */
import { AppError } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { isMoving } from '../../projects/move-steps.ts'
import { holdEditableProject, holdProjects, type ProjectRow } from '../../projects/store.ts'
import { newOwner } from '../../teams/new-owner.ts'
import type { RunRow } from '../run.ts'
import type { RunTemplate } from '../run-start.ts'

export type RunPlace = Pick<RunRow, 'ownerId' | 'spaceId'>

interface Placing {
  /** The team that it will belong to; absent: the caller, or whose its project is. */
  readonly teamId?: string | undefined
  /** The run that delegates it: the new one stays with it. */
  readonly parent?: RunPlace | undefined
}

/** Holds the project of a run. To be called before the run is locked: moves lock in this order. */
export async function holdPlace(
  ctx: Pick<Context, 'db' | 'actor'>,
  { projectId }: Pick<RunRow, 'projectId'>,
): Promise<ProjectRow | undefined> {
  return projectId === null ? undefined : (await holdProjects(ctx, [projectId]))[0]
}

/** @throws AppError `conflict` for a project that moves: a move waits until no run in it is open */
export function assertStays(project: ProjectRow | undefined): void {
  if (project !== undefined && project.moving !== null) throw isMoving(project)
}

/**
 * @throws AppError `not_found` for a team or project that the caller does not see, `forbidden` for one that they may
 * only read, `conflict` for an archived team or a project that moves, `invalid_input` for a project that is not the team's
 */
export async function placeRun(
  ctx: Pick<Context, 'db' | 'actor'>,
  { projectId }: Pick<RunTemplate, 'projectId'>,
  { teamId, parent }: Placing,
): Promise<RunPlace> {
  if (parent !== undefined) return { ownerId: parent.ownerId, spaceId: parent.spaceId }
  if (projectId === undefined) {
    const ownerId = await newOwner(ctx, teamId)
    return { ownerId, spaceId: ownerId }
  }
  const project = await holdEditableProject(ctx, projectId)
  assertStays(project)
  const { ownerId, spaceId } = project
  if (teamId === undefined || teamId === ownerId) return { ownerId, spaceId }
  throw new AppError('invalid_input', `The project ${projectId} does not belong to the team ${teamId}.`, {
    fix: 'Leave out teamId: a run in a project belongs to whom the project belongs.',
    issues: [{ path: 'teamId', message: 'is not the team of the project' }],
  })
}
