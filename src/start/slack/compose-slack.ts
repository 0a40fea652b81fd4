/** Builds what a gateway needs of Slack, where it is configured. */
import { createSlackApi } from '../../clients/slack/web-api.ts'
import type { Settings } from '../../core/area/setting.ts'
import { defineSweep, type Sweep } from '../../core/area/sweep.ts'
import type { Db } from '../../domain/db/db.ts'
import type { InboxHandler } from '../../domain/inbox/prepared.ts'
import type { Channel } from '../../domain/notifications/channel.ts'
import { runUri } from '../../domain/runs/run.ts'
import type { OpenSecret } from '../../domain/secrets/secrets.ts'
import { linkDomainOf } from '../../domain/slack/app-manifest.ts'
import { createTokenOf } from '../../domain/slack/installations.ts'
import { type SlackApp, type SlackClient, WAY_TO_SLACK } from '../../domain/slack/slack-app.ts'
import { settleNotes } from '../../slack/notify/settle-notes.ts'
import { createSlackChannel, type SlackChannelParts } from '../../slack/notify/slack-channel.ts'
import {
  slackApiUrl,
  slackAppToken,
  slackBotToken,
  slackClientId,
  slackClientSecret,
  slackEmailDomains,
  slackFileMaxMb,
  slackSigningSecret,
  slackWelcome,
} from '../../tools/slack/settings.ts'
import type { SlackWork, SlackWorkParts } from './slack-work.ts'

const MEGABYTE = 1024 * 1024

/** Undefined: the gateway runs without Slack. */
export function createSlackApp(settings: Settings, { publicUrl, ...stored }: Stored): SlackApp | undefined {
  const botToken = settings.of(slackBotToken)
  const client = clientOf(settings)
  if (botToken === undefined && client === undefined) return undefined
  return {
    client,
    tokenOf: createTokenOf({ ...stored, botToken }),
    api: createSlackApi(settings.of(slackApiUrl)),
    botToken,
    appToken: settings.of(slackAppToken),
    isSigned: settings.of(slackSigningSecret).length > 0,
    emailDomains: settings.of(slackEmailDomains),
    greetsMembers: settings.of(slackWelcome).includes('members'),
    linkDomain: linkDomainOf(publicUrl),
    fileMaxBytes: settings.of(slackFileMaxMb) * MEGABYTE,
  }
}

interface Stored {
  readonly db: Db
  readonly openSecret: OpenSecret
  readonly publicUrl: string | undefined
}

/** The page of consent is where the Web API is. */
function clientOf(settings: Settings): SlackClient | undefined {
  const [id, secret] = [settings.of(slackClientId), settings.of(slackClientSecret)]
  if (id === undefined || secret === undefined) return undefined
  return { id, secret, consentUrl: new URL('/oauth/v2/authorize', settings.of(slackApiUrl)).href }
}

/** The channel by which people are notified in Slack. */
export function createNotifier(settings: Settings, parts: Omit<SlackChannelParts, 'whyOff'>): Channel {
  const isOn = settings.of(slackBotToken) !== undefined || clientOf(settings) !== undefined
  return createSlackChannel({ ...parts, whyOff: isOn ? undefined : WAY_TO_SLACK })
}

interface LazyWork {
  readonly handle: InboxHandler
  readonly sweeps: readonly Sweep[]
}

/** `parts` are asked for with the first event, when the gateway is complete. */
export function createLazySlackWork(parts: () => SlackWorkParts): LazyWork {
  let opened: Promise<SlackWork> | undefined
  let startFollowing = () => {}
  const open = () => {
    opened ??= import('./slack-work.ts').then(({ createSlackWork }) =>
      createSlackWork({ ...parts(), lookSoon: () => startFollowing() }),
    )
    return opened
  }
  const tellOutcomes = defineSweep({
    name: 'slackOutcomes',
    wokenBy: runUri(''),
    async run(runtime) {
      if (runtime.resources.slack !== undefined) await (await open()).tellOutcomes(runtime)
    },
  })
  const followCards = defineSweep({
    name: 'slackCards',
    wokenBy: runUri(''),
    takeStart(start) {
      startFollowing = start
    },
    async run(runtime) {
      if (runtime.resources.slack !== undefined) await (await open()).followCards(runtime)
    },
  })
  const homes = defineSweep({
    name: 'home tabs in Slack that have changed',
    async run(runtime) {
      if (runtime.resources.slack !== undefined) await (await open()).refreshHomes(runtime)
    },
  })
  const settleReplies = defineSweep({
    name: 'buttons in Slack that do nothing any more',
    async run(runtime) {
      if (runtime.resources.slack !== undefined) await (await open()).settleReplies(runtime)
    },
  })
  return {
    handle: async (...event) => await (await open()).handle(...event),
    sweeps: [tellOutcomes, followCards, homes, settleNotes, settleReplies],
  }
}
