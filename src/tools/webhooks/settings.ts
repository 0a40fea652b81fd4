/** Settings of webhooks: hosts that they may reach although they are not on the public internet. */
import { z } from 'zod'
import { defineSetting } from '../../core/area/setting.ts'
import { list } from '../../core/area/setting-forms.ts'

const HOST_AND_PORT = /^(\[[\da-f:.]+\]|[\w.-]+):\d{1,5}$/i

/** The host as a parsed address spells it, `[::1]` for `[0:0::1]`: they are compared as texts. */
function asInUrls(text: string): string {
  const port = Number(text.slice(text.lastIndexOf(':') + 1))
  return `${new URL(`http://${text}`).hostname}:${port}`
}

export const webhookHosts = defineSetting({
  variable: 'SWITCHBOARD_WEBHOOK_HOSTS',
  description:
    'Hosts to which webhooks may be sent although they are not on the public internet or have no certificate, each with its port: `hooks.internal:8443,localhost:9999`.',
  takes: 'hosts with ports, separated by commas',
  default: 'none',
  schema: list(
    z
      .string()
      .regex(HOST_AND_PORT)
      .refine((text) => URL.canParse(`http://${text}`))
      .transform(asInUrls),
  ),
})
