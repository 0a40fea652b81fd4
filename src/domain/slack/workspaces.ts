/** The workspaces in which the app is installed. */
import { asc } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '../db/db.ts'
import { readSlack, type SlackApp } from './slack-app.ts'
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
})

interface Asking {
  readonly db: Db
  readonly app: SlackApp
  readonly now: Date
  readonly signal: AbortSignal
}

/** Asks Slack whose token the app has, and stores the answer. @throws AppError as `readSlack` does */
export async function registerWorkspace({ db, app, now, signal }: Asking): Promise<SlackWorkspace> {
  const { body, scopes } = await readSlack(app, { method: 'auth.test', signal })
  const { team_id: teamId, team: name, url, user_id: botUserId, ...rest } = Identity.parse(body)
  const botId = rest.bot_id ?? null
  const enterpriseId = rest.enterprise_id ?? null
  const known = { enterpriseId, name, url, botUserId, botId, scopes: [...scopes], checkedAt: now }
  const [row] = await db
    .insert(slackWorkspaces)
    .values({ teamId, ...known })
    .onConflictDoUpdate({ target: slackWorkspaces.teamId, set: known })
    .returning()
  if (row === undefined) throw new Error('an upsert answers with its row')
  return row
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

/** The provider of identities that are users of Slack. */
export const SLACK = 'slack'
