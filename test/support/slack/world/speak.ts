/** What people do in a channel without the app's help: write, edit, delete, react, upload, come and go. */
import type {
  LinkSharedEvent,
  MemberJoinedChannelEvent,
  MemberLeftChannelEvent,
  ReactionAddedEvent,
} from '@slack/types'
import type { Channel } from './channel.ts'
import { announceFile, type FileFault, type StoredFile, wireFile } from './files.ts'
import { change, post, remove } from './posting.ts'
import { toRichText, toWireText } from './rich-text.ts'
import type { User } from './user.ts'
import type { Json, Message, WireFile } from './wire.ts'

export interface SayOptions {
  /** The root of the thread to write in. */
  readonly thread?: string
  /** Whether a reply is also sent to the channel. */
  readonly isBroadcast?: boolean
  /** Text as it is on the wire already. */
  readonly isRaw?: boolean
  /** What the person was looking at when they wrote to the agent. */
  readonly appContext?: Json
}

interface Saying extends SayOptions {
  readonly text: string
  readonly files?: WireFile[]
}

export function say(user: User, channel: Channel, saying: Saying): Message {
  assertMember(user, channel)
  const { workspace } = user
  const text = saying.isRaw === true ? saying.text : toWireText(workspace, saying.text)
  const subtype = saying.files ? 'file_share' : saying.isBroadcast ? 'thread_broadcast' : undefined
  const message = post(workspace, channel, {
    ...(subtype !== undefined && { subtype }),
    user: user.id,
    team: workspace.id,
    text,
    client_msg_id: crypto.randomUUID(),
    ...(user.options.isBot === true && { bot_id: `B${user.id.slice(1)}`, app_id: `A${user.id.slice(1)}` }),
    ...(text !== '' && { blocks: [toRichText(text, workspace.world.ids.next('b'))] }),
    ...(saying.files && { files: saying.files }),
    ...(saying.thread !== undefined && { thread_ts: saying.thread }),
    ...(saying.appContext !== undefined && { app_context: saying.appContext }),
    // Across workspaces, a message says where its author is at home.
    ...(channel.isShared && { user_team: workspace.id, source_team: workspace.id }),
  })
  tellLinks(user, channel, message)
  return structuredClone(message)
}

function linksIn({ world }: User['workspace'], text: string): LinkSharedEvent['links'] {
  return [...text.matchAll(/<(https?:\/\/[^|>]+)/g)]
    .map(([, url = '']) => ({ url, domain: new URL(url).hostname }))
    .filter(({ domain }) => world.app.unfurlDomains.includes(domain))
}

/** Links that are typed, and not sent yet: Slack does not say where they will be sent. Answers with the id of the preview. `text`: as it is on the wire. */
export function compose(user: User, text: string): string {
  const { world } = user.workspace
  const id = `${user.id}-${crypto.randomUUID()}`
  const event = {
    type: 'link_shared',
    user: user.id,
    channel: 'COMPOSER',
    message_ts: id,
    links: linksIn(user.workspace, text),
    unfurl_id: id,
    source: 'composer',
    is_bot_user_member: true,
    event_ts: world.ids.ts(),
  } satisfies LinkSharedEvent
  if (event.links.length > 0) world.out.event(user.workspace, event)
  return id
}

/** Links to the app's own pages are told to it, so that it can show what is behind them. */
function tellLinks(user: User, channel: Channel, message: Message): void {
  const { world } = user.workspace
  const links = linksIn(user.workspace, message.text)
  if (links.length === 0) return
  const event = {
    type: 'link_shared',
    user: user.id,
    channel: channel.id,
    message_ts: message.ts,
    ...(message.thread_ts !== undefined && { thread_ts: message.thread_ts }),
    links,
    unfurl_id: world.ids.next('un-'),
    source: 'conversations_history',
    is_bot_user_member: channel.hasBot,
    event_ts: world.ids.ts(),
  } satisfies LinkSharedEvent
  world.out.event(user.workspace, event, channel)
}

export function edit(user: User, channel: Channel, ts: string, typed: string): Message {
  const message = ownMessage(user, channel, ts)
  const { world } = user.workspace
  const text = toWireText(user.workspace, typed)
  return structuredClone(
    change(user.workspace, channel, {
      ...structuredClone(message),
      text,
      blocks: [toRichText(text, world.ids.next('b'))],
      edited: { user: user.id, ts: world.ids.ts() },
    }),
  )
}

export function deleteMessage(user: User, channel: Channel, ts: string): void {
  remove(user.workspace, channel, ownMessage(user, channel, ts))
}

export interface GivenFile {
  readonly name: string
  readonly bytes: Uint8Array
  readonly type?: string
  /** What Slack says of it in place of the truth. */
  readonly described?: Partial<WireFile>
  readonly faults?: readonly FileFault[]
}

interface Upload extends Saying {
  readonly given: readonly GivenFile[]
}

export function upload(user: User, channel: Channel, { given, ...saying }: Upload): Message {
  const files = given.map((each) => keepFile(user, channel, each))
  return say(user, channel, { ...saying, files: files.map((file) => wireFile(user.workspace.world, file)) })
}

function keepFile({ workspace, id: userId }: User, channel: Channel, given: GivenFile): StoredFile {
  const file = announceFile(workspace.world, {
    ...{ teamId: workspace.id, userId, name: given.name },
    ...{ size: given.bytes.length, mimetype: given.type },
  })
  file.bytes = given.bytes
  file.isComplete = true
  file.described = given.described ?? {}
  file.faults.push(...(given.faults ?? []))
  file.channels.add(channel.id)
  return file
}

export function addReaction(user: User, channel: Channel, ts: string, name: string): void {
  const message = channel.find(ts)
  if (message === undefined) throw new Error(`#${channel.name} has no message ${ts}.`)
  message.reactions ??= []
  const present = message.reactions.find((each) => each.name === name)
  if (present?.users.includes(user.id)) return
  if (present === undefined) message.reactions.push({ name, count: 1, users: [user.id] })
  else {
    present.users.push(user.id)
    present.count += 1
  }
  const { workspace } = user
  workspace.world.changed()
  const event = {
    type: 'reaction_added',
    user: user.id,
    reaction: name,
    item: { type: 'message', channel: channel.id, ts },
    item_user: message.user ?? '',
    event_ts: workspace.world.ids.ts(),
  } satisfies ReactionAddedEvent
  workspace.world.out.event(workspace, event, channel)
}

export function join(user: User, channel: Channel): void {
  channel.members.add(user.id)
  tellMembership(user, channel, 'member_joined_channel')
}

export function leave(user: User, channel: Channel): void {
  tellMembership(user, channel, 'member_left_channel')
  channel.members.delete(user.id)
}

type MembershipType = (MemberJoinedChannelEvent | MemberLeftChannelEvent)['type']

function tellMembership(user: User, channel: Channel, type: MembershipType): void {
  const { workspace } = user
  workspace.world.changed()
  const event = {
    type,
    user: user.id,
    channel: channel.id,
    channel_type: channel.kind === 'channel' ? 'C' : 'G',
    team: workspace.id,
    event_ts: workspace.world.ids.ts(),
  } satisfies MemberJoinedChannelEvent | MemberLeftChannelEvent
  workspace.world.out.event(workspace, event, channel)
}

function ownMessage(user: User, channel: Channel, ts: string): Message {
  const message = channel.find(ts)
  if (message?.user !== user.id) throw new Error(`${user.name} wrote no message ${ts} in #${channel.name}.`)
  return message
}

function assertMember(user: User, channel: Channel): void {
  if (!channel.has(user)) throw new Error(`${user.name} is not a member of #${channel.name}.`)
}
