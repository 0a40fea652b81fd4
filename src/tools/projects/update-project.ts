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

const fields = {
  name: ProjectName.optional(),
  outcome: ProjectOutcome.nullable().optional(),
  dueDate: CalendarDay.nullable().optional(),
  type: ProjectTypeField.optional(),
  state: z.enum(PROJECT_STATES).optional(),
}

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
    ...fields,
  }),
  output: z.object({
    project: Project,
    changed: z.array(z.string()).describe('Fields'),
    before: z.object(fields).describe('The changed fields as they were'),
  }),
  scope: 'projects:write',
  effect: 'write',
  repeat: 'natural',
  example: { projectId: exampleId('project'), state: 'paused' },
  async run({ projectId, state, ...given }, ctx) {
    const row = await lockProject(ctx, projectId)
    const today = await todayOf(ctx)
    const differs = differing(row, given)
    const attention = 'outcome' in differs || 'dueDate' in differs ? onAttention(row, today) : {}
    const move = state === undefined ? {} : moveChanges(row, state, { now: ctx.now, today })
    const after = await changeProject(ctx, row, { ...differs, ...attention, ...move })
    const changed = [...Object.keys(differs), ...(after.state === row.state ? [] : ['state'])]
    const before = Object.fromEntries(Object.entries(row).filter(([field]) => changed.includes(field)))
    return { project: toProject(after, today), changed, before }
  },
  tell: ({ project, changed }) =>
    changed.length === 0
      ? `Nothing to change: ${projectLine(project)}`
      : `Changed ${changed.join(', ')}: ${projectLine(project)}`,
  undo: ({ project: { ref }, before }) =>
    Object.keys(before).length === 0
      ? []
      : [{ operation: 'projects.update', input: { projectId: ref, ...before } }],
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
