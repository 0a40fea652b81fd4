/** todoist.projects.update: changes of projects; what is not given stays as it is at Todoist. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { BATCH_MAX_ITEMS } from '../../../core/schema/batch.ts'
import { Position } from '../../../core/schema/ranges.ts'
import { findArchived, findProject, type Names } from '../../../domain/todoist/names.ts'
import { Name } from '../../../domain/todoist/tasks/plan-task.ts'
import type { ThingRow } from '../../../domain/todoist/thing-row.ts'
import { wireFields } from '../../../domain/todoist/things/fields.ts'
import { changeOf, fieldChanges, nothingGiven } from '../writes/changes.ts'
import {
  changeThings,
  onAccount,
  settleThings,
  type ThingChange,
  ThingsOutput,
  tellThings,
} from '../writes/things.ts'
import { projectFields } from './fields.ts'

/** The most characters of an id at Todoist. */
const ID_MAX_CHARS = 100

const Changed = z.object({
  project: Name.describe('Name or id'),
  name: Name.optional(),
  parent: Name.nullable().optional().describe('Moves it below this project; null: to the top'),
  position: Position.optional().describe('Place among its siblings, from 1'),
  workspaceId: z
    .string()
    .min(1)
    .max(ID_MAX_CHARS)
    .nullable()
    .optional()
    .describe('Moves it to this workspace of a team; null: to the own projects'),
  archived: z.boolean().optional().describe('false takes it out of the archive, to the end of the list'),
  ...projectFields,
})
type Changed = z.output<typeof Changed>

export const updateProjects = defineOperation({
  name: 'todoist.projects.update',
  summary: 'Change, move, reorder or archive Todoist projects, each with what is below it.',
  details: 'Fields that are left out stay as they are.',
  keywords: 'edit, rename, archive, unarchive, reorder, sort, favorite',
  route: 'PATCH /v1/todoist/projects',
  input: z.object({ projects: z.array(Changed).min(1).max(BATCH_MAX_ITEMS), ...onAccount }),
  output: ThingsOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { projects: [{ project: 'Home', isFavorite: true }] },
  run: async ({ projects: given, ...on }, ctx) =>
    await changeThings(ctx, { ...on, given, find: findGiven }, ({ thing, known }, changed) =>
      changesOf(thing, changed, known.names),
    ),
  settle: async (_input, ctx, answer) => await settleThings(ctx, answer),
  tell: (answer) => tellThings(answer, 'Changed', 'Not changed'),
})

function findGiven({ project, archived }: Changed, names: Names): ThingRow {
  return archived === false ? findArchived(names, 'projects', project) : findProject(names, project)
}

function changesOf({ id }: ThingRow, changed: Changed, names: Names): readonly ThingChange[] {
  const { project: _project, parent, position, archived, workspaceId, ...fields } = changed
  const parentId = parent == null ? null : findProject(names, parent, 'parent').id
  const changes = [
    ...(archived === false ? [changeOf('project_unarchive', { id })] : []),
    ...fieldChanges('project_update', id, wireFields(fields)),
    ...(parent === undefined ? [] : [changeOf('project_move', { id, parent_id: parentId })]),
    ...(position === undefined
      ? []
      : [changeOf('project_reorder', { projects: [{ id, child_order: position }] })]),
    ...(workspaceId === undefined ? [] : [workspaceChange(id, workspaceId)]),
    ...(archived === true ? [changeOf('project_archive', { id })] : []),
  ]
  if (changes.length === 0) throw nothingGiven('project')
  return changes
}

function workspaceChange(id: string, workspaceId: string | null): ThingChange {
  return workspaceId === null
    ? changeOf('project_move_to_personal', { project_id: id })
    : changeOf('project_move_to_workspace', { project_id: id, workspace_id: workspaceId })
}
