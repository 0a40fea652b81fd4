/** Which events reach an app: those that its manifest names, its granted scopes allow and its bot can see. */
import type { App, Installation } from '../world/app.ts'
import type { Channel } from '../world/channel.ts'
import type { Json } from '../world/wire.ts'

const MESSAGE_EVENTS = {
  channel: { name: 'message.channels', scope: 'channels:history' },
  group: { name: 'message.groups', scope: 'groups:history' },
  im: { name: 'message.im', scope: 'im:history' },
  mpim: { name: 'message.mpim', scope: 'mpim:history' },
}

const SCOPES: Record<string, string> = {
  app_mention: 'app_mentions:read',
  agent_session_stopped: 'assistant:write',
  agent_session_title_changed: 'assistant:write',
  app_context_changed: 'assistant:write',
  file_deleted: 'files:read',
  link_shared: 'links:read',
  reaction_added: 'reactions:read',
  team_join: 'users:read',
  user_change: 'users:read',
}

export function isSubscribed(app: App, installation: Installation, event: Json, channel?: Channel): boolean {
  const { name, scope } = needsOf(event, channel)
  if (!app.events.has(name)) return false
  if (scope !== undefined && !installation.scopes.has(scope)) return false
  const isAboutBot = event.user === installation.botUserId
  // Slack tells of links wherever they are posted, and whether the bot is there.
  if (name === 'link_shared') return true
  return channel === undefined || isAboutBot || channel.members.has(installation.botUserId)
}

function needsOf(event: Json, channel?: Channel): { name: string; scope?: string | undefined } {
  const type = String(event.type)
  if (type === 'message') return MESSAGE_EVENTS[channel?.kind ?? 'channel']
  if (type.startsWith('member_')) {
    return { name: type, scope: channel?.kind === 'group' ? 'groups:read' : 'channels:read' }
  }
  return { name: type, scope: SCOPES[type] }
}
