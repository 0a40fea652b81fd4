/** todoist.sections.update: changes of sections; what is not given stays as it is at Todoist. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { BATCH_MAX_ITEMS } from '../../../core/schema/batch.ts'
import { Position } from '../../../core/schema/ranges.ts'
import { findArchived, findProject, findSection, type Names } from '../../../domain/todoist/names.ts'
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
import { sectionRef } from './section-ref.ts'

const Changed = z.object({
  ...sectionRef,
  name: Name.optional(),
  toProject: Name.optional().describe('Moves it there, with its tasks'),
  position: Position.optional().describe('Place in its project, from 1'),
  archived: z.boolean().optional(),
})
type Changed = z.output<typeof Changed>

export const updateSections = defineOperation({
  name: 'todoist.sections.update',
  summary: 'Change, move, reorder or archive sections at Todoist, each with its tasks.',
  details: 'Fields that are left out stay as they are.',
  keywords: 'edit, rename, archive, unarchive, reorder, sort',
  route: 'PATCH /v1/todoist/sections',
  input: z.object({ sections: z.array(Changed).min(1).max(BATCH_MAX_ITEMS), ...onAccount }),
  output: ThingsOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { sections: [{ section: 'Bills', name: 'Payments' }] },
  run: async ({ sections: given, ...on }, ctx) =>
    await changeThings(ctx, { ...on, given, find: findGiven }, ({ thing, known }, changed) =>
      changesOf(thing, changed, known.names),
    ),
  settle: async (_input, ctx, answer) => await settleThings(ctx, answer),
  tell: (answer) => tellThings(answer, 'Changed', 'Not changed'),
})

function findGiven({ section, project, archived }: Changed, names: Names): ThingRow {
  if (archived === false) return findArchived(names, 'sections', section)
  return findSection(names, section, project === undefined ? undefined : findProject(names, project).id)
}

function changesOf({ id }: ThingRow, changed: Changed, names: Names): readonly ThingChange[] {
  const { name, toProject, position, archived } = changed
  const changes = [
    ...(archived === false ? [changeOf('section_unarchive', { id })] : []),
    ...fieldChanges('section_update', id, wireFields({ name })),
    ...(toProject === undefined
      ? []
      : [changeOf('section_move', { id, project_id: findProject(names, toProject, 'toProject').id })]),
    ...(position === undefined
      ? []
      : [changeOf('section_reorder', { sections: [{ id, section_order: position }] })]),
    ...(archived === true ? [changeOf('section_archive', { id })] : []),
  ]
  if (changes.length === 0) throw nothingGiven('section')
  return changes
}
