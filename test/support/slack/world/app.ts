/** The app under test: what its manifest declares, and what each workspace granted when it was installed. */
import { randomBytes } from 'node:crypto'
import type { Workspace } from './workspace.ts'

/** The scopes that a test gets unless it asks for fewer. */
const ALL_SCOPES = [
  'app_mentions:read',
  'assistant:write',
  'channels:history',
  'channels:read',
  'chat:write',
  'chat:write.customize',
  'chat:write.public',
  'commands',
  'files:read',
  'files:write',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'links:read',
  'links:write',
  'mpim:history',
  'mpim:read',
  'mpim:write',
  'reactions:read',
  'reactions:write',
  'team:read',
  'users:read',
  'users:read.email',
] as const

/** The events that a test gets unless it asks for fewer. */
const ALL_EVENTS = [
  'agent_session_stopped',
  'agent_session_title_changed',
  'app_context_changed',
  'app_home_opened',
  'app_mention',
  'app_uninstalled',
  'file_deleted',
  'link_shared',
  'member_joined_channel',
  'member_left_channel',
  'message.channels',
  'message.groups',
  'message.im',
  'message.mpim',
  'reaction_added',
  'team_join',
  'tokens_revoked',
  'user_change',
] as const

/** Where Slack sends what happens when the app does not use Socket Mode. */
export interface RequestUrls {
  readonly events: string
  readonly interactions: string
  readonly commands: string
}

export interface AppOptions {
  readonly name?: string
  /** What the manifest asks for; a workspace grants it when the app is installed there. */
  readonly scopes?: readonly string[]
  readonly events?: readonly string[]
  /** The hosts whose links are told to the app. */
  readonly unfurlDomains?: readonly string[]
  /** Absent: Socket Mode. */
  readonly urls?: RequestUrls
  /** Whether the manifest declares an agent (`agent_view`). */
  readonly isAgent?: boolean
  /** Distributed outside the Marketplace: `conversations.history` and `.replies` are all but closed to it. */
  readonly isUnlisted?: boolean
  /** Whether admins install it for their whole organization. */
  readonly isOrgWide?: boolean
}

function secret(prefix: string): string {
  return `${prefix}${randomBytes(16).toString('hex')}`
}

/** The app in one workspace. A test may change what was granted, as an admin does. */
export interface Installation {
  readonly workspace: Workspace
  botToken: string
  readonly botId: string
  readonly botUserId: string
  scopes: Set<string>
  isRevoked: boolean
}

export class App {
  readonly id: string
  readonly name: string
  readonly clientId: string
  readonly clientSecret = secret('')
  readonly verificationToken = secret('')
  readonly isAgent: boolean
  readonly isUnlisted: boolean
  readonly isOrgWide: boolean
  readonly unfurlDomains: readonly string[]
  readonly installations: Installation[] = []
  appToken = secret('xapp-1-')
  signingSecret = secret('')
  scopes: readonly string[]
  events: Set<string>
  urls: RequestUrls | undefined

  constructor(id: string, options: AppOptions) {
    this.id = id
    this.name = options.name ?? 'switchboard'
    this.clientId = `${id}.client`
    this.scopes = options.scopes ?? ALL_SCOPES
    this.events = new Set(options.events ?? ALL_EVENTS)
    this.urls = options.urls
    this.unfurlDomains = options.unfurlDomains ?? []
    this.isAgent = options.isAgent ?? true
    this.isUnlisted = options.isUnlisted ?? false
    this.isOrgWide = options.isOrgWide ?? false
  }

  /** Installs the app, or installs it again: only then does a workspace grant what the manifest asks for. */
  installIn(workspace: Workspace): Installation {
    const present = this.in(workspace)
    if (present !== undefined) {
      present.scopes = new Set(this.scopes)
      if (present.isRevoked) present.botToken = secret('xoxb-')
      present.isRevoked = false
      return present
    }
    const bot = workspace.user(this.name, { isBot: true })
    const installation: Installation = {
      workspace,
      botToken: secret('xoxb-'),
      botId: workspace.world.ids.next('B'),
      botUserId: bot.id,
      scopes: new Set(this.scopes),
      isRevoked: false,
    }
    this.installations.push(installation)
    return installation
  }

  /** Takes the app out of a workspace: its token no longer works, and Slack says so with two events. */
  uninstall(installation: Installation): void {
    const { workspace } = installation
    const { world } = workspace
    const tokens = { oauth: [], bot: [installation.botUserId] }
    world.out.event(workspace, { type: 'tokens_revoked', tokens, event_ts: world.ids.ts() })
    world.out.event(workspace, { type: 'app_uninstalled', event_ts: world.ids.ts() })
    installation.isRevoked = true
    world.changed()
  }

  in(workspace: Workspace): Installation | undefined {
    return this.installations.find((each) => each.workspace === workspace)
  }

  rotateSigningSecret(): string {
    this.signingSecret = secret('')
    return this.signingSecret
  }

  rotateBotToken(installation: Installation): string {
    installation.botToken = secret('xoxb-')
    return installation.botToken
  }
}
