/** rituals.deep_work: open tasks that need concentration, with their scores. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { deepWorkOf } from '../../../domain/rituals/review/sort-out.ts'
import { readAllOpenWork } from '../../../domain/work/read-work.ts'
import { Work, workLine } from '../../../domain/work/work.ts'
import { reviewInput } from './review-input.ts'

export const listDeepWork = defineOperation({
  name: 'rituals.deep_work',
  summary: 'Deep work: open tasks of 15 minutes or more, by impact and urgency, and those without scores.',
  details: 'Also tasks of impact 4 or 5. Set scores with rituals.score.',
  keywords: 'focus, concentration, important work, impact, urgency',
  route: 'GET /v1/rituals/deep-work',
  input: z.object(reviewInput),
  output: z.object({
    count: z.int().describe('Of all'),
    unscored: z.int(),
    items: z.array(
      z.object({
        task: Work,
        impact: z.int().describe('1 to 5; 0: not scored'),
        urgency: z.int().describe('1 to 5; 0: not scored'),
        energy: z.enum(['am', 'pm']).nullable(),
      }),
    ),
  }),
  scope: 'tasks:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  async run({ limit }, ctx) {
    const found = deepWorkOf(await readAllOpenWork(ctx))
    const unscored = found.filter(({ impact, urgency }) => impact === 0 && urgency === 0).length
    return { count: found.length, unscored, items: found.slice(0, limit) }
  },
  line: ({ task, impact, urgency, energy }, reader) =>
    `${workLine(task, reader)} - impact ${impact}, urgency ${urgency}${energy === null ? '' : `, ${energy}`}`,
  none: 'No deep work is open.',
  table: ({ items }) => ({
    columns: ['Ref', 'Task', 'Min', 'Impact', 'Urgency', 'Energy'],
    rows: items.map(({ task, impact, urgency, energy }) => [
      ...[task.ref, task.title, task.minutes === null ? '' : String(task.minutes)],
      ...[String(impact || ''), String(urgency || ''), energy ?? ''],
    ]),
  }),
  next: ({ items }) =>
    items
      .filter(({ impact, urgency }) => impact === 0 && urgency === 0)
      .slice(0, 1)
      .map(({ task: { ref, accountId } }) => ({
        operation: 'rituals.score',
        input: { task: ref, ...(accountId !== null && { accountId }) },
        ask: { impact: '1 to 5', urgency: '1 to 5', energy: 'am or pm' },
      })),
})
