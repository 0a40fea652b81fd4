/** The manifest from which the Slack app is created: what it is, the least scopes, and the events that are used. */
import type { Shortcut } from '../../core/intent/shortcut.ts'

/** Scopes of the bot, each with what it is for. */
const SCOPES = {
  'app_mentions:read': 'hear when somebody mentions the bot',
  'assistant:write': 'be an agent, with a status that people can stop',
  'channels:history': 'read the threads of public channels in which it takes part',
  'channels:read': 'see who reads along in a public channel',
  'chat:write': 'answer',
  commands: 'offer slash commands and shortcuts',
  'files:read': 'read the files that people send to it',
  'files:write': 'send files that agents make',
  'groups:history': 'read the threads of private channels in which it takes part',
  'groups:read': 'see who reads along in a private channel',
  'im:history': 'read direct messages to it',
  'im:read': 'know its direct messages',
  'im:write': 'begin a direct message',
  'mpim:history': 'read group messages in which it takes part',
  'mpim:read': 'see who reads along in a group message',
  'users:read': 'tell members from guests, strangers and bots',
} as const

const ADDRESS_SCOPE = { 'users:read.email': 'know people by their confirmed addresses' } as const

const LINK_SCOPES = {
  'links:read': 'hear when somebody posts a link to this gateway',
  'links:write': 'show a card under such a link',
} as const

/** The events that the app hears. */
const BOT_EVENTS = [
  'agent_session_stopped',
  'app_home_opened',
  'app_mention',
  'app_uninstalled',
  'file_deleted',
  'link_shared',
  'member_joined_channel',
  'message.channels',
  'message.groups',
  'message.im',
  'message.mpim',
  'team_join',
  'tokens_revoked',
  'user_change',
] as const

const SUGGESTED_PROMPTS = [
  { title: 'What now?', message: 'what now' },
  { title: 'Add a task', message: 'call the bank tomorrow 15m p1' },
  { title: 'Show my tasks', message: 'list' },
  { title: 'Help', message: 'help' },
]

export interface Needs {
  readonly emailDomains: readonly string[]
  /** Whether new members are greeted who may come in. */
  readonly greetsMembers?: boolean | undefined
  /** The domain whose links get a card; undefined: none does. */
  readonly linkDomain?: string | undefined
}

/** The scopes that the bot needs, each with what it is for. */
export function neededScopes({
  emailDomains,
  greetsMembers = false,
  linkDomain,
}: Needs): Readonly<Record<string, string>> {
  return {
    ...SCOPES,
    ...((greetsMembers || emailDomains.length > 0) && ADDRESS_SCOPE),
    ...(linkDomain !== undefined && LINK_SCOPES),
  }
}

/** A domain as Slack takes it for links: public, so neither an address of digits nor the name of a machine alone. */
const PUBLIC_DOMAIN = /^(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*[a-z]$/

/** Undefined: Slack does not hear of links to such an address. */
export function linkDomainOf(publicUrl: string | undefined): string | undefined {
  const domain = publicUrl === undefined ? '' : new URL(publicUrl).hostname
  return PUBLIC_DOMAIN.test(domain) ? domain : undefined
}

/** Commands of an app: Slack takes no more. */
const COMMANDS_MAX = 25

interface ManifestParts extends Needs {
  readonly name: string
  /** Where Slack reaches the gateway; undefined: events come through a socket. */
  readonly publicUrl: string | undefined
  /** Where workspaces come back to from a consent; undefined: nowhere. */
  readonly redirectUrl: string | undefined
  /** Names of commands besides `/sb`. */
  readonly commands: readonly string[]
  readonly shortcuts: readonly Pick<Shortcut, 'name' | 'title' | 'description' | 'on'>[]
}

export function appManifest({ name, publicUrl, redirectUrl, ...offered }: ManifestParts) {
  const at = (path: string) => (publicUrl === undefined ? {} : { request_url: `${publicUrl}/slack/${path}` })
  const url = publicUrl === undefined ? {} : { url: `${publicUrl}/slack/commands` }
  return {
    display_information: {
      name,
      description: 'Tasks, projects and agents, as you would write to a colleague',
      background_color: '#1f2430',
    },
    features: {
      agent_view: {
        agent_description: 'Turns what you write into tasks, and lets agents work on goals.',
        suggested_prompts: SUGGESTED_PROMPTS,
      },
      app_home: {
        home_tab_enabled: true,
        messages_tab_enabled: true,
        messages_tab_read_only_enabled: false,
      },
      bot_user: { display_name: name.toLowerCase(), always_online: true },
      shortcuts: offered.shortcuts.map(({ name: callback_id, title, description, on }) => ({
        ...{ name: title, type: on === 'message' ? 'message' : 'global', callback_id, description },
      })),
      slash_commands: commandsOf(offered.commands).map((command) => ({
        ...{ ...command, should_escape: true, ...url },
      })),
      ...(offered.linkDomain !== undefined && { unfurl_domains: [offered.linkDomain] }),
    },
    oauth_config: {
      scopes: { bot: Object.keys(neededScopes(offered)).sort() },
      ...(redirectUrl !== undefined && { redirect_urls: [redirectUrl] }),
    },
    settings: {
      event_subscriptions: { bot_events: BOT_EVENTS, ...at('events') },
      interactivity: { is_enabled: true, ...at('interactions') },
      org_deploy_enabled: false,
      socket_mode_enabled: publicUrl === undefined,
      token_rotation_enabled: false,
    },
  }
}

/** Each name is the first word of what its command says. */
function commandsOf(names: readonly string[]) {
  const anything = {
    command: '/sb',
    description: 'Write to Switchboard from anywhere',
    usage_hint: 'call the bank tomorrow 15m p1',
  }
  const named = names.map((name) => ({
    ...{ command: `/${name}`, description: `Say "${name}" to Switchboard` },
    usage_hint: '[words]',
  }))
  return [anything, ...named].slice(0, COMMANDS_MAX)
}
