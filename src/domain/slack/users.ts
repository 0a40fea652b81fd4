/** Users as Slack describes them. */
import { and, eq, lt, sql } from 'drizzle-orm'
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Db } from '../db/db.ts'
import { deleteInBatches } from '../db/delete-in-batches.ts'
import { personIdentities } from '../people/tables.ts'
import { readSlack, type SlackApp } from './slack-app.ts'
import { type SlackUserKind, slackGreetings, slackUsers, slackWorkspaces } from './tables.ts'
import { SLACK, type SlackWorkspace } from './workspaces.ts'

export type SlackUser = typeof slackUsers.$inferSelect

/** A user with the address that Slack has confirmed. It is not stored. */
export interface FreshUser extends SlackUser {
  readonly email: string | undefined
}

/** Milliseconds after which Slack is asked again about a user of whose changes it told nothing. */
const FRESH_MS = 60 * 60 * 1000
/** Milliseconds after which a user of whom nothing was heard is forgotten. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000

const flag = z.boolean().default(false)

/** What `users.info` answers, as far as it matters here. */
const UserInfo = z.object({
  user: z.object({
    id: z.string(),
    team_id: z.string().nullish(),
    name: z.string().default(''),
    deleted: flag,
    is_bot: flag,
    is_workflow_bot: flag,
    is_connector_bot: flag,
    is_restricted: flag,
    is_ultra_restricted: flag,
    is_stranger: flag,
    is_email_confirmed: flag,
    enterprise_user: z.object({ enterprise_id: z.string().nullish() }).nullish(),
    profile: z
      .object({
        real_name: z.string().default(''),
        display_name: z.string().default(''),
        email: z.string().nullish(),
      })
      .nullish(),
  }),
})
type Info = z.output<typeof UserInfo>['user']

interface Asking {
  readonly db: Db
  readonly app: SlackApp
  readonly now: Date
  readonly signal: AbortSignal
}

/** Reads a user from Slack. @throws AppError as `readSlack` does */
export async function readUser(
  { db, app, now, signal }: Asking,
  workspace: SlackWorkspace,
  userId: string,
): Promise<FreshUser> {
  const { body } = await readSlack(app, {
    method: 'users.info',
    args: { user: userId },
    signal,
    as: workspace,
  })
  const { user } = UserInfo.parse(body)
  const name = user.profile?.display_name || user.profile?.real_name || user.name || userId
  const known = { name, kind: kindOf(user, workspace), isDeactivated: user.deleted, readAt: now }
  const row = { teamId: workspace.teamId, userId, ...known }
  await db
    .insert(slackUsers)
    .values(row)
    .onConflictDoUpdate({ target: [slackUsers.teamId, slackUsers.userId], set: known })
  const email = user.is_email_confirmed ? user.profile?.email?.toLowerCase() : undefined
  return { ...row, email }
}

/**
 * A user as last read, or read again where that was long ago. While Slack cannot be asked, an old description serves.
 * @throws AppError as `readSlack` does, for a user of whom nothing is known
 */
export async function findUser(
  asking: Asking,
  workspace: SlackWorkspace,
  userId: string,
): Promise<SlackUser> {
  const [known] = await asking.db
    .select()
    .from(slackUsers)
    .where(and(eq(slackUsers.teamId, workspace.teamId), eq(slackUsers.userId, userId)))
  if (known !== undefined && asking.now.getTime() - known.readAt.getTime() < FRESH_MS) return known
  try {
    return await readUser(asking, workspace, userId)
  } catch (thrown) {
    if (known === undefined || !isDelay(thrown)) throw thrown
    return known
  }
}

function isDelay(thrown: unknown): boolean {
  return thrown instanceof AppError && (thrown.code === 'rate_limited' || thrown.code === 'unavailable')
}

function kindOf(user: Info, { teamId, enterpriseId }: SlackWorkspace): SlackUserKind {
  if (user.is_bot || user.is_workflow_bot || user.is_connector_bot) return 'bot'
  if (user.is_stranger || isElsewhere(user, { teamId, enterpriseId })) return 'stranger'
  return user.is_restricted || user.is_ultra_restricted ? 'guest' : 'member'
}

/** Whether the user belongs to another organization, whose channel is shared with this one. */
function isElsewhere(
  { team_id: home, enterprise_user: inEnterprise }: Info,
  { teamId, enterpriseId }: Pick<SlackWorkspace, 'teamId' | 'enterpriseId'>,
): boolean {
  if (home === null || home === undefined || home === teamId || home === enterpriseId) return false
  return enterpriseId === null || inEnterprise?.enterprise_id !== enterpriseId
}

/** Forgets how the users of a person are called, and that they were greeted. Called while the identities of the person are there. */
export async function forgetUsersOf(db: Db, personId: string): Promise<void> {
  await db.execute(sql`delete from ${slackGreetings} g using ${personIdentities} i
    where i.provider = ${SLACK} and i.person_id = ${personId} and g.greeted = split_part(i.external_id, '/', 2)`)
  await db.execute(sql`delete from ${slackUsers} u using ${personIdentities} i
    where i.provider = ${SLACK} and i.person_id = ${personId} and u.user_id = split_part(i.external_id, '/', 2)`)
}

/** Slack tells that a user has changed: who that is has to be read again, in every workspace. */
export async function forgetUser(db: Db, userId: string): Promise<void> {
  await db.execute(sql`delete from ${slackUsers}
    where team_id in (select team_id from ${slackWorkspaces}) and user_id = ${userId}`)
}

/** Answers with the number of users that were forgotten. */
export async function deleteOldUsers(db: Db, now: Date): Promise<number> {
  return await deleteInBatches(db, slackUsers, lt(slackUsers.readAt, new Date(now.getTime() - KEPT_MS)))
}
