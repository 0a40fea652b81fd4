/** Workspaces that installed the app by consent. Their tokens are sealed, and forgotten when the app is removed. */
import { and, asc, eq, isNull } from 'drizzle-orm'
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { maskLately } from '../../core/text/redact.ts'
import type { Db } from '../db/db.ts'
import type { OpenSecret } from '../secrets/secrets.ts'
import { notInstalled, readSlack, type SlackApp, type SlackClient, SlackRefused } from './slack-app.ts'
import { slackWorkspaces } from './tables.ts'
import {
  identifyToken,
  ofOrganization,
  type SlackWorkspace,
  storeWorkspace,
  type WorkspaceFacts,
} from './workspaces.ts'

/** The name under which the token of a workspace is sealed. */
const tokenName = (teamId: string) => `slack_workspaces/${teamId}/token`

interface Tokens {
  readonly db: Db
  readonly openSecret: OpenSecret
  /** Of the settings. */
  readonly botToken: string | undefined
}

/** An installation that was removed falls back on no other token. */
export function createTokenOf({ db, openSecret, botToken }: Tokens): SlackApp['tokenOf'] {
  return async (teamId) => {
    const [row] = await db
      .select({ installedAt: slackWorkspaces.installedAt })
      .from(slackWorkspaces)
      .where(eq(slackWorkspaces.teamId, teamId))
    const isOfSettings = row === undefined || row.installedAt === null
    return isOfSettings ? botToken : await openSecret(db, tokenName(teamId))
  }
}

/** The token of every workspace where the app is installed. */
export async function listTokens(db: Db, { botToken, tokenOf }: SlackApp): Promise<string[]> {
  const rows = await db
    .select({ teamId: slackWorkspaces.teamId, installedAt: slackWorkspaces.installedAt })
    .from(slackWorkspaces)
    .where(isNull(slackWorkspaces.removedAt))
    .orderBy(asc(slackWorkspaces.teamId))
  const installed = rows.filter(({ installedAt }) => installedAt !== null)
  const tokens = await Promise.all(installed.map(({ teamId }) => tokenOf(teamId)))
  return [...new Set([botToken, ...tokens])].filter((token) => token !== undefined)
}

/** What `oauth.v2.access` answers, as far as it matters here. */
const Granted = z.object({
  access_token: z.string().startsWith('xoxb-'),
  is_enterprise_install: z.boolean().default(false),
  expires_in: z.number().optional(),
})

export interface NewInstallation {
  readonly facts: WorkspaceFacts
  readonly token: string
}

interface Returned {
  readonly client: SlackClient
  readonly code: string
  readonly redirectUri: string
  readonly signal: AbortSignal
}

/** Exchanges the code of a consent for the token of the workspace. @throws AppError */
export async function redeemInstallation(
  app: SlackApp,
  { client, code, redirectUri, signal }: Returned,
): Promise<NewInstallation> {
  const args = { client_id: client.id, client_secret: client.secret, code, redirect_uri: redirectUri }
  const answer = await app.api.call('oauth.v2.access', args, { token: null, signal })
  if (answer.kind === 'refused') throw notInstalledBecause(answer.error)
  if (answer.kind !== 'ok')
    throw new AppError('unavailable', 'Slack did not say whether the app was installed.', {
      fix: 'Begin again in a minute: call slack.install once more.',
    })
  const { data } = Granted.safeParse(answer.body)
  if (data === undefined) throw notInstalledBecause('no_bot_token')
  maskLately([data.access_token])
  if (data.is_enterprise_install) throw ofOrganization()
  if (data.expires_in !== undefined)
    throw new AppError('not_configured', 'The app rotates its tokens, which the gateway does not.', {
      fix: 'Create the app again from slack.manifest: token rotation cannot be turned off.',
    })
  const facts = await identifyToken(app, data.access_token, signal)
  return { facts, token: data.access_token }
}

function notInstalledBecause(error: string): AppError {
  return new AppError('not_configured', `Slack did not install the app: ${error}.`, {
    fix:
      error === 'invalid_client_id' || error === 'bad_client_secret'
        ? 'Correct SLACK_CLIENT_ID and SLACK_CLIENT_SECRET: both are on the page Basic Information.'
        : 'Begin again: call slack.install once more.',
  })
}

type Writing = Pick<Context, 'db' | 'now' | 'secrets'>

/** Seals the token, in place of an earlier one. @throws AppError `not_configured` where no key is set to seal it with */
export async function saveInstallation(
  { db, now, secrets }: Writing,
  { facts, token }: NewInstallation,
): Promise<SlackWorkspace> {
  await secrets.put(db, { name: tokenName(facts.teamId), text: token, now })
  return await storeWorkspace(db, { ...facts, checkedAt: now, installedAt: now, removedAt: null })
}

/** Forgets the token of an installation, unless the workspace has installed the app again since; false then. */
export async function removeInstallation(
  { db, now, secrets }: Writing,
  { teamId, installedAt }: SlackWorkspace,
): Promise<boolean> {
  if (installedAt === null) return false
  const removed = await db
    .update(slackWorkspaces)
    .set({ removedAt: now })
    .where(
      and(
        eq(slackWorkspaces.teamId, teamId),
        eq(slackWorkspaces.installedAt, installedAt),
        isNull(slackWorkspaces.removedAt),
      ),
    )
    .returning({ teamId: slackWorkspaces.teamId })
  if (removed.length === 0) return false
  await secrets.forget(db, tokenName(teamId))
  return true
}

/** Reads again what Slack says of an installation. @throws AppError as `identifyToken` does; where it has ended */
export async function refreshInstallation({ db, app, now, signal }: Refreshing, { teamId }: SlackWorkspace) {
  const token = await app.tokenOf(teamId)
  if (token === undefined) throw notInstalled(teamId)
  return await storeWorkspace(db, { ...(await identifyToken(app, token, signal)), checkedAt: now })
}

interface Refreshing {
  readonly db: Db
  readonly app: SlackApp
  readonly now: Date
  readonly signal: AbortSignal
}

/** What Slack says to a token that was revoked, or whose app was removed. */
const ENDED: ReadonlySet<string> = new Set([...['account_inactive', 'invalid_auth', 'token_revoked']])

/** Whether Slack no longer takes the token of a workspace. @throws AppError where Slack cannot be asked */
export async function hasEnded(
  app: SlackApp,
  workspace: SlackWorkspace,
  signal: AbortSignal,
): Promise<boolean> {
  return !(await callUnlessEnded(app, workspace, { method: 'auth.test', signal }))
}

/** Ends the token of a workspace at Slack, if it has not ended yet. @throws AppError where Slack cannot be asked */
export async function revokeInstallation(
  app: SlackApp,
  workspace: SlackWorkspace,
  signal: AbortSignal,
): Promise<void> {
  await callUnlessEnded(app, workspace, { method: 'auth.revoke', signal })
}

/** Whether the call was made: false where the token has ended, or is lost. */
async function callUnlessEnded(
  app: SlackApp,
  { teamId }: SlackWorkspace,
  call: { readonly method: string; readonly signal: AbortSignal },
): Promise<boolean> {
  const token = await app.tokenOf(teamId)
  if (token === undefined) return false
  try {
    await readSlack(app, { ...call, as: { token } })
    return true
  } catch (thrown) {
    if (thrown instanceof SlackRefused && ENDED.has(thrown.error)) return false
    throw thrown
  }
}
