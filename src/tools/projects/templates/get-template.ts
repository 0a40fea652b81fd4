/** projects.get_template: one template in full, in the form that create_template accepts. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { getTemplate as readTemplate } from '../../../domain/projects/templates/store.ts'
import { Template, TemplateId } from '../../../domain/projects/templates/template.ts'

export const getTemplate = defineOperation({
  name: 'projects.get_template',
  summary: 'Get one project template with its tasks and milestones.',
  keywords: 'show, open, view, details, contents of a template, checklist',
  route: 'GET /v1/project-templates/:templateId',
  input: z.object({ templateId: TemplateId }),
  output: z.object({
    id: z.string(),
    own: z.boolean(),
    teamId: z.string().nullable().describe('The team that it belongs to; null: a person, or everybody'),
    template: Template,
  }),
  scope: 'projects:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { templateId: 'weekly-review' },
  run: ({ templateId }, ctx) => readTemplate(ctx, templateId),
  tell: ({ id, template }) => [`${template.name} ${id}`, ...template.tasks.map(taskLine)].join('\n'),
  next: ({ id }) => [{ operation: 'projects.apply_template', input: { templateId: id } }],
})

function taskLine({ title, dueAfterDays }: Template['tasks'][number], index: number): string {
  return `${index}. ${title}${dueAfterDays === undefined ? '' : ` (day ${dueAfterDays})`}`
}
