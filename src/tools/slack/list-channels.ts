/** slack.channels.list: what was decided about channels. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../core/schema/page.ts'
import { channelLine, listChannels as listStored, SlackChannel } from '../../domain/slack/channels.ts'

export const listChannels = defineOperation({
  name: 'slack.channels.list',
  summary:
    'List the channels of Slack that belong to a team, allow more users than others or have an agent of their own.',
  details:
    'All other channels belong to no team, and allow only people who are full members of the workspace.',
  keywords: 'rooms, allow-list, guests, connect, bots',
  route: 'GET /v1/slack/channels',
  input: z.object({ ...pageInput }),
  output: pageOf(SlackChannel),
  scope: 'admin',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  run: async (input, ctx) => await listStored(ctx, input),
  line: channelLine,
  none: 'No channel belongs to a team, allows more users than others or has an agent of its own.',
})
