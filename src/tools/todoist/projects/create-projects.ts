/** todoist.projects.create: new projects at Todoist. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { BATCH_MAX_ITEMS } from '../../../core/schema/batch.ts'
import { findProject } from '../../../domain/todoist/names.ts'
import { Name } from '../../../domain/todoist/tasks/plan-task.ts'
import { wireFields } from '../../../domain/todoist/things/fields.ts'
import { createThings, onAccount, settleThings, ThingsOutput, tellThings } from '../writes/things.ts'
import { projectFields } from './fields.ts'

const NewProject = z.object({
  name: Name,
  parent: Name.optional().describe('Name or id of the project above it'),
  ...projectFields,
})

export const createProjects = defineOperation({
  name: 'todoist.projects.create',
  summary: `Create 1 to ${BATCH_MAX_ITEMS} projects at Todoist.`,
  keywords: 'todoist list, new, add',
  route: 'POST /v1/todoist/projects',
  input: z.object({ projects: z.array(NewProject).min(1).max(BATCH_MAX_ITEMS), ...onAccount }),
  output: ThingsOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  example: { projects: [{ name: 'Garden' }] },
  run: async ({ projects: given, ...on }, ctx) =>
    await createThings(ctx, { ...on, given }, ({ parent, ...fields }, { names }) => ({
      name: fields.name,
      change: {
        type: 'project_add',
        args: {
          ...wireFields(fields),
          ...(parent !== undefined && { parent_id: findProject(names, parent, 'parent').id }),
        },
      },
    })),
  settle: async (_input, ctx, answer) => await settleThings(ctx, answer),
  tell: (answer) => tellThings(answer, 'Created', 'Not created'),
})
