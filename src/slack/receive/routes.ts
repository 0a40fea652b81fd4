/** What Slack sends over HTTP: verified on its raw bytes, received, then answered. */
import { AppError } from '../../core/errors.ts'
import { isJsonObject, type JsonObject } from '../../core/text/json.ts'
import { type Report, readReport, refusedReport } from '../../domain/inbox/report.ts'
import type { Arrived } from './arrived.ts'
import type { Receive } from './receive.ts'
import { isFromSlack } from './verify.ts'

const ROUTES: Readonly<Record<string, Arrived['kind']>> = {
  '/slack/events': 'events_api',
  '/slack/interactions': 'interactive',
  '/slack/commands': 'slash_commands',
}

export const SLACK_PATHS = Object.keys(ROUTES)

export interface RoutesParts {
  /** Each of them is valid: two while one is replaced. None: nothing can be verified. */
  readonly signingSecrets: readonly string[]
  readonly receive: Receive
  now(): Date
}

/** Answers with the JSON of the answer; undefined: an empty one. */
export type TakeReport = (path: string, report: Report) => Promise<JsonObject | undefined>

/** @throws AppError `not_configured`, `unauthenticated`, `not_found`, `invalid_input` */
export function createTakeReport({ signingSecrets, receive, now }: RoutesParts): TakeReport {
  return async (path, report) => {
    if (signingSecrets.length === 0) throw notConfigured()
    const kind = ROUTES[path]
    if (kind === undefined) throw new AppError('not_found', 'Slack has no such route here.')
    if (!signingSecrets.some((secret) => isFromSlack(report, secret, now()))) throw refusedReport()
    const { body } = readReport(report)
    if (!isJsonObject(body)) throw new AppError('invalid_input', 'The body is not a JSON object.')
    if (body.type === 'url_verification') return { challenge: body.challenge }
    return await receive({ kind, payload: body })
  }
}

function notConfigured(): AppError {
  return new AppError('not_configured', 'This gateway takes nothing from Slack over HTTP.', {
    fix: 'Set SLACK_SIGNING_SECRET to the signing secret of the Slack app, or use Socket Mode with SLACK_APP_TOKEN.',
  })
}
