/** projects.create_template: a template of one's own, or of a team. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { counted } from '../../../core/text/counts.ts'
import { ProjectName } from '../../../domain/projects/project.ts'
import { insertTemplate } from '../../../domain/projects/templates/store.ts'
import { Template } from '../../../domain/projects/templates/template.ts'
import { newTeamId } from '../../../domain/teams/new-owner.ts'

export const createTemplate = defineOperation({
  name: 'projects.create_template',
  summary: 'Save your own project template: tasks with days after the start, dependencies, milestones.',
  keywords: 'save, add, new, make, checklist, blueprint, reuse',
  route: 'POST /v1/project-templates',
  input: Template.safeExtend({ name: ProjectName, teamId: newTeamId }),
  output: z.object({ id: z.string(), name: z.string(), tasks: z.int() }),
  scope: 'projects:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  example: {
    name: 'Podcast episode',
    tasks: [
      { title: 'Record', dueAfterDays: 0, minutes: 60 },
      { title: 'Cut and publish', dueAfterDays: 3, minutes: 90, dependsOn: [0] },
    ],
  },
  async run({ teamId, ...input }, ctx) {
    const { id, template } = await insertTemplate(ctx, input, teamId)
    return { id, name: template.name, tasks: template.tasks.length }
  },
  tell: ({ id, name, tasks }) => `Saved template ${name} with ${counted(tasks, 'task')}: ${id}`,
  next: ({ id }) => [{ operation: 'projects.apply_template', input: { templateId: id } }],
})
