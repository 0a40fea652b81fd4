/** projects.delete_template: a template of one's own, deleted; projects made from it stay. */
import { z } from 'zod'
import { exampleId } from '../../../core/operation/ids.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { deleteTemplate as removeTemplate } from '../../../domain/projects/templates/store.ts'
import { TemplateId } from '../../../domain/projects/templates/template.ts'

export const deleteTemplate = defineOperation({
  name: 'projects.delete_template',
  summary: 'Delete one of your project templates permanently.',
  keywords: 'remove, drop, get rid of, bin, checklist',
  route: 'DELETE /v1/project-templates/:templateId',
  input: z.object({ templateId: TemplateId }),
  output: z.object({ id: z.string() }),
  scope: 'projects:write',
  effect: 'destroy',
  repeat: 'natural',
  listed: false,
  example: { templateId: exampleId('template') },
  async run({ templateId }, ctx) {
    await removeTemplate(ctx, templateId)
    return { id: templateId }
  },
  tell: ({ id }) => `Deleted template ${id}`,
})
