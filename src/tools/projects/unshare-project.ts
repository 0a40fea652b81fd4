/** projects.unshare: takes a person's right to read or edit a project away. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { PersonId } from '../../domain/access/people.ts'
import { toMoveView } from '../../domain/projects/move-steps.ts'
import { ProjectId } from '../../domain/projects/project.ts'
import {
  listMembers,
  lockGoverned,
  lockToLeave,
  removeMember,
  SharedWith,
  tellSharedWith,
} from '../../domain/projects/sharing/members.ts'
import { placeProject } from '../../domain/projects/sharing/place-project.ts'

export const unshareProject = defineOperation({
  name: 'projects.unshare',
  summary:
    'Stop sharing a project with a person, or leave it yourself. Tasks that were given to them stay theirs to do.',
  keywords: 'remove access, take away, member',
  route: 'DELETE /v1/projects/:projectId/members/:personId',
  input: z.object({ projectId: ProjectId, personId: PersonId }),
  output: SharedWith,
  scope: 'projects:leave',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { projectId: exampleId('project'), personId: 'bob' },
  async run({ projectId, personId }, ctx) {
    const isLeaving = personId === ctx.actor.personId
    const row = await (isLeaving ? lockToLeave : lockGoverned)(ctx, projectId)
    const changed = await removeMember(ctx, projectId, personId)
    const { project } = changed ? await placeProject(ctx, row) : { project: row }
    return {
      members: await listMembers(ctx, projectId),
      changed,
      moving: project.moving && toMoveView(project.moving),
    }
  },
  tell: tellSharedWith,
})
