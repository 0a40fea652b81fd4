/** What is wrong with the Slack app, and what to do about it. */
import { and, count, desc, eq, gt, sql } from 'drizzle-orm'
import type { Finding } from '../../core/area/check.ts'
import { AppError } from '../../core/errors.ts'
import { counted } from '../../core/text/counts.ts'
import type { Db } from '../db/db.ts'
import { inboxEvents } from '../inbox/tables.ts'
import { outbox } from '../outbox/tables.ts'
import { neededScopes } from './app-manifest.ts'
import { refreshInstallation } from './installations.ts'
import { examineSockets } from './listening/examine-sockets.ts'
import { readSlack, type SlackApp, SlackRefused, WAY_TO_INSTALL, WAY_TO_SLACK } from './slack-app.ts'
import { listWorkspaces, registerWorkspace, SLACK, type SlackWorkspace } from './workspaces.ts'

/** Seconds by which Slack's clock and ours may differ: it refuses older signatures than five minutes. */
const CLOCK_OFF_MAX_S = 60
const TOKEN = 'bot token'
const COPY_TOKEN = 'Copy the Bot User OAuth Token from the page OAuth & Permissions of the app.'
/** The most workspaces about which Slack is asked at once. */
const ASKED_MAX = 100
/** Milliseconds back to which posts that were given up are counted. */
const GIVEN_UP_MS = 7 * 24 * 60 * 60 * 1000

interface Examining {
  readonly db: Db
  readonly app: SlackApp | undefined
  readonly now: Date
  readonly signal: AbortSignal
}

/** Each part of the connection with Slack, in the order in which they depend on each other. */
export async function examineSlack({ app, ...rest }: Examining): Promise<Finding[]> {
  if (app === undefined) {
    const found = 'not configured: the gateway runs without Slack'
    return [{ name: 'app', state: 'warn', found, fix: WAY_TO_SLACK }]
  }
  const known = { ...rest, app }
  const findings = await examineWorkspaces(known)
  findings.push(await examineWay(known))
  if (app.appToken !== undefined) findings.push(await examineSockets(known.db, known.now))
  findings.push(...(await examineEvents(known)), await examinePosts(known))
  return findings
}

type Known = Examining & { readonly app: SlackApp }

/** The workspace of the settings, and those that installed the app by consent. */
async function examineWorkspaces(known: Known): Promise<Finding[]> {
  const { db, app } = known
  const ofSettings =
    app.botToken === undefined ? [] : await examineToken(known, COPY_TOKEN, () => registerWorkspace(known))
  const installed = (await listWorkspaces(db)).filter(({ installedAt }) => installedAt !== null)
  if (app.botToken === undefined && installed.length === 0)
    return [{ name: TOKEN, state: 'warn', found: 'no workspace has installed the app', fix: WAY_TO_INSTALL }]
  const looked = installed.slice(0, ASKED_MAX).map((row) => examineInstalled(known, row))
  const rest = installed.length - looked.length
  const more: Finding = {
    name: TOKEN,
    state: 'ok',
    found: `${counted(rest, 'more workspace is', 'more workspaces are')} not looked at here`,
  }
  return [...ofSettings, ...(await Promise.all(looked)).flat(), ...(rest > 0 ? [more] : [])]
}

async function examineInstalled(known: Known, row: SlackWorkspace): Promise<Finding[]> {
  const { teamId, name, removedAt } = row
  if (removedAt !== null) {
    const found = `${name} (${teamId}): the app was removed at ${removedAt.toISOString()}, and nothing is sent there`
    return [{ name: TOKEN, state: 'warn', found, fix: WAY_TO_INSTALL }]
  }
  return await examineToken(known, WAY_TO_INSTALL, () => refreshInstallation(known, row))
}

async function examineToken(
  { app }: Known,
  fix: string,
  ask: () => Promise<SlackWorkspace>,
): Promise<Finding[]> {
  try {
    const row = await ask()
    const token: Finding = { name: TOKEN, state: 'ok', found: `${row.name} (${row.teamId})` }
    return [token, examineScopes(row, app)]
  } catch (thrown) {
    return [failed(TOKEN, thrown, fix)]
  }
}

/** Scopes are granted at the installation alone: a new one in the manifest changes nothing until then. */
function examineScopes({ scopes, name: workspace }: SlackWorkspace, app: SlackApp): Finding {
  const name = 'scopes'
  const needed = neededScopes(app)
  if (scopes.length === 0)
    return { name, state: 'warn', found: `Slack does not say which ${workspace} granted` }
  const missing = Object.entries(needed).filter(([scope]) => !scopes.includes(scope))
  if (missing.length === 0)
    return { name, state: 'ok', found: `all ${Object.keys(needed).length} that are needed, in ${workspace}` }
  return {
    name,
    state: 'fail',
    found: `missing in ${workspace}: ${missing.map(([scope, why]) => `${scope} (to ${why})`).join(', ')}`,
    fix: 'Put the manifest of slack.manifest into the app, then reinstall it to the workspace: scopes are granted at the installation alone.',
  }
}

async function examineWay({ app, signal }: Known): Promise<Finding> {
  const name = 'way in'
  const { appToken, isSigned } = app
  if (appToken === undefined) {
    if (isSigned) return { name, state: 'ok', found: 'HTTP, signed' }
    return {
      name,
      state: 'fail',
      found: 'no events can arrive',
      fix: 'Set SLACK_APP_TOKEN for a socket, or SLACK_SIGNING_SECRET for HTTP.',
    }
  }
  try {
    await readSlack(app, { method: 'apps.connections.open', as: { token: appToken }, signal })
    return { name, state: 'ok', found: isSigned ? 'a socket, and HTTP, signed' : 'a socket' }
  } catch (thrown) {
    const fix =
      'Create an app-level token with the scope connections:write on the page Basic Information, and turn on Socket Mode.'
    return failed(name, thrown, fix)
  }
}

async function examineEvents({ db }: Known): Promise<Finding[]> {
  const [last] = await db
    .select({ body: inboxEvents.body, receivedAt: inboxEvents.receivedAt })
    .from(inboxEvents)
    .where(eq(inboxEvents.source, SLACK))
    .orderBy(desc(inboxEvents.position))
    .limit(1)
  if (last === undefined) {
    const found = 'none has arrived yet'
    const fix =
      'Write to the bot. If nothing arrives, compare the event subscriptions of the app with slack.manifest, and reinstall it.'
    return [{ name: 'events', state: 'warn', found, fix }]
  }
  const seen: Finding = { name: 'events', state: 'ok', found: `last at ${last.receivedAt.toISOString()}` }
  const sentAtS = sentAt(last.body)
  return sentAtS === undefined ? [seen] : [seen, examineClock(last.receivedAt.getTime() / 1000 - sentAtS)]
}

/** Events are delivered within seconds, so one that arrived before it was sent tells of a clock. */
function examineClock(behindS: number): Finding {
  const name = 'clock'
  if (behindS >= -CLOCK_OFF_MAX_S) return { name, state: 'ok', found: 'not behind that of Slack' }
  const found = `${Math.round(-behindS)} s behind that of Slack`
  return { name, state: 'fail', found, fix: 'Let the machine take its time from a time server.' }
}

/** Seconds since 1970 at which Slack sent an event. */
function sentAt(body: string): number | undefined {
  const found = /"event_time":\s*(\d{9,11})\b/.exec(body)?.[1]
  return found === undefined ? undefined : Number(found)
}

async function examinePosts({ db, now }: Known): Promise<Finding> {
  const name = 'posts'
  const since = new Date(now.getTime() - GIVEN_UP_MS)
  const [dead] = await db
    .select({ count: count(), why: sql<string | null>`max(${outbox.lastError})` })
    .from(outbox)
    .where(and(eq(outbox.channel, SLACK), eq(outbox.state, 'dead'), gt(outbox.endedAt, since)))
  const given = Number(dead?.count ?? 0)
  if (given === 0) return { name, state: 'ok', found: 'all were sent, or are on their way' }
  return {
    name,
    state: 'warn',
    found: `${given} were given up within a week, such as: ${dead?.why ?? 'no reason is known'}`,
    fix: 'Mend the cause (invite the bot into channels in which it should write), then call slack.redeliver.',
  }
}

function failed(name: string, thrown: unknown, fix: string): Finding {
  if (thrown instanceof SlackRefused) return { name, state: 'fail', found: `Slack says ${thrown.error}`, fix }
  if (!(thrown instanceof AppError)) throw thrown
  if (thrown.code === 'not_configured')
    return { name, state: 'fail', found: thrown.message, fix: thrown.fix ?? fix }
  return { name, state: 'warn', found: thrown.message, fix: 'Try again in a minute.' }
}
