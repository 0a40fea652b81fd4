/** slack.doctor: what is wrong with the Slack app, and how to mend it. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { examineSlack } from '../../domain/slack/doctor.ts'

const MARKS = { ok: '✓', warn: '!', fail: '✗' } as const

export const diagnose = defineOperation({
  name: 'slack.doctor',
  summary: 'Check the Slack app: tokens, granted scopes, the way in, events, clock and posts.',
  keywords: 'bot does not answer, deaf, reinstall, missing scope, debug slack, health',
  route: 'GET /v1/slack/doctor',
  input: z.object({}),
  output: z.object({
    findings: z.array(
      z.object({
        name: z.string(),
        state: z.enum(['ok', 'warn', 'fail']),
        found: z.string(),
        fix: z.string().optional(),
      }),
    ),
  }),
  scope: 'admin',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  async run(_input, { db, slack: app, now, signal }) {
    return { findings: await examineSlack({ db, app, now, signal }) }
  },
  tell: ({ findings }) =>
    findings
      .map(({ name, state, found, fix }) => `${MARKS[state]} ${name}: ${found}${fix ? `\n  ${fix}` : ''}`)
      .join('\n'),
})
