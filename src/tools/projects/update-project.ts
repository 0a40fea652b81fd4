/** projects.update: changes the given fields, and moves a project from state to state. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { moveChanges } from '../../domain/projects/moves.ts'
import {
  CalendarDay,
  Project,
  ProjectId,
  ProjectName,
  ProjectOutcome,
  ProjectTypeField,
  projectLine,
  toProject,
} from '../../domain/projects/project.ts'
import { onAttention } from '../../domain/projects/rules.ts'
import { changeProject, lockProject, type ProjectChanges, todayOf } from '../../domain/projects/store.ts'
import { PROJECT_STATES } from '../../domain/projects/tables.ts'

export const updateProject = defineOperation({
  name: 'projects.update',
  summary:
    'Change a project: omitted fields stay, null clears. Pause, complete or unarchive it through state.',
  details:
    'planning becomes active, paused or archived; active becomes planning, paused, completed or archived; paused becomes planning, active or archived; completed becomes active or archived; archived becomes planning, active or paused.',
  keywords:
    'edit, modify, rename a project, pause, hold, complete, finish, reactivate, unarchive, goal, due date, deadline',
  route: 'PATCH /v1/projects/:projectId',
  input: z.object({
    projectId: ProjectId,
    name: ProjectName.optional(),
    outcome: ProjectOutcome.nullable().optional(),
    dueDate: CalendarDay.nullable().optional(),
    type: ProjectTypeField.optional(),
    state: z.enum(PROJECT_STATES).optional(),
  }),
  output: z.object({ project: Project, changed: z.array(z.string()).describe('Fields') }),
  scope: 'projects:write',
  effect: 'write',
  repeat: 'natural',
  example: { projectId: exampleId('project'), state: 'paused' },
  async run({ projectId, state, ...given }, ctx) {
    const row = await lockProject(ctx, projectId)
    const today = await todayOf(ctx)
    const fields = differing(row, given)
    const attention = 'outcome' in fields || 'dueDate' in fields ? onAttention(row, today) : {}
    const move = state === undefined ? {} : moveChanges(row, state, { now: ctx.now, today })
    const after = await changeProject(ctx, row, { ...fields, ...attention, ...move })
    const changed = [...Object.keys(fields), ...(after.state === row.state ? [] : ['state'])]
    return { project: toProject(after, today), changed }
  },
  tell: ({ project, changed }) =>
    changed.length === 0
      ? `Nothing to change: ${projectLine(project)}`
      : `Changed ${changed.join(', ')}: ${projectLine(project)}`,
})

type Given = { [Field in 'name' | 'outcome' | 'dueDate' | 'type']?: ProjectChanges[Field] | undefined }

/** The given fields that differ from the present ones. */
function differing(row: Required<ProjectChanges>, given: Given): ProjectChanges {
  const { name, outcome, dueDate, type } = given
  return {
    ...(name === undefined || name === row.name ? {} : { name }),
    ...(outcome === undefined || outcome === row.outcome ? {} : { outcome }),
    ...(dueDate === undefined || dueDate === row.dueDate ? {} : { dueDate }),
    ...(type === undefined || type === row.type ? {} : { type }),
  }
}
