/** projects.share: lets a person read or edit a project. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { exampleId } from '../../core/operation/ids.ts'
import { refOf } from '../../core/operation/kind.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { PersonId } from '../../domain/access/people.ts'
import { assertPeople } from '../../domain/people/visible-people.ts'
import { toMoveView } from '../../domain/projects/move-steps.ts'
import { ProjectId, projectUri } from '../../domain/projects/project.ts'
import { projectKind } from '../../domain/projects/project-kind.ts'
import {
  listMembers,
  lockGoverned,
  ProjectRole,
  SharedWith,
  setMember,
  tellSharedWith,
} from '../../domain/projects/sharing/members.ts'
import { placeProject } from '../../domain/projects/sharing/place-project.ts'
import { projectShared } from '../../domain/projects/sharing/share-messages.ts'
import type { ProjectRow } from '../../domain/projects/store.ts'

export const shareProject = defineOperation({
  name: 'projects.share',
  summary: 'Share a project with a person, who may then read or edit it and its tasks.',
  details: 'They also see its runs, with all that the agents read for them.',
  keywords: 'collaborate, give access, member, add somebody to a project',
  route: 'POST /v1/projects/:projectId/members',
  input: z.object({ projectId: ProjectId, personId: PersonId, role: ProjectRole.default('editor') }),
  output: SharedWith,
  scope: 'projects:share',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { projectId: exampleId('project'), personId: 'bob', role: 'viewer' },
  async run({ projectId, personId, role }, ctx) {
    const row = await lockGoverned(ctx, projectId)
    if (personId === row.ownerId) throw isOwner(row)
    await assertPeople(ctx, [personId])
    const changed = await setMember(ctx, projectId, { personId, role })
    const { project } = changed ? await placeProject(ctx, row) : { project: row }
    if (changed) {
      const { id: by, personId: caller } = ctx.actor
      const ref = refOf(projectKind, row.number)
      ctx.emit(projectShared, {
        ...{ uri: projectUri(projectId), spaceId: projectId },
        payload: { projectId, ref, name: row.name, personId, role, by },
        concerns: personId === caller ? [] : [personId],
      })
    }
    return {
      members: await listMembers(ctx, projectId),
      changed,
      moving: project.moving && toMoveView(project.moving),
    }
  },
  tell: tellSharedWith,
})

function isOwner({ number, ownerId }: Pick<ProjectRow, 'number' | 'ownerId'>): AppError {
  return new AppError('invalid_input', `${refOf(projectKind, number)} is ${ownerId}'s own project.`, {
    fix: 'Share it with somebody else.',
    issues: [{ path: 'personId', message: 'owns the project' }],
  })
}
