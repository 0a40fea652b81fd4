/** slack.uninstall: ends the token of a workspace at Slack, and forgets it. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { SlackTeamId } from '../../domain/slack/channels.ts'
import { removeInstallation, revokeInstallation } from '../../domain/slack/installations.ts'
import { slackOf } from '../../domain/slack/slack-app.ts'
import { findInstalled } from '../../domain/slack/workspaces.ts'

export const uninstallApp = defineOperation({
  name: 'slack.uninstall',
  summary: 'Remove the Slack app from a workspace that installed it: its token is ended and forgotten.',
  keywords: 'remove bot, disconnect workspace, revoke, leave slack',
  route: 'POST /v1/slack/uninstall',
  input: z.object({ workspace: SlackTeamId }),
  output: z.object({ workspace: z.object({ id: z.string(), name: z.string() }) }),
  scope: 'admin',
  effect: 'destroy',
  repeat: 'natural',
  outside: 'idempotent',
  audience: 'people',
  listed: false,
  example: { workspace: 'T0123ABCD' },
  async reach({ workspace }, ctx) {
    const installed = await findInstalled(ctx.db, workspace)
    if (installed === undefined)
      throw new AppError('not_found', `No installation of the app in ${workspace} is known.`, {
        fix: 'slack.status lists the workspaces. A token in SLACK_BOT_TOKEN is removed from the settings.',
      })
    await revokeInstallation(slackOf(ctx), installed, ctx.signal)
    return installed
  },
  async run(_input, ctx, installed) {
    await removeInstallation(ctx, installed)
    return { workspace: { id: installed.teamId, name: installed.name } }
  },
  tell: ({ workspace }) => `Removed the app from ${workspace.name} (${workspace.id}).`,
})
