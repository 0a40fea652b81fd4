/** The workspaces in which the app is installed. */
import { and, asc, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Db } from '../db/db.ts'
import { notInstalled, readSlack, type SlackApp, WAY_TO_SLACK } from './slack-app.ts'
import { slackWorkspaces } from './tables.ts'

export type SlackWorkspace = typeof slackWorkspaces.$inferSelect

/** What `auth.test` answers a bot. */
const Identity = z.object({
  team_id: z.string(),
  team: z.string().default(''),
  url: z.string().default(''),
  user_id: z.string(),
  bot_id: z.string().nullish(),
  enterprise_id: z.string().nullish(),
  is_enterprise_install: z.boolean().default(false),
})

interface Asking {
  readonly db: Db
  readonly app: SlackApp
  readonly now: Date
  readonly signal: AbortSignal
}

/** A workspace as Slack describes it to the bot. */
export type WorkspaceFacts = Omit<SlackWorkspace, 'checkedAt' | 'installedAt' | 'removedAt'>

/**
 * Asks Slack whose token this is.
 * @throws AppError as `readSlack` does; `not_configured` for a token of a whole organization
 */
export async function identifyToken(
  app: SlackApp,
  token: string,
  signal: AbortSignal,
): Promise<WorkspaceFacts> {
  const { body, scopes } = await readSlack(app, { method: 'auth.test', as: { token }, signal })
  const { team_id: teamId, team: name, url, user_id: botUserId, ...rest } = Identity.parse(body)
  if (rest.is_enterprise_install) throw ofOrganization()
  const botId = rest.bot_id ?? null
  const enterpriseId = rest.enterprise_id ?? null
  return { teamId, enterpriseId, name, url, botUserId, botId, scopes: [...scopes] }
}

/** One token for all workspaces of an organization would let none of them keep its own. */
export function ofOrganization(): AppError {
  return new AppError('not_configured', 'The app was installed for a whole organization.', {
    fix: 'Remove it there, and install it in each workspace of the organization that is to use it.',
  })
}

/** Asks Slack whose token the settings name, and stores the answer. @throws AppError as `identifyToken` does */
export async function registerWorkspace({ db, app, now, signal }: Asking): Promise<SlackWorkspace> {
  if (app.botToken === undefined)
    throw new AppError('not_configured', 'No token of a bot is set.', { fix: WAY_TO_SLACK })
  const facts = await identifyToken(app, app.botToken, signal)
  // The token of the settings takes over from an installation that was removed.
  const installedAt = sql`case when ${slackWorkspaces.removedAt} is null then ${slackWorkspaces.installedAt} end`
  return await storeWorkspace(db, { ...facts, checkedAt: now }, { installedAt, removedAt: null })
}

/** Stores what Slack says of a workspace, and `more` of one that is known. */
export async function storeWorkspace(
  db: Db,
  row: typeof slackWorkspaces.$inferInsert,
  more: PgUpdateSetSource<typeof slackWorkspaces> = {},
): Promise<SlackWorkspace> {
  const { teamId: target } = slackWorkspaces
  const [stored] = await db
    .insert(slackWorkspaces)
    .values(row)
    .onConflictDoUpdate({ target, set: { ...row, ...more } })
    .returning()
  if (stored === undefined) throw new Error('an upsert answers with its row')
  return stored
}

/**
 * The workspace of this id; of one that is not known yet, that of the settings' token.
 * @throws AppError as `identifyToken` does; `not_configured` where the app is not installed
 */
export async function findWorkspace(asking: Asking, teamId: string): Promise<SlackWorkspace> {
  const [known] = await asking.db.select().from(slackWorkspaces).where(eq(slackWorkspaces.teamId, teamId))
  if (known !== undefined) return known
  if (asking.app.botToken === undefined) throw notInstalled(teamId)
  return await registerWorkspace(asking)
}

/** A workspace that installed the app by consent and still has it. */
export async function findInstalled(db: Db, teamId: string): Promise<SlackWorkspace | undefined> {
  const isInstalled = and(isNotNull(slackWorkspaces.installedAt), isNull(slackWorkspaces.removedAt))
  const [found] = await db
    .select()
    .from(slackWorkspaces)
    .where(and(eq(slackWorkspaces.teamId, teamId), isInstalled))
  return found
}

export async function listWorkspaces(db: Db): Promise<SlackWorkspace[]> {
  return await db.select().from(slackWorkspaces).orderBy(asc(slackWorkspaces.teamId))
}

/** The id of a user among a person's identities: with the workspace, or with the enterprise that it belongs to. */
export function externalIdOf(
  { teamId, enterpriseId }: Pick<SlackWorkspace, 'teamId' | 'enterpriseId'>,
  userId: string,
): string {
  return `${enterpriseId ?? teamId}/${userId}`
}

/** A user in a workspace, to whom the bot can write. */
export interface SlackAddress {
  readonly teamId: string
  readonly userId: string
}

/** Where a person is in Slack, or in one workspace of it; undefined: nowhere that the app is installed. */
export async function findSlackAddress(
  db: Db,
  personId: string,
  teamId: string | null = null,
): Promise<SlackAddress | undefined> {
  const [found] = await db.execute<{ teamId: string; userId: string }>(sql`
    select w.team_id as "teamId", split_part(i.external_id, '/', 2) as "userId"
    from person_identities i join ${slackWorkspaces} w
      on split_part(i.external_id, '/', 1) in (w.team_id, w.enterprise_id)
    where i.provider = ${SLACK} and i.person_id = ${personId} and w.removed_at is null
      and (${teamId}::text is null or w.team_id = ${teamId})
    order by i.created_at, w.team_id limit 1`)
  return found && { teamId: found.teamId, userId: found.userId }
}

/** The provider of identities that are users of Slack. */
export const SLACK = 'slack'
