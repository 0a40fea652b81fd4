/** todoist.sections.delete: deletes sections with their tasks, ten minutes later. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { BATCH_MAX_ITEMS } from '../../../core/schema/batch.ts'
import { findProject, findSection } from '../../../domain/todoist/names.ts'
import { deletionOf } from '../../../domain/todoist/things/undo.ts'
import { DELETION, nextAfterDeletion, tellDeletion } from '../writes/deletion.ts'
import { changeThings, onAccount, settleThings, ThingsOutput } from '../writes/things.ts'
import { sectionRef } from './section-ref.ts'

export const deleteSections = defineOperation({
  name: 'todoist.sections.delete',
  summary: 'Delete sections at Todoist with their tasks, in ten minutes; until then it can be undone.',
  details: DELETION,
  route: 'POST /v1/todoist/sections/delete',
  input: z.object({
    sections: z.array(z.object(sectionRef)).min(1).max(BATCH_MAX_ITEMS),
    ...onAccount,
  }),
  output: ThingsOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { sections: [{ section: 'Bills' }] },
  run: async ({ sections: given, ...on }, ctx) =>
    await changeThings(
      ctx,
      {
        ...{ ...on, given },
        find: ({ section, project }, names) =>
          findSection(names, section, project === undefined ? undefined : findProject(names, project).id),
      },
      ({ thing }) => [deletionOf(thing, 'section_delete', ctx.now)],
    ),
  settle: async (_input, ctx, answer) => await settleThings(ctx, answer),
  tell: tellDeletion,
  next: nextAfterDeletion,
})
