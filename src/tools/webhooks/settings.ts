/** Settings of webhooks: hosts that they may reach although they are not on the public internet. */
import { defineSetting } from '../../core/area/setting.ts'
import { hosts } from '../../core/area/setting-forms.ts'

export const webhookHosts = defineSetting({
  variable: 'SWITCHBOARD_WEBHOOK_HOSTS',
  description:
    'Hosts to which webhooks may be sent although they are not on the public internet or have no certificate, each with its port: `hooks.internal:8443,localhost:9999`.',
  takes: 'hosts with ports, separated by commas',
  default: 'none',
  schema: hosts,
})
