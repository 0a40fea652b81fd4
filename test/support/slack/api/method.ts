/** A method of the Web API: who may call it, how often, and what it does. */
import type { Faults } from '../faults.ts'
import type { Installation } from '../world/app.ts'
import type { Channel } from '../world/channel.ts'
import type { User } from '../world/user.ts'
import type { Json } from '../world/wire.ts'
import type { Workspace } from '../world/workspace.ts'
import type { World } from '../world/world.ts'
import type { Arguments } from './arguments.ts'
import { refuse } from './refusal.ts'

/** What the methods need of the rest of the stand-in. */
export interface Services {
  readonly world: World
  readonly faults: Faults
  /** A ticket for one Socket Mode connection. */
  openSocketUrl(): string
  /** Whose trigger this is; refuses one that is too old or used. */
  takeTrigger(id: string): User
  /** The installation that the code of a consent gives. */
  takeCode(code: string, redirectUri: string | undefined): Installation
}

export interface Call extends Services {
  readonly args: Arguments
}

export interface BotCall extends Call {
  readonly installation: Installation
  readonly workspace: Workspace
  readonly bot: User
}

/** Calls a minute, or a rule of its own. */
export type Rate = 'tier1' | 'tier2' | 'tier3' | 'tier4' | 'posting' | 'history' | 'special'

interface Common {
  readonly name: string
  readonly rate: Rate
}

export type Method =
  | (Common & {
      readonly token: 'bot'
      /** One of these is enough. */
      readonly scopes: readonly string[]
      run(call: BotCall): Json | undefined
    })
  | (Common & { readonly token: 'app' | 'none'; run(call: Call): Json | undefined })

/** A method that is called with the bot's token. */
export function botMethod(
  name: string,
  options: { readonly rate: Rate; readonly scopes?: readonly string[] },
  run: (call: BotCall) => Json | undefined,
): Method {
  return { name, token: 'bot', rate: options.rate, scopes: options.scopes ?? [], run }
}

/** The channel that a call names, if the app can see it at all. */
export function channelOf(call: BotCall, field = 'channel'): Channel {
  const channel = call.workspace.channels.get(call.args.need(field))
  if (channel === undefined) return refuse('channel_not_found')
  const isHidden = channel.kind !== 'channel' && !channel.has(call.bot)
  return isHidden ? refuse('channel_not_found') : channel
}

/** The user that a call names, if this workspace can see them. */
export function userOf(call: BotCall, field = 'user'): User {
  const user = call.world.users.get(call.args.need(field))
  if (user === undefined) return refuse('user_not_found')
  return isVisible(call.workspace, user) ? user : refuse('user_not_found')
}

/** People of the workspace, of its enterprise, and those who are in one of its channels from elsewhere. */
export function isVisible(workspace: Workspace, user: User): boolean {
  return workspace.isHomeOf(user) || [...workspace.channels.values()].some((channel) => channel.has(user))
}
