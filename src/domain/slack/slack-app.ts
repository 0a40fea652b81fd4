/** The Slack app of this gateway, and calls of Slack's Web API as its bot. */
import { AppError } from '../../core/errors.ts'
import type { SlackAnswer, SlackApi } from '../../core/outbound/slack.ts'

export interface SlackApp {
  readonly api: SlackApi
  readonly botToken: string
  /** Its presence means that events arrive through a socket. */
  readonly appToken: string | undefined
  /** Whether events can arrive at the routes of the gateway. */
  readonly isSigned: boolean
  /** Domains whose addresses, as Slack has confirmed them, say who somebody is. */
  readonly emailDomains: readonly string[]
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
  /** Default: the bot's. */
  readonly token?: string
}

/**
 * Reads something from Slack. Reading may be repeated, so an unclear outcome is only a delay.
 * @throws AppError `rate_limited`, `unavailable`; `SlackRefused`
 */
export async function readSlack(
  { api, botToken }: SlackApp,
  { method, args = {}, signal, token = botToken }: SlackCall,
): Promise<Extract<SlackAnswer, { kind: 'ok' }>> {
  const answer = await api.call(method, args, { token, signal })
  switch (answer.kind) {
    case 'ok':
      return answer
    case 'refused':
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

export const WAY_TO_SLACK =
  'Create the app from `switchboard slack manifest`, install it, and set SLACK_BOT_TOKEN with SLACK_APP_TOKEN or SLACK_SIGNING_SECRET.'
