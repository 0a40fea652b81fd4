/** A stand-in with a workspace, two people, a channel and Slack's own client; closed after each test. */
import { LogLevel, WebClient } from '@slack/web-api'
import { afterEach } from 'vitest'
import { ManualClock } from '../../../support/slack/clock.ts'
import { connectSocket } from '../../../support/slack/listen.ts'
import { type SlackStandIn, startSlack } from '../../../support/slack/start-slack.ts'
import type { AppOptions } from '../../../support/slack/world/app.ts'

export let slack: SlackStandIn
afterEach(() => slack.close())

export async function start(app: AppOptions = {}) {
  const clock = new ManualClock()
  slack = await startSlack({ clock, app })
  const acme = slack.world.workspace('Acme')
  const [ada, bob] = [acme.user('ada'), acme.user('bob')]
  const general = acme.channel('general', { members: [ada, bob] })
  return { clock, acme, ada, bob, general, client: clientOf(acme.installation.botToken) }
}

const QUIET = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  setName() {},
  getLevel: () => LogLevel.ERROR,
}

export function clientOf(token: string, timeoutMs = 2000) {
  return new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: timeoutMs,
    logger: QUIET,
  })
}

/** The answer of a call that Slack refuses. */
export async function refusal(call: Promise<unknown>): Promise<Record<string, unknown>> {
  const error = await call.then(
    () => undefined,
    (caught) => caught as { data?: Record<string, unknown> },
  )
  return error?.data ?? { error: String(error) }
}

/** A connection that acknowledges nothing by itself; `debug_reconnects` shortens its life to six minutes. */
export async function openSocket(query = '') {
  const { url } = await clientOf(slack.world.app.appToken).apps.connections.open()
  return connectSocket(`${url}${query}`, { isAcknowledging: false })
}

/** What a nested value holds at `path`. */
export function lookUp(value: unknown, ...path: string[]): unknown {
  return path.reduce((each, key) => (each as Record<string, unknown> | undefined)?.[key], value)
}
