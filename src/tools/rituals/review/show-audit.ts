/** rituals.audit: what needs a decision. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { counted } from '../../../core/text/counts.ts'
import { readAudit } from '../../../domain/rituals/review/audit.ts'

const count = z.int()

export const showAudit = defineOperation({
  name: 'rituals.audit',
  summary: 'The audit: how many tasks and projects need a decision, and which list shows them.',
  details:
    'inbox: without a project, date and context. stale: unchanged for 14 days. unscored: deep work without scores. attention: projects of projects.review. stagnant: projects without an event for 21 days.',
  keywords: 'health, overview, clean up, tidy, what is wrong',
  route: 'GET /v1/rituals/audit',
  input: z.object({}),
  output: z.object({
    ...{ inbox: count, overdue: count, stale: count, someday: count, unscored: count, withoutContext: count },
    attention: count.nullable().describe('null: you may not read projects'),
    stagnant: count.nullable(),
  }),
  scope: 'tasks:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  run: async (_input, ctx) => await readAudit(ctx),
  tell({ inbox, overdue, stale, someday, unscored, withoutContext, attention, stagnant }) {
    return [
      `Inbox: ${counted(inbox, 'task')} to decide about`,
      `Overdue: ${overdue}`,
      `Stale: ${stale}`,
      `Someday: ${someday}`,
      `Deep work without scores: ${unscored}`,
      `Without a context: ${withoutContext}`,
      ...(attention === null ? [] : [`Projects that need attention: ${attention}`]),
      ...(stagnant === null ? [] : [`Stagnant projects: ${stagnant}`]),
    ].join('\n')
  },
  next: ({ inbox, stale, attention, stagnant }) => [
    ...(inbox > 0 ? [{ operation: 'rituals.inbox', input: {} }] : []),
    ...(stale > 0 ? [{ operation: 'rituals.stale', input: {} }] : []),
    ...((attention ?? 0) > 0 ? [{ operation: 'projects.review', input: {} }] : []),
    ...((stagnant ?? 0) > 0 ? [{ operation: 'rituals.stagnant', input: {} }] : []),
  ],
})
