/** slack.status: whether Slack is connected, and who the caller is there. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { listOwnUsers } from '../../domain/slack/pairings.ts'
import { WAY_TO_SLACK } from '../../domain/slack/slack-app.ts'
import { listWorkspaces } from '../../domain/slack/workspaces.ts'

export const showStatus = defineOperation({
  name: 'slack.status',
  summary: 'Show whether Slack is connected, and which of its users you are.',
  keywords: 'chat, connected, bot, workspace',
  route: 'GET /v1/slack/status',
  input: z.object({}),
  output: z.object({
    isConfigured: z.boolean(),
    workspaces: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        botUserId: z.string(),
        isInstalled: z.boolean().describe('false: the app was removed there'),
      }),
    ),
    users: z.array(z.string()).describe('Yours, each with its workspace or enterprise: T0123ABCD/U0123ABCD'),
  }),
  scope: 'slack:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  async run(_input, ctx) {
    const workspaces = await listWorkspaces(ctx.db)
    return {
      isConfigured: ctx.slack !== undefined,
      workspaces: workspaces.map(({ teamId, name, botUserId, removedAt }) => ({
        ...{ id: teamId, name, botUserId, isInstalled: removedAt === null },
      })),
      users: await listOwnUsers(ctx),
    }
  },
  tell({ isConfigured, workspaces, users }) {
    if (!isConfigured) return `Slack is not connected. ${WAY_TO_SLACK}`
    const where = workspaces
      .map(({ id, name, isInstalled }) => `${name} (${id}${isInstalled ? '' : ', removed'})`)
      .join(', ')
    const who =
      users.length === 0
        ? 'You are none of its users: write to the bot, which shows you a code.'
        : `You are ${users.join(', ')}.`
    return where === ''
      ? `No workspace is known yet: slack.doctor says why. ${who}`
      : `Slack is connected: ${where}. ${who}`
  },
})
