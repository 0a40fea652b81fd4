/** Who the token is, what it may do, where sockets are opened, and how an app is installed and removed. */
import type { Installation } from '../../world/app.ts'
import type { World } from '../../world/world.ts'
import { botMethod, type Method } from '../method.ts'
import { refuse } from '../refusal.ts'

export const AUTH_METHODS: readonly Method[] = [
  botMethod('auth.test', { rate: 'special' }, ({ world, workspace, bot, installation }) => ({
    url: `${world.url}/`,
    team: workspace.name,
    user: bot.name,
    team_id: workspace.id,
    user_id: bot.id,
    bot_id: installation.botId,
    ...(workspace.enterprise && { enterprise_id: workspace.enterprise.id }),
    is_enterprise_install: false,
  })),

  botMethod('auth.revoke', { rate: 'tier3' }, ({ args, world, installation }) => {
    if (args.isOn('test')) return { revoked: false }
    world.app.uninstall(installation)
    return { revoked: true }
  }),

  botMethod('team.info', { rate: 'tier3', scopes: ['team:read'] }, ({ workspace }) => ({
    team: {
      id: workspace.id,
      name: workspace.name,
      domain: workspace.domain,
      url: `https://${workspace.domain}.slack.example/`,
      email_domain: `${workspace.domain}.example`,
      icon: { image_default: true },
      ...(workspace.enterprise && {
        enterprise_id: workspace.enterprise.id,
        enterprise_name: workspace.enterprise.name,
      }),
    },
  })),

  {
    name: 'api.test',
    rate: 'tier4',
    token: 'none',
    run: ({ args }) => ({ args: args.all() }),
  },

  {
    name: 'apps.connections.open',
    rate: 'tier3',
    token: 'app',
    run: ({ world, openSocketUrl }) =>
      world.app.urls === undefined ? { url: openSocketUrl() } : refuse('socket_mode_not_enabled'),
  },

  {
    name: 'oauth.v2.access',
    rate: 'tier4',
    token: 'none',
    run({ args, world, takeCode }) {
      const isClient =
        args.text('client_id') === world.app.clientId && args.text('client_secret') === world.app.clientSecret
      if (!isClient)
        refuse(args.text('client_id') === world.app.clientId ? 'bad_client_secret' : 'invalid_client_id')
      return grantOf(world, takeCode(args.need('code'), args.text('redirect_uri')))
    },
  },
]

/** What an app gets at the end of a consent. */
function grantOf(world: World, installation: Installation) {
  const { workspace } = installation
  return {
    access_token: installation.botToken,
    token_type: 'bot',
    scope: [...installation.scopes].join(','),
    bot_user_id: installation.botUserId,
    app_id: world.app.id,
    team: world.app.isOrgWide ? null : { id: workspace.id, name: workspace.name },
    enterprise: workspace.enterprise === undefined ? null : { ...workspace.enterprise },
    is_enterprise_install: world.app.isOrgWide,
    authed_user: { id: [...workspace.users.values()].find((user) => user.options.isAdmin)?.id ?? 'U0' },
  }
}
