/** projects.list_templates: the shipped templates and those that people made. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { counted } from '../../../core/text/counts.ts'
import {
  listTemplates as readTemplates,
  type StoredTemplate,
} from '../../../domain/projects/templates/store.ts'
import { lengthDays } from '../../../domain/projects/templates/template.ts'

const Summary = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  own: z.boolean(),
  teamId: z.string().nullable().describe('The team that it belongs to; null: a person, or everybody'),
  tasks: z.int(),
  minutes: z.int(),
  lengthDays: z.int().nullable(),
})

export const listTemplates = defineOperation({
  name: 'projects.list_templates',
  summary: 'List project templates: shipped ones, your own and those of your teams.',
  keywords: 'show, find, which, all my templates, checklists, blueprints',
  route: 'GET /v1/project-templates',
  input: z.object({}),
  output: z.object({ items: z.array(Summary) }),
  scope: 'projects:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  async run(_input, ctx) {
    const stored = await readTemplates(ctx)
    return { items: stored.map(summarize) }
  },
  line: ({ id, name, tasks, description }) =>
    `${id}: ${name}, ${counted(tasks, 'task')}. ${description ?? ''}`,
  table: ({ items }) => ({
    columns: ['Id', 'Name', 'Tasks', 'Minutes', 'Days', 'Own'],
    rows: items.map(({ id, name, tasks, minutes, lengthDays: days, own }) => [
      id,
      name,
      String(tasks),
      String(minutes),
      days === null ? '' : String(days),
      own ? 'yes' : 'no',
    ]),
  }),
  next: ({ items }) =>
    items.slice(0, 1).map(({ id }) => ({ operation: 'projects.apply_template', input: { templateId: id } })),
})

function summarize({ id, own, teamId, template }: StoredTemplate): z.infer<typeof Summary> {
  return {
    id,
    name: template.name,
    description: template.description ?? null,
    own,
    teamId,
    tasks: template.tasks.length,
    minutes: template.tasks.reduce((sum, { minutes }) => sum + (minutes ?? 0), 0),
    lengthDays: lengthDays(template),
  }
}
