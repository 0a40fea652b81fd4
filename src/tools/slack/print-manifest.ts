/** slack.manifest: what the Slack app is created from. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { CALLBACK_PATH } from '../../domain/accounts/consents.ts'
import { appManifest, linkDomainOf } from '../../domain/slack/app-manifest.ts'
import { slackCommands, slackEmailDomains, slackWelcome } from './settings.ts'

/** The most characters that Slack allows the name of an app. */
const NAME_MAX_CHARS = 35

export const printManifest = defineOperation({
  name: 'slack.manifest',
  summary: 'Print the manifest of the Slack app: the least scopes, and the events that are used.',
  details:
    'Paste it at https://api.slack.com/apps?new_app=1, "From a manifest". By default events come through a socket, which needs no public address; with overHttp, Slack sends them to SWITCHBOARD_PUBLIC_URL.',
  keywords: 'create app, install bot, set up slack',
  route: 'GET /v1/slack/manifest',
  input: z.object({
    name: z.string().trim().min(1).max(NAME_MAX_CHARS).default('Switchboard'),
    overHttp: z.boolean().default(false).describe('Events come to a public address instead of a socket'),
  }),
  output: z.object({ manifest: z.record(z.string(), z.unknown()) }),
  scope: 'slack:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  async run({ name, overHttp }, ctx) {
    const emailDomains = ctx.settings.of(slackEmailDomains)
    const publicUrl = overHttp ? publicUrlOf(ctx) : undefined
    const linkDomain = linkDomainOf(ctx.publicUrl())
    const greetsMembers = ctx.settings.of(slackWelcome).includes('members')
    const offered = {
      greetsMembers,
      linkDomain,
      commands: ctx.settings.of(slackCommands),
      shortcuts: ctx.shortcuts ?? [],
    }
    return {
      manifest: appManifest({ name, emailDomains, publicUrl, redirectUrl: redirectUrlOf(ctx), ...offered }),
    }
  },
  // Nothing but the manifest, so that it can be piped into a file.
  tell: ({ manifest }) => JSON.stringify(manifest, null, 2),
})

/** Slack sends people back only to addresses with https. */
function redirectUrlOf({ publicUrl }: Pick<Context, 'publicUrl'>): string | undefined {
  const url = publicUrl()
  return url?.startsWith('https://') ? `${url}${CALLBACK_PATH}` : undefined
}

/** @throws AppError `not_configured` where Slack could not reach the gateway */
function publicUrlOf({ publicUrl }: Pick<Context, 'publicUrl'>): string {
  const url = publicUrl()
  if (url?.startsWith('https://')) return url
  throw new AppError('not_configured', 'Slack sends events only to a public address with https.', {
    fix: 'Set SWITCHBOARD_PUBLIC_URL, or leave out overHttp: a socket needs no address.',
  })
}
