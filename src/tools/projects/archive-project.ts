/** projects.archive: archives a project; its tasks stay. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { moveChanges } from '../../domain/projects/moves.ts'
import { Project, ProjectId, toProject } from '../../domain/projects/project.ts'
import { changeProject, lockProject, todayOf } from '../../domain/projects/store.ts'

export const archiveProject = defineOperation({
  name: 'projects.archive',
  summary: 'Archive a project. Its tasks stay; projects.update brings it back.',
  keywords: 'close, end, finished, over, put away, shelve, hide a project',
  route: 'POST /v1/projects/:projectId/archive',
  input: z.object({ projectId: ProjectId }),
  output: z.object({ project: Project, changed: z.boolean() }),
  scope: 'projects:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { projectId: exampleId('project') },
  async run({ projectId }, ctx) {
    const row = await lockProject(ctx, projectId)
    const today = await todayOf(ctx)
    const after = await changeProject(ctx, row, moveChanges(row, 'archived', { now: ctx.now, today }))
    return { project: toProject(after, today), changed: after.state !== row.state }
  },
  tell: ({ project, changed }) =>
    `${changed ? 'Archived' : 'Was archived already'}: ${project.ref} ${project.name}`,
  undo: ({ project, changed }) =>
    changed ? [{ operation: 'projects.update', input: { projectId: project.ref, state: 'active' } }] : [],
  next: ({ project, changed }) =>
    changed ? [{ operation: 'projects.update', input: { projectId: project.ref, state: 'active' } }] : [],
})
