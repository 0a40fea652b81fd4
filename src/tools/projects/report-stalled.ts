/** projects.report_stalled: tells owners which of their projects have stalled. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { counted } from '../../core/text/counts.ts'
import { tellStalled } from '../../domain/projects/stalls.ts'

export const reportStalled = defineOperation({
  name: 'projects.report_stalled',
  summary: 'Tell owners of the projects that have stalled: once for each stall.',
  details:
    'The gateway calls it by itself. A project stalls when its momentum falls under 50, and is told of again after it has recovered or was paused in between.',
  keywords: 'neglected projects, momentum, cron',
  route: 'POST /v1/projects/report-stalled',
  input: z.object({}),
  output: z.object({ told: z.int().describe('How many projects') }),
  scope: 'admin',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: {},
  run: async (_input, ctx) => ({ told: await tellStalled(ctx) }),
  tell: ({ told }) => `Told owners of ${counted(told, 'stalled project')}.`,
})
