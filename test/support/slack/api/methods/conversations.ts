/** Channels, their members, and reactions to what is in them. */
import type { Channel } from '../../world/channel.ts'
import { addReaction } from '../../world/speak.ts'
import type { ChannelKind, Json } from '../../world/wire.ts'
import type { Workspace } from '../../world/workspace.ts'
import { assertScope } from '../authorize.ts'
import { type BotCall, botMethod, channelOf, isVisible, type Method, userOf } from '../method.ts'
import { nextPage, pageOf } from '../paging.ts'
import { refuse } from '../refusal.ts'

const LIST_LIMIT = 100

const READ = { channel: 'channels:read', group: 'groups:read', im: 'im:read', mpim: 'mpim:read' }
const OPEN = ['im:write', 'mpim:write', 'channels:manage', 'groups:write']

/** The kinds as arguments name them. */
const KINDS: Record<string, ChannelKind> = {
  public_channel: 'channel',
  private_channel: 'group',
  im: 'im',
  mpim: 'mpim',
}

export const CONVERSATION_METHODS: readonly Method[] = [
  botMethod('conversations.info', { rate: 'tier3', scopes: Object.values(READ) }, (call) => {
    const channel = channelOf(call)
    assertMayRead(call, channel)
    return { channel: infoOf(call, channel) }
  }),

  botMethod('conversations.members', { rate: 'tier4', scopes: Object.values(READ) }, (call) => {
    const channel = channelOf(call)
    assertMayRead(call, channel)
    const { items, nextCursor } = pageOf([...channel.members], call.args, LIST_LIMIT)
    return { members: items, ...nextPage(nextCursor) }
  }),

  botMethod('conversations.list', { rate: 'tier2', scopes: Object.values(READ) }, (call) =>
    listOf(call, [...call.workspace.channels.values()]),
  ),

  botMethod('users.conversations', { rate: 'tier3', scopes: Object.values(READ) }, (call) => {
    const user = call.args.text('user') === undefined ? call.bot : userOf(call)
    const all = [...call.workspace.channels.values()]
    return listOf(
      call,
      all.filter((channel) => channel.has(user)),
    )
  }),

  botMethod('conversations.open', { rate: 'tier3', scopes: OPEN }, open),

  botMethod('reactions.add', { rate: 'tier3', scopes: ['reactions:write'] }, (call) => {
    const channel = channelOf(call)
    const message = channel.find(call.args.need('timestamp')) ?? refuse('message_not_found')
    const name = call.args.need('name')
    const present = message.reactions?.find((each) => each.name === name)
    if (present?.users.includes(call.bot.id)) refuse('already_reacted')
    addReaction(call.bot, channel, message.ts, name)
    return {}
  }),
]

function open(call: BotCall): Json {
  const { args, workspace, world } = call
  const ids = (args.text('users') ?? '').split(',').filter((id) => id !== '')
  if (ids.length === 0) {
    const present = args.text('channel')
    if (present === undefined) return refuse('users_list_not_supplied')
    return { channel: { id: (workspace.channels.get(present) ?? refuse('channel_not_found')).id } }
  }
  const users = ids.map((id) => world.users.get(id) ?? refuse('user_not_found'))
  if (users.some((user) => !isVisible(workspace, user))) refuse('user_not_visible')
  if (users.some((user) => user.isDeleted)) refuse('user_disabled')
  const [first] = users
  if (first === undefined || users.some((user) => user.options.isBot)) return refuse('cannot_dm_bot')
  const channel = users.length === 1 ? workspace.dm(first) : workspace.groupDm(...users)
  return { channel: args.isOn('return_im') ? infoOf(call, channel) : { id: channel.id } }
}

function assertMayRead({ installation }: BotCall, channel: Channel): void {
  assertScope(installation, [READ[channel.kind]])
}

function listOf(call: BotCall, channels: Channel[]): Json {
  const { args, installation, bot } = call
  const types = (args.text('types') ?? 'public_channel').split(',').map((type) => KINDS[type.trim()])
  if (types.includes(undefined)) refuse('invalid_types')
  for (const kind of types) assertScope(installation, [READ[kind as ChannelKind]])
  const shown = channels
    .filter((channel) => types.includes(channel.kind))
    .filter((channel) => channel.kind === 'channel' || channel.has(bot))
    .filter((channel) => !(args.isOn('exclude_archived') && channel.isArchived))
  const { items, nextCursor } = pageOf(shown, args, LIST_LIMIT)
  return { channels: items.map((channel) => infoOf(call, channel)), ...nextPage(nextCursor) }
}

function infoOf({ args, workspace, bot }: BotCall, channel: Channel): Json {
  const { kind } = channel
  const created = Math.floor(channel.createdAtMs / 1000)
  const common = {
    id: channel.id,
    created,
    is_archived: channel.isArchived,
    is_im: kind === 'im',
    is_org_shared: channel.isShared && !channel.isExtShared,
    context_team_id: workspace.id,
    ...(args.isOn('include_num_members') && { num_members: channel.members.size }),
  }
  if (kind === 'im') {
    const user = [...channel.members].find((id) => id !== bot.id)
    return { ...common, user, is_open: true }
  }
  return {
    ...common,
    name: channel.name,
    name_normalized: channel.name,
    creator: bot.id,
    is_channel: kind === 'channel',
    is_group: kind === 'group',
    is_mpim: kind === 'mpim',
    is_private: kind !== 'channel',
    is_general: false,
    is_member: channel.has(bot),
    is_shared: channel.isShared,
    is_ext_shared: channel.isExtShared,
    is_pending_ext_shared: false,
    shared_team_ids: teamIds([...channel.workspaces]),
    ...(channel.isExtShared && { connected_team_ids: teamIds([...channel.workspaces]) }),
    conversation_host_id: channel.host.id,
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
  }
}

function teamIds(workspaces: readonly Workspace[]): string[] {
  return workspaces.map(({ id }) => id)
}
