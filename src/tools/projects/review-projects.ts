/** projects.review: which projects need attention, why, and what to do about it. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { counted } from '../../core/text/counts.ts'
import { auditReasons, WAYS_OUT, waysOut } from '../../domain/projects/audit.ts'
import { ATTENTIONS, reviewProjects as readReview } from '../../domain/projects/listing.ts'
import { Project, projectLine, toProject } from '../../domain/projects/project.ts'
import { todayOf } from '../../domain/projects/store.ts'

/** Projects in one review. */
const REVIEW_LIMIT = { default: 20, max: 100 } as const

const Reviewed = z.object({
  attention: z.enum(ATTENTIONS),
  reasons: z.array(z.string()),
  waysOut: z.array(z.enum(WAYS_OUT)),
  project: Project,
})

export const reviewProjects = defineOperation({
  name: 'projects.review',
  summary:
    'Which projects need attention, why, and what to do: recommit, pause, or rewrite outcome and due date.',
  details:
    'Covers projects in planning and active projects. stalled: momentum under 50. needs_definition: no outcome or due date. past_due: its due date has passed. no_next_action: no open task.',
  keywords:
    'audit, check, weekly review, stuck, stalled, stale, neglected, at risk, health, overdue projects',
  route: 'GET /v1/project-review',
  input: z.object({ limit: z.int().min(1).max(REVIEW_LIMIT.max).default(REVIEW_LIMIT.default) }),
  output: z.object({
    counts: z.object({
      stalled: z.int(),
      needs_definition: z.int(),
      past_due: z.int(),
      no_next_action: z.int(),
      healthy: z.int(),
    }),
    items: z.array(Reviewed),
  }),
  scope: 'projects:read',
  effect: 'read',
  repeat: 'natural',
  example: {},
  async run({ limit }, ctx) {
    const today = await todayOf(ctx)
    const { items, counts } = await readReview(ctx, today, limit)
    return {
      counts,
      items: items.map(({ project, attention, hasNextAction }) => ({
        attention,
        reasons: auditReasons({ ...project, hasNextAction }, today),
        waysOut: waysOut({ ...project, hasNextAction }, today),
        project: toProject(project, today),
      })),
    }
  },
  line: reviewLine,
  tell({ counts, items }) {
    const needing = ATTENTIONS.reduce((sum, attention) => sum + counts[attention], 0)
    return [
      `In need of attention: ${needing} of ${counted(needing + counts.healthy, 'project')} in work.`,
      ...items.map(reviewLine),
    ].join('\n')
  },
  table: ({ items }) => ({
    columns: ['Ref', 'Name', 'Attention', 'Why', 'Ways out'],
    rows: items.map(({ project, attention, reasons, waysOut: ways }) => [
      project.ref,
      project.name,
      attention,
      reasons.join('; '),
      ways.join(', '),
    ]),
  }),
  next: ({ items }) =>
    items
      .filter(({ waysOut: ways }) => ways.includes('recommit'))
      .slice(0, 1)
      .map(({ project }) => ({
        operation: 'projects.recommit',
        input: { projectId: project.ref },
        ask: { nextAction: 'the next thing to do' },
      })),
})

function reviewLine({ project, reasons, waysOut: ways }: z.output<typeof Reviewed>): string {
  return `${projectLine(project)}: ${reasons.join('; ')}. Ways out: ${ways.join(', ')}`
}
