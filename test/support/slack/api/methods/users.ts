/** People, as an app of this workspace sees them. */
import type { User } from '../../world/user.ts'
import type { Json } from '../../world/wire.ts'
import { type BotCall, botMethod, type Method, userOf } from '../method.ts'
import { nextPage, pageOf } from '../paging.ts'
import { refuse } from '../refusal.ts'

const LIST_LIMIT = 200

const READ = ['users:read']

export const USER_METHODS: readonly Method[] = [
  botMethod('users.info', { rate: 'tier4', scopes: READ }, (call) => ({ user: infoOf(call, userOf(call)) })),

  botMethod('users.list', { rate: 'tier2', scopes: READ }, (call) => {
    const { items, nextCursor } = pageOf([...call.workspace.users.values()], call.args, LIST_LIMIT)
    return { members: items.map((user) => infoOf(call, user)), ...nextPage(nextCursor) }
  }),

  botMethod('users.lookupByEmail', { rate: 'tier3', scopes: ['users:read.email'] }, (call) => {
    const email = call.args.need('email').toLowerCase()
    const user = [...call.workspace.users.values()].find(
      (each) => each.email?.toLowerCase() === email && !each.isDeleted,
    )
    return { user: infoOf(call, user ?? refuse('users_not_found')) }
  }),
]

function infoOf({ workspace, installation }: BotCall, user: User): Json {
  const { options, workspace: home } = user
  const isHome = workspace.isHomeOf(user)
  const { enterprise } = home
  const mayReadEmail = installation.scopes.has('users:read.email') && isHome && user.email !== undefined
  return {
    id: user.id,
    team_id: home.id,
    name: user.name,
    deleted: user.isDeleted,
    real_name: user.realName,
    is_bot: options.isBot === true,
    is_app_user: false,
    is_email_confirmed: options.isBot !== true,
    updated: Math.floor(user.updatedAtMs / 1000),
    is_workflow_bot: options.isWorkflowBot === true,
    ...(!isHome && { is_stranger: true }),
    // Of deactivated people, Slack says no more than this.
    ...(!user.isDeleted && {
      tz: options.timeZone ?? 'Europe/Berlin',
      is_admin: options.isAdmin === true,
      is_owner: false,
      is_primary_owner: false,
      is_restricted: options.isRestricted === true || options.isUltraRestricted === true,
      is_ultra_restricted: options.isUltraRestricted === true,
    }),
    profile: {
      real_name: user.realName,
      display_name: user.name,
      team: home.id,
      ...(mayReadEmail && { email: user.email }),
      ...(options.isBot === true && {
        bot_id: user.id === workspace.bot.id ? installation.botId : `B${user.id.slice(1)}`,
      }),
    },
    ...(enterprise !== undefined && {
      enterprise_user: {
        id: user.id,
        enterprise_id: enterprise.id,
        enterprise_name: enterprise.name,
        teams: home.world.workspaces.filter(({ users }) => users.has(user.id)).map(({ id }) => id),
        is_admin: false,
        is_owner: false,
        is_primary_owner: false,
      },
    }),
  }
}
