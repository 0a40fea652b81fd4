/** projects.list: a person's projects, filtered, sorted, a page at a time. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../core/schema/page.ts'
import { AUDIT_STATES } from '../../domain/projects/audit.ts'
import { PROJECT_SORTS, listProjects as readProjects } from '../../domain/projects/listing.ts'
import { Project, ProjectTypeField, projectLine, toProject } from '../../domain/projects/project.ts'
import { todayOf } from '../../domain/projects/store.ts'
import { PROJECT_STATES } from '../../domain/projects/tables.ts'

/** The most characters of a text to search for. */
const TEXT_MAX_CHARS = 200

export const listProjects = defineOperation({
  name: 'projects.list',
  summary: 'List projects.',
  keywords: 'show, find, search, which, all my projects, overview',
  route: 'GET /v1/projects',
  input: z.object({
    states: z
      .array(z.enum(PROJECT_STATES))
      .min(1)
      .max(PROJECT_STATES.length)
      .optional()
      .describe('Default: all but archived'),
    type: ProjectTypeField.optional(),
    audit: z.enum(AUDIT_STATES).optional(),
    text: z.string().trim().min(1).max(TEXT_MAX_CHARS).optional().describe('In name or outcome'),
    sort: z.enum(PROJECT_SORTS).default('newest').describe('momentum: lowest first'),
    ...pageInput,
  }),
  output: pageOf(Project),
  scope: 'projects:read',
  effect: 'read',
  repeat: 'natural',
  example: { states: ['active'], sort: 'due' },
  async run(input, ctx) {
    const today = await todayOf(ctx)
    const { rows, nextCursor } = await readProjects(ctx, input, today)
    return { items: rows.map((row) => toProject(row, today)), nextCursor }
  },
  line: projectLine,
  none: 'No projects.',
  table: ({ items }) => ({
    columns: ['Ref', 'Name', 'State', 'Type', 'Momentum', 'Audit', 'Due'],
    rows: items.map(({ ref, name, state, type, momentum, audit, dueDate }) => [
      ref,
      name,
      state,
      type,
      String(momentum),
      audit ?? '',
      dueDate ?? '',
    ]),
  }),
})
