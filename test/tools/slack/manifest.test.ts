/** The manifest of the Slack app, and the doctor of a gateway without Slack. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { diagnose } from '../../../src/tools/slack/diagnose.ts'
import { printManifest } from '../../../src/tools/slack/print-manifest.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

let gateway: TestGateway
let trusting: TestGateway
let published: TestGateway
beforeAll(async () => {
  gateway = await openTestGateway()
  trusting = await openTestGateway({ environment: { SLACK_EMAIL_DOMAINS: 'Example.com' } })
  published = await openTestGateway({ lent: { publicUrl: () => 'https://sb.acme.example:8443/gateway' } })
})
afterAll(async () => {
  await gateway.close()
  await trusting.close()
  await published.close()
})

interface Manifest {
  readonly features: { readonly unfurl_domains?: readonly string[] }
  readonly oauth_config: { readonly scopes: { readonly bot: readonly string[] } }
  readonly settings: {
    readonly socket_mode_enabled: boolean
    readonly event_subscriptions: { readonly bot_events: readonly string[] }
  }
}

async function manifestOf(of: TestGateway): Promise<Manifest> {
  const { output } = await of.invoke(printManifest, {}, of.as())
  return output.manifest as unknown as Manifest
}

it('declares an agent that hears of mentions, messages and stops through a socket', async () => {
  const { features, settings } = await manifestOf(gateway)
  expect(Object.keys(features)).toContain('agent_view')
  expect(settings.socket_mode_enabled).toBe(true)
  expect(settings.event_subscriptions.bot_events).toEqual(
    expect.arrayContaining(['app_mention', 'message.im', 'message.channels', 'agent_session_stopped']),
  )
})

it('reads addresses only where their domains are trusted', async () => {
  expect((await manifestOf(gateway)).oauth_config.scopes.bot).not.toContain('users:read.email')
  expect((await manifestOf(trusting)).oauth_config.scopes.bot).toContain('users:read.email')
})

it('has Slack tell of links to this gateway only where it has a public domain', async () => {
  const links = ['links:read', 'links:write']
  expect((await manifestOf(gateway)).features.unfurl_domains).toBeUndefined()
  expect((await manifestOf(gateway)).oauth_config.scopes.bot).not.toEqual(expect.arrayContaining(links))
  const manifest = await manifestOf(published)
  expect(manifest.features.unfurl_domains).toEqual(['sb.acme.example'])
  expect(manifest.oauth_config.scopes.bot).toEqual(expect.arrayContaining(links))
})

it('is all that is printed, so that it can be piped', async () => {
  const { output } = await gateway.invoke(printManifest, {}, gateway.as())
  expect(JSON.parse(printManifest.tell(output))).toEqual(output.manifest)
})

it('asks for a public address before it has Slack send events there', async () => {
  const asked = gateway.invoke(printManifest, { overHttp: true }, gateway.as())
  await expect(asked).rejects.toMatchObject({ code: 'not_configured' })
})

it('tells of a gateway without Slack how to connect it', async () => {
  const { output } = await gateway.invoke(diagnose, {}, gateway.as())
  expect(output.findings).toEqual([
    {
      name: 'app',
      state: 'warn',
      found: expect.any(String),
      fix: expect.stringContaining('SLACK_BOT_TOKEN'),
    },
  ])
})
