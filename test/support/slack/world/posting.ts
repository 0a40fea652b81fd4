/** Writing in a channel, as people and apps do it, with the events that Slack then sends. */
import { type Channel, isReply } from './channel.ts'
import type { User } from './user.ts'
import type { Json, Message } from './wire.ts'
import type { Workspace } from './workspace.ts'

/** What an event tells of a message: its metadata has an event of its own. */
function wireOf(message: Message): Json {
  const { metadata: _, ...shown } = structuredClone(message)
  return shown
}

/** Stores a message and tells the app; a mention of it is told as a second event of the same message. */
export function post(workspace: Workspace, channel: Channel, draft: Omit<Message, 'type' | 'ts'>): Message {
  const { world } = workspace
  const message: Message = { type: 'message', ts: world.ids.ts(), ...draft }
  const root = isReply(message) ? channel.find(message.thread_ts as string) : undefined
  if (root?.user !== undefined) message.parent_user_id = root.user
  channel.keep(message)
  world.changed()
  const event = { ...wireOf(message), channel: channel.id, event_ts: message.ts }
  world.out.event(workspace, { ...event, channel_type: channel.kind }, channel)
  if (mentionsApp(channel, message)) world.out.event(workspace, { ...event, type: 'app_mention' }, channel)
  return message
}

/** In direct messages, a mention of the app is only a message. */
function mentionsApp(channel: Channel, message: Message): boolean {
  if (channel.kind === 'im') return false
  return [...channel.workspaces].some((workspace) => {
    const installation = workspace.world.app.in(workspace)
    return (
      installation !== undefined &&
      message.user !== installation.botUserId &&
      message.text.includes(`<@${installation.botUserId}>`)
    )
  })
}

/** Shows a message to one person alone. Slack does not keep it, and tells the app nothing of it. */
export function whisper(user: User, channel: Channel, draft: Omit<Message, 'type' | 'ts'>): Message {
  const { world } = user.workspace
  const message: Message = { type: 'message', ts: world.ids.ts(), ...draft, subtype: 'ephemeral' }
  user.ephemerals.push({ channelId: channel.id, message })
  world.changed()
  return message
}

/** Puts another version of a message in place of the present one, and tells the app of both. */
export function change(workspace: Workspace, channel: Channel, message: Message): Message {
  const previous = channel.find(message.ts)
  channel.keep(message)
  workspace.world.changed()
  tellHidden(workspace, channel, {
    subtype: 'message_changed',
    message: wireOf(message),
    ...(previous === undefined ? {} : { previous_message: wireOf(previous) }),
  })
  // An edit that first names the app is a mention too (seen by users; not documented).
  if (mentionsApp(channel, message) && previous !== undefined && !mentionsApp(channel, previous)) {
    const event = { ...wireOf(message), type: 'app_mention', channel: channel.id }
    workspace.world.out.event(workspace, { ...event, event_ts: workspace.world.ids.ts() }, channel)
  }
  return message
}

/** Deletes a message. A root that has replies leaves a stone in its place, which is told as a change. */
export function remove(workspace: Workspace, channel: Channel, message: Message): void {
  if (channel.replies(message.ts).length > 0) {
    const { ts } = message
    const stone: Message = {
      type: 'message',
      subtype: 'tombstone',
      ts,
      thread_ts: ts,
      user: 'USLACKBOT',
      text: 'This message was deleted.',
    }
    change(workspace, channel, stone)
    return
  }
  channel.drop(message.ts)
  workspace.world.changed()
  tellHidden(workspace, channel, {
    subtype: 'message_deleted',
    deleted_ts: message.ts,
    previous_message: wireOf(message),
  })
}

function tellHidden(workspace: Workspace, channel: Channel, what: Json): void {
  const ts = workspace.world.ids.ts()
  workspace.world.out.event(
    workspace,
    {
      type: 'message',
      hidden: true,
      channel: channel.id,
      channel_type: channel.kind,
      ts,
      event_ts: ts,
      ...what,
    },
    channel,
  )
}

/** The preview of a link, which Slack tells as a change of a message whose text is the same. */
export function unfurl(workspace: Workspace, channel: Channel, ts: string): void {
  const message = channel.find(ts)
  if (message === undefined) throw new Error(`${channel.name} has no message ${ts}.`)
  const url = /<(https?:\/\/[^|>]+)/.exec(message.text)?.[1] ?? 'https://example.com'
  const preview = { id: 1, from_url: url, service_name: new URL(url).host, title: url, fallback: url }
  change(workspace, channel, { ...structuredClone(message), attachments: [preview] })
}
