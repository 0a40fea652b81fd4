/** todoist.projects.delete: deletes projects with all that is in them, ten minutes later. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { BATCH_MAX_ITEMS } from '../../../core/schema/batch.ts'
import { findProject } from '../../../domain/todoist/names.ts'
import { Name } from '../../../domain/todoist/tasks/plan-task.ts'
import { deletionOf } from '../../../domain/todoist/things/undo.ts'
import { DELETION, nextAfterDeletion, tellDeletion } from '../writes/deletion.ts'
import { changeThings, onAccount, settleThings, ThingsOutput } from '../writes/things.ts'

export const deleteProjects = defineOperation({
  name: 'todoist.projects.delete',
  summary: 'Delete Todoist projects with their tasks, in ten minutes; until then it can be undone.',
  details: `${DELETION} Archive a project with todoist.projects.update to keep it.`,
  route: 'POST /v1/todoist/projects/delete',
  input: z.object({
    projects: z.array(Name.describe('Name or id')).min(1).max(BATCH_MAX_ITEMS),
    ...onAccount,
  }),
  output: ThingsOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { projects: ['Home'] },
  run: async ({ projects: given, ...on }, ctx) =>
    await changeThings(
      ctx,
      { ...on, given, find: (project, names) => findProject(names, project) },
      ({ thing }) => {
        if (thing.wire.inbox_project === true) throw isInbox()
        return [deletionOf(thing, 'project_delete', ctx.now)]
      },
    ),
  settle: async (_input, ctx, answer) => await settleThings(ctx, answer),
  tell: tellDeletion,
  next: nextAfterDeletion,
})

function isInbox(): AppError {
  return new AppError('invalid_input', 'Todoist does not let anybody delete the inbox.', {
    fix: 'Delete the tasks in it instead.',
  })
}
