/** A workspace (Slack says team), alone or in an enterprise. */
import type { Installation } from './app.ts'
import { Channel } from './channel.ts'
import { User, type UserOptions } from './user.ts'
import type { World } from './world.ts'

export interface Enterprise {
  readonly id: string
  readonly name: string
}

export interface WorkspaceOptions {
  readonly enterprise?: Enterprise
  /** False: nobody has installed the app here yet. */
  readonly isInstalled?: boolean
}

export interface ChannelOptions {
  readonly isPrivate?: boolean
  readonly members?: readonly User[]
  /** False: the app must be invited first. */
  readonly hasBot?: boolean
  /** Other workspaces that see it, through Slack Connect or within one enterprise. */
  readonly sharedWith?: readonly Workspace[]
}

export class Workspace {
  readonly world: World
  readonly id: string
  readonly name: string
  readonly domain: string
  readonly enterprise: Enterprise | undefined
  readonly users = new Map<string, User>()
  readonly channels = new Map<string, Channel>()

  constructor(world: World, name: string, options: WorkspaceOptions) {
    this.world = world
    this.id = world.ids.next('T')
    this.name = name
    this.domain = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
    this.enterprise = options.enterprise
  }

  get installation(): Installation {
    const found = this.world.app.in(this)
    if (found === undefined) throw new Error(`The app is not installed in ${this.name}.`)
    return found
  }

  /** The app's own user here. */
  get bot(): User {
    return this.member(this.installation.botUserId)
  }

  user(name: string, options: UserOptions = {}): User {
    const user = new User(this, name, options)
    this.users.set(user.id, user)
    this.world.users.set(user.id, user)
    this.world.changed()
    return user
  }

  /** Somebody joins now: Slack tells of them. */
  joins(name: string, options: UserOptions = {}): User {
    const user = this.user(name, options)
    const told = { id: user.id, team_id: this.id, name, is_bot: options.isBot === true }
    this.world.out.event(this, { type: 'team_join', user: told, event_ts: this.world.ids.ts() })
    return user
  }

  /** Lets in someone of another workspace of the enterprise; they keep their id. */
  admit(user: User): void {
    this.users.set(user.id, user)
    this.world.changed()
  }

  channel(name: string, options: ChannelOptions = {}): Channel {
    const kind = options.isPrivate === true ? 'group' : 'channel'
    const bot = options.hasBot === false || this.world.app.in(this) === undefined ? [] : [this.bot]
    return this.#open(new Channel(this, { kind, name, members: [...(options.members ?? []), ...bot] }), [
      ...(options.sharedWith ?? []),
    ])
  }

  /** The conversation of `user` with the app, opened at first use. */
  dm(user: User): Channel {
    for (const channel of this.channels.values()) {
      if (channel.kind === 'im' && channel.members.has(user.id) && channel.members.has(this.bot.id)) {
        return channel
      }
    }
    return this.#open(new Channel(this, { kind: 'im', name: user.name, members: [user, this.bot] }), [])
  }

  /** A conversation of two users, in which the app is not. */
  privately(...users: [User, User]): Channel {
    const name = users.map((each) => each.name).join('--')
    return this.#open(new Channel(this, { kind: 'im', name, members: users }), [])
  }

  /** The conversation of these users with the app, opened at first use. */
  groupDm(...users: User[]): Channel {
    const members = [...new Set([...users, this.bot])]
    for (const channel of this.channels.values()) {
      const isSame = channel.members.size === members.length && members.every((each) => channel.has(each))
      if (channel.kind === 'mpim' && isSame) return channel
    }
    const name = `mpdm-${members.map((each) => each.name).join('--')}-1`
    return this.#open(new Channel(this, { kind: 'mpim', name, members }), [])
  }

  member(id: string): User {
    const user = this.users.get(id)
    if (user === undefined) throw new Error(`${this.name} has no user ${id}.`)
    return user
  }

  /** Whether `user` belongs to this workspace, or to another one of its enterprise that counts as home. */
  isHomeOf(user: User): boolean {
    return (
      this.users.has(user.id) ||
      (this.enterprise !== undefined && this.enterprise === user.workspace.enterprise)
    )
  }

  #open(channel: Channel, others: Workspace[]): Channel {
    for (const workspace of [this, ...others]) {
      workspace.channels.set(channel.id, channel)
      channel.workspaces.add(workspace)
    }
    this.world.channels.set(channel.id, channel)
    this.world.changed()
    return channel
  }
}
