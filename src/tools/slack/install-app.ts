/** slack.install: the address at which an admin of another workspace of Slack lets the bot in. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { neededScopes } from '../../domain/slack/app-manifest.ts'
import type { SlackApp, SlackClient } from '../../domain/slack/slack-app.ts'
import { SLACK } from '../../domain/slack/workspaces.ts'

export const installApp = defineOperation({
  name: 'slack.install',
  summary: 'Install the Slack app in a workspace: the answer is the address at which its admin agrees.',
  details:
    'Each workspace has a token of its own, which is sealed. Installing the app there again replaces the token and grants new scopes.',
  keywords: 'add workspace, another workspace, reinstall, oauth, add to slack, connect slack',
  route: 'POST /v1/slack/install',
  input: z.object({}),
  output: z.object({
    url: z.string().describe('Where an admin of the workspace agrees, in their own browser'),
    expiresAt: z.string(),
  }),
  scope: 'admin',
  effect: 'write',
  repeat: 'keyed',
  audience: 'people',
  listed: false,
  example: {},
  async run(_input, ctx) {
    const { id, consentUrl } = clientOf(ctx.slack)
    const scopes = Object.keys(neededScopes(ctx.slack ?? { emailDomains: [] })).sort()
    const asked = { connector: SLACK, scopes, ownerId: ctx.actor.personId }
    const { row, state } = await ctx.consents.begin(ctx, asked)
    const url = new URL(consentUrl)
    const fields = { client_id: id, scope: scopes.join(','), redirect_uri: row.redirectUri, state }
    for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value)
    return { url: url.href, expiresAt: row.expiresAt.toISOString() }
  },
  tell: ({ url, expiresAt }) =>
    `Open this address in a browser and agree. It can be used once, until ${expiresAt}:\n${url}`,
})

/** @throws AppError `not_configured` */
export function clientOf(app: SlackApp | undefined): SlackClient {
  if (app?.client !== undefined) return app.client
  throw new AppError('not_configured', 'This gateway cannot install the Slack app.', {
    fix: 'Set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET, from the page Basic Information of the app.',
  })
}
