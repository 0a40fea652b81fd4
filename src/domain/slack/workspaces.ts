/** The workspaces in which the app is installed. */
import { asc, eq, sql } from 'drizzle-orm'
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

/** The workspace of this id; of one that is not known yet, that of the token. @throws AppError as `readSlack` does */
export async function findWorkspace(asking: Asking, teamId: string): Promise<SlackWorkspace> {
  const [known] = await asking.db.select().from(slackWorkspaces).where(eq(slackWorkspaces.teamId, teamId))
  return known ?? (await registerWorkspace(asking))
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
    where i.provider = ${SLACK} and i.person_id = ${personId}
      and (${teamId}::text is null or w.team_id = ${teamId})
    order by i.created_at, w.team_id limit 1`)
  return found && { teamId: found.teamId, userId: found.userId }
}

/** The provider of identities that are users of Slack. */
export const SLACK = 'slack'
