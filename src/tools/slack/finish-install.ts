/**
 * What follows when a person comes back from Slack with the consent of a workspace. It is no operation of any door: only
 * the page to which Slack sends people calls it, as the person who was asked.
 */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { redeemInstallation, saveInstallation } from '../../domain/slack/installations.ts'
import { slackOf } from '../../domain/slack/slack-app.ts'
import { clientOf } from './install-app.ts'

/** The most characters of what Slack sends back. */
const RETURNED_MAX_CHARS = 4_000

const returned = z.string().min(1).max(RETURNED_MAX_CHARS)

export const finishInstall = defineOperation({
  name: 'slack.finish_install',
  summary: 'Install the Slack app in the workspace whose admin has agreed.',
  route: 'POST /v1/slack/finish-install',
  // Named so that the audit does not keep them.
  input: z.object({ stateToken: returned, codeToken: returned }),
  output: z.object({ workspace: z.object({ id: z.string(), name: z.string() }) }),
  scope: 'admin',
  effect: 'write',
  repeat: 'keyed',
  outside: 'once',
  audience: 'people',
  listed: false,
  example: { stateToken: 'state', codeToken: 'code' },
  async reach({ stateToken, codeToken: code }, ctx) {
    const client = clientOf(ctx.slack)
    const { row } = await ctx.consents.take(ctx, stateToken)
    const { redirectUri } = row
    return await redeemInstallation(slackOf(ctx), { client, code, redirectUri, signal: ctx.signal })
  },
  async run(_input, ctx, installation) {
    const { teamId, name } = await saveInstallation(ctx, installation)
    return { workspace: { id: teamId, name } }
  },
  tell: ({ workspace }) => `Installed in ${workspace.name} (${workspace.id}).`,
})
