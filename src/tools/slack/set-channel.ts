/** slack.channels.set: whose a channel is, and who may use the bot there. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { AgentSlug } from '../../domain/agents/spec/agent.ts'
import { assertAgentThere } from '../../domain/slack/channel-agent.ts'
import {
  channelLine,
  findChannel,
  SlackChannel,
  SlackChannelId,
  SlackTeamId,
  setChannel as store,
  toSlackChannel,
} from '../../domain/slack/channels.ts'
import { ALLOWED_USERS } from '../../domain/slack/tables.ts'
import { getTeam } from '../../domain/teams/store.ts'
import { TeamId } from '../../domain/teams/team.ts'

export const setChannel = defineOperation({
  name: 'slack.channels.set',
  summary:
    'Say which team a channel of Slack belongs to, who may use the bot there, and which agent answers.',
  details:
    "In a team's channel, what is written is about the things of the team, and answers are written into the channel where everybody in it is a member of the team. In other channels, answers go to the person alone.",
  keywords: 'bind channel, agent of a channel, allow guests, slack connect, external, bots',
  route: 'PUT /v1/slack/channels',
  input: z.object({
    workspace: SlackTeamId,
    channel: SlackChannelId,
    teamId: TeamId.nullish().describe('null: no team; left out: as it was'),
    allow: z
      .array(z.enum(ALLOWED_USERS))
      .max(ALLOWED_USERS.length)
      .optional()
      .describe(
        'Besides full members. guests: of the workspace; strangers: from other companies; bots: other apps',
      ),
    agent: AgentSlug.nullish().describe(
      'Works there on what no command takes; null: assistant; left out: as it was',
    ),
  }),
  output: z.object({ channel: SlackChannel }),
  scope: 'admin',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { workspace: 'T0123ABCD', channel: 'C0123ABCD', allow: ['guests'] },
  async run({ workspace, channel, teamId, allow, agent }, ctx) {
    if (typeof teamId === 'string') await getTeam(ctx, teamId)
    const before = await findChannel(ctx.db, { teamId: workspace, channelId: channel })
    const answers = agent === undefined ? before?.agent : agent
    const ownerTeamId = teamId === undefined ? (before?.ownerTeamId ?? null) : teamId
    // Another team may not have the agent.
    if (answers && (agent !== undefined || teamId !== undefined))
      await assertAgentThere(ctx, { agent: answers, ownerTeamId })
    const row = await store(
      ctx,
      { teamId: workspace, channelId: channel },
      {
        ...(teamId !== undefined && { ownerTeamId: teamId }),
        ...(allow !== undefined && { allowed: [...new Set(allow)] }),
        ...(agent !== undefined && { agent }),
      },
    )
    return { channel: toSlackChannel(row) }
  },
  tell: ({ channel }) => `Changed ${channelLine(channel)}.`,
})
