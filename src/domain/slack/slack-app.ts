/** The Slack app of this gateway, and calls of Slack's Web API as its bot. */
import { AppError } from '../../core/errors.ts'
import type { SlackAnswer, SlackApi } from '../../core/outbound/slack.ts'

export interface SlackApp {
  readonly api: SlackApi
  /** Of the one workspace that the settings name; undefined: workspaces install the app by consent alone. */
  readonly botToken: string | undefined
  /** The token of the bot in a workspace; undefined: the app is not installed there. */
  tokenOf(teamId: string): Promise<string | undefined>
  /** With which workspaces install the app by consent; undefined: none can. */
  readonly client?: SlackClient | undefined
  /** Its presence means that events arrive through a socket. */
  readonly appToken: string | undefined
  /** Whether events can arrive at the routes of the gateway. */
  readonly isSigned: boolean
  /** Domains whose addresses, as Slack has confirmed them, say who somebody is. */
  readonly emailDomains: readonly string[]
  /** Whether new members of a workspace are greeted who may come in. */
  readonly greetsMembers?: boolean | undefined
  /** The domain of the gateway, whose links get a card; undefined: none does. */
  readonly linkDomain?: string | undefined
  /** Bytes of the largest file that is taken from people; absent: `SENT_FILE_MAX_BYTES`. */
  readonly fileMaxBytes?: number | undefined
}

/** The app as Slack's OAuth knows it. */
export interface SlackClient {
  readonly id: string
  readonly secret: string
  /** The page at which an admin of a workspace agrees. */
  readonly consentUrl: string
}

declare module '../../core/operation/context.ts' {
  interface Resources {
    /** Absent: no app is configured. */
    readonly slack?: SlackApp | undefined
  }
}

/** Slack refuses a call, and would refuse it again. */
export class SlackRefused extends AppError {
  /** As Slack names it: `channel_not_found`. */
  readonly error: string

  constructor(method: string, { error, needed }: Extract<SlackAnswer, { kind: 'refused' }>) {
    super('not_configured', `Slack refuses ${method}: ${error}${needed ? ` (needs ${needed})` : ''}.`, {
      fix: 'Let an admin call slack.doctor, which says what to change.',
    })
    this.name = 'SlackRefused'
    this.error = error
  }
}

interface SlackCall {
  readonly method: string
  readonly args?: object
  readonly signal: AbortSignal
  /** The workspace as whose bot to read, or a token. */
  readonly as: { readonly teamId: string } | { readonly token: string }
}

/** What a refusal for want of a token is called, beside Slack's own names. */
const NOT_INSTALLED = 'not_installed'

/** Calls a method once, as the bot in a workspace: refused as `not_installed` where it is not there. */
export async function callAs(
  { api, tokenOf }: Pick<SlackApp, 'api' | 'tokenOf'>,
  teamId: string,
  { method, args, signal }: { readonly method: string; readonly args: object; readonly signal: AbortSignal },
): Promise<SlackAnswer> {
  const token = await tokenOf(teamId)
  if (token === undefined) return { kind: 'refused', error: NOT_INSTALLED, messages: [] }
  return await api.call(method, args, { token, signal })
}

/**
 * Reads something from Slack. Reading may be repeated, so an unclear outcome is only a delay.
 * @throws AppError `rate_limited`, `unavailable`, `not_configured` where the app is not installed; `SlackRefused`
 */
export async function readSlack(
  app: Pick<SlackApp, 'api' | 'tokenOf'>,
  { method, args = {}, signal, as }: SlackCall,
): Promise<Extract<SlackAnswer, { kind: 'ok' }>> {
  const answer =
    'token' in as
      ? await app.api.call(method, args, { token: as.token, signal })
      : await callAs(app, as.teamId, { method, args, signal })
  switch (answer.kind) {
    case 'ok':
      return answer
    case 'refused':
      if ('teamId' in as && answer.error === NOT_INSTALLED) throw notInstalled(as.teamId)
      throw new SlackRefused(method, answer)
    case 'limited':
      throw new AppError('rate_limited', `Slack takes no more calls of ${method} for now.`, {
        retryAfterMs: answer.retryAfterMs,
      })
    case 'unclear':
      throw new AppError('unavailable', `Slack did not answer ${method}.`, { cause: answer.why })
  }
}

/** @throws AppError `not_configured` */
export function slackOf({ slack }: { readonly slack?: SlackApp | undefined }): SlackApp {
  if (slack !== undefined) return slack
  throw new AppError('not_configured', 'This gateway is not connected to Slack.', { fix: WAY_TO_SLACK })
}

export function notInstalled(teamId: string): AppError {
  return new AppError('not_configured', notInstalledText(teamId), { fix: WAY_TO_INSTALL })
}

export function notInstalledText(teamId: string): string {
  return `The app is not installed in the workspace ${teamId}.`
}

export const WAY_TO_INSTALL =
  'Let an admin of the gateway run `switchboard slack install`, and agree in that workspace.'

export const WAY_TO_SLACK =
  'Create the app from `switchboard slack manifest`, install it, and set SLACK_BOT_TOKEN (for many workspaces: SLACK_CLIENT_ID and SLACK_CLIENT_SECRET) with SLACK_APP_TOKEN or SLACK_SIGNING_SECRET.'
