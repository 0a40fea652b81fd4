/** todoist.sections.create: new sections in projects at Todoist. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { BATCH_MAX_ITEMS } from '../../../core/schema/batch.ts'
import { findProject } from '../../../domain/todoist/names.ts'
import { Name } from '../../../domain/todoist/tasks/plan-task.ts'
import { createThings, onAccount, settleThings, ThingsOutput, tellThings } from '../writes/things.ts'

const NewSection = z.object({ name: Name, project: Name.describe('Name or id') })

export const createSections = defineOperation({
  name: 'todoist.sections.create',
  summary: `Create 1 to ${BATCH_MAX_ITEMS} sections in projects at Todoist.`,
  keywords: 'new, add, column, heading',
  route: 'POST /v1/todoist/sections',
  input: z.object({ sections: z.array(NewSection).min(1).max(BATCH_MAX_ITEMS), ...onAccount }),
  output: ThingsOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  example: { sections: [{ name: 'Bills', project: 'Home' }] },
  run: async ({ sections: given, ...on }, ctx) =>
    await createThings(ctx, { ...on, given }, ({ name, project }, { names }) => ({
      name,
      change: { type: 'section_add', args: { name, project_id: findProject(names, project).id } },
    })),
  settle: async (_input, ctx, answer) => await settleThings(ctx, answer),
  tell: (answer) => tellThings(answer, 'Created', 'Not created'),
})
