/** Posting, editing and deleting messages. */
import { problemsOfMessage, problemsOfView, toldAs } from '../../blocks/validate.ts'
import type { Channel } from '../../world/channel.ts'
import { change, post, remove, whisper } from '../../world/posting.ts'
import type { Json, Message, WireBlock } from '../../world/wire.ts'
import { type BotCall, botMethod, channelOf, isVisible, type Method, userOf } from '../method.ts'
import { assertBlocks, contentOf, metadataOf } from '../payload.ts'
import { refuse } from '../refusal.ts'

/** An edit may be no longer, although a new message may. */
const UPDATE_TEXT_MAX_CHARS = 4000

const WRITE = ['chat:write']

export const CHAT_METHODS: readonly Method[] = [
  botMethod('chat.postMessage', { rate: 'posting', scopes: WRITE }, postMessage),
  botMethod('chat.postEphemeral', { rate: 'tier4', scopes: WRITE }, postEphemeral),
  botMethod('chat.update', { rate: 'tier3', scopes: WRITE }, update),
  botMethod('chat.delete', { rate: 'tier3', scopes: WRITE }, deleteMessage),
  botMethod('chat.getPermalink', { rate: 'special' }, (call) => {
    const channel = channelOf(call)
    const ts = call.args.need('message_ts')
    const message = channel.find(ts) ?? refuse('message_not_found')
    const thread = message.thread_ts === undefined ? '' : `?thread_ts=${message.thread_ts}&cid=${channel.id}`
    const link = `${call.world.url}/archives/${channel.id}/p${ts.replace('.', '')}${thread}`
    return { channel: channel.id, permalink: link }
  }),
  botMethod('chat.unfurl', { rate: 'tier3', scopes: ['links:write'] }, unfurlLinks),
  botMethod('blocks.validate', { rate: 'special' }, validate),
]

function postMessage(call: BotCall): Json {
  const { args, workspace, world } = call
  const channel = placeOf(call)
  const content = contentOf(world, args)
  const threadTs = args.text('thread_ts')
  if (threadTs !== undefined && channel.find(threadTs) === undefined) refuse('thread_not_found')
  const message = post(workspace, channel, {
    ...authorOf(call),
    ...content,
    ...metadataOf(args),
    ...(threadTs !== undefined && { thread_ts: threadTs }),
    ...(threadTs !== undefined && args.isOn('reply_broadcast') && { subtype: 'thread_broadcast' }),
  })
  return { channel: channel.id, ts: message.ts, message: structuredClone(message) }
}

function postEphemeral(call: BotCall): Json {
  const { args, world } = call
  const channel = placeOf(call)
  const user = userOf(call)
  if (!channel.has(user)) refuse('user_not_in_channel')
  const threadTs = args.text('thread_ts')
  const message = whisper(user, channel, {
    ...authorOf(call),
    ...contentOf(world, args),
    ...(threadTs !== undefined && { thread_ts: threadTs }),
  })
  return { message_ts: message.ts }
}

function update(call: BotCall): Json {
  const { args, workspace, world, bot } = call
  const channel = channelOf(call)
  const present = ownMessage(call, channel, 'cant_update_message')
  if (channel.streams.get(present.ts)?.isOpen) refuse('streaming_state_conflict')
  if ((args.text('text') ?? '').length > UPDATE_TEXT_MAX_CHARS) refuse('msg_too_long')
  const content = contentOf(world, args)
  // Text takes the place of blocks, which only come back with the call; attachments stay until they are replaced.
  const { blocks: _, ...rest } = structuredClone(present)
  const message = change(workspace, channel, {
    ...rest,
    ...content,
    ...metadataOf(args),
    // Slack marks an edit of blocks as no edit.
    ...(content.blocks === undefined && { edited: { user: bot.id, ts: world.ids.ts() } }),
  })
  return { channel: channel.id, ts: message.ts, text: message.text, message: structuredClone(message) }
}

function deleteMessage(call: BotCall): Json {
  const channel = channelOf(call)
  const message = ownMessage(call, channel, 'cant_delete_message')
  if (channel.streams.get(message.ts)?.isOpen) refuse('cant_delete_message')
  remove(call.workspace, channel, message)
  return { channel: channel.id, ts: message.ts }
}

function unfurlLinks(call: BotCall): Json {
  const { args, workspace, world } = call
  const unfurls =
    args.json<Record<string, Json>>('unfurls', 'invalid_unfurls_format') ?? refuse('missing_unfurls')
  for (const { blocks } of Object.values(unfurls)) if (Array.isArray(blocks)) assertBlocks(blocks)
  const previewId = args.text('unfurl_id')
  if (previewId !== undefined) {
    if (args.text('source') === undefined) refuse('missing_source')
    world.previews.set(previewId, unfurls)
    return {}
  }
  if (args.text('channel') === undefined) refuse('missing_channel')
  if (args.text('ts') === undefined) refuse('missing_ts')
  // Links are told of wherever they are posted, so cards are taken there too.
  const channel = workspace.channels.get(args.need('channel')) ?? refuse('cannot_find_channel')
  const message = channel.find(args.need('ts')) ?? refuse('cannot_find_message')
  if (Object.keys(unfurls).some((url) => !message.text.includes(url))) refuse('cannot_unfurl_url')
  const attachments = Object.entries(unfurls).map(([url, unfurl]) => ({
    from_url: url,
    is_app_unfurl: true,
    ...unfurl,
  }))
  change(workspace, channel, { ...structuredClone(message), attachments })
  return {}
}

/** Says of blocks, a message or a view what Slack would refuse. The codes are ours: Slack's are not verified. */
function validate({ args }: BotCall): Json {
  const blocks = args.list<WireBlock>('blocks')
  const message = args.json<Json>('message')
  const view = args.json<Json>('view')
  if ([blocks, message, view].filter((each) => each !== undefined).length !== 1) refuse('invalid_arguments')
  const problems = view === undefined ? problemsOfMessage(blocks ?? message?.blocks) : problemsOfView(view)
  if (problems.length === 0) return {}
  const error =
    view !== undefined ? 'invalid_view' : blocks !== undefined ? 'invalid_blocks' : 'invalid_message'
  return refuse(error, {
    errors: problems.map(({ pointer, message: words }) => ({ code: 'invalid', message: words, pointer })),
    response_metadata: { messages: problems.map((problem) => `[ERROR] ${toldAs(problem)}`) },
  })
}

/** Where a call may write. A user's id stands for the conversation with them. */
function placeOf(call: BotCall): Channel {
  const { args, workspace, installation, world, bot } = call
  const id = args.need('channel')
  const user = world.users.get(id)
  if (user !== undefined && isVisible(workspace, user)) {
    if (user.isDeleted) refuse('user_disabled')
    return user.options.isBot === true ? refuse('cannot_dm_bot') : workspace.dm(user)
  }
  const channel = channelOf(call)
  if (channel.isArchived) refuse('is_archived')
  const isOpen = channel.kind === 'channel' && installation.scopes.has('chat:write.public')
  return channel.has(bot) || isOpen ? channel : refuse('not_in_channel')
}

export function authorOf({ workspace, installation, world, bot }: BotCall) {
  const { botId } = installation
  return {
    user: bot.id,
    bot_id: botId,
    app_id: world.app.id,
    team: workspace.id,
    bot_profile: { id: botId, app_id: world.app.id, name: bot.name, team_id: workspace.id, deleted: false },
  }
}

function ownMessage(call: BotCall, channel: Channel, error: string): Message {
  const message = channel.find(call.args.need('ts')) ?? refuse('message_not_found')
  return message.user === call.bot.id ? message : refuse(error)
}
