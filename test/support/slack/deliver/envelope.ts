/** The envelope around an event: which app and installation it is for, and an id by which it is known. */
import type { Installation } from '../world/app.ts'
import type { Channel } from '../world/channel.ts'
import type { Json } from '../world/wire.ts'
import type { World } from '../world/world.ts'

export interface Envelope extends Json {
  event_id: string
}

interface Happened {
  readonly installation: Installation
  readonly event: Json
  readonly channel: Channel | undefined
}

export function envelopeOf(world: World, { installation, event, channel }: Happened): Envelope {
  const { workspace } = installation
  const enterpriseId = workspace.enterprise?.id ?? null
  return {
    token: world.app.verificationToken,
    team_id: workspace.id,
    ...(enterpriseId !== null && { enterprise_id: enterpriseId }),
    context_team_id: workspace.id,
    context_enterprise_id: enterpriseId,
    api_app_id: world.app.id,
    event,
    type: 'event_callback',
    event_id: world.ids.next('Ev'),
    event_time: Math.floor(world.clock.now() / 1000),
    authorizations: [
      {
        enterprise_id: enterpriseId,
        team_id: workspace.id,
        user_id: installation.botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: channel?.isExtShared ?? false,
    event_context: world.ids.next('4-'),
  }
}
