/**
 * Erases a person who was deactivated. Their row stays, without all that says who they were, so that the audit and the
 * things of others still name somebody; what they alone had is deleted afterwards, in batches.
 */
import { eq, type SQL, sql } from 'drizzle-orm'
import { AppError } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { apiKeys, people } from '../../access/tables.ts'
import { secretName } from '../../accounts/account-secret.ts'
import { connectedAccounts } from '../../accounts/tables.ts'
import type { Db } from '../../db/db.ts'
import { forgetHookSecrets } from '../../hooks/hook-secret.ts'
import { hooks } from '../../hooks/tables.ts'
import { hookUrls } from '../../inbox/tables.ts'
import { outbox } from '../../outbox/tables.ts'
import { forgetUsersOf } from '../../slack/users.ts'
import { refreshProjectGrants, refreshTeamGrants } from '../../teams/refresh-grants.ts'
import { forgetSecrets } from '../../webhooks/secrets.ts'
import { webhooks } from '../../webhooks/tables.ts'
import { addressTokenName } from '../invitations/letters.ts'
import { announceStanding, lockManaged } from '../manage.ts'
import { personUri } from '../person.ts'
import { invitations, personEmails, personIdentities } from '../tables.ts'
import { forgetSlackWords } from './forget-slack-words.ts'

/** What is deleted at once. */
export const ERASED_AT_ONCE = [
  'emails',
  'identities',
  'keys',
  'memberships',
  'accounts',
  'hooks',
  'webhooks',
] as const
/** What is deleted within the hour: the things in the person's own space. */
export const ERASED_LATER = [
  'tasks',
  'projects',
  'templates',
  'agents',
  'schedules',
  'runs',
  'artifacts',
] as const

type Counts<Kind extends string> = Record<Kind, number>

export interface Erased {
  readonly deleted: Counts<(typeof ERASED_AT_ONCE)[number]>
  readonly remaining: Counts<(typeof ERASED_LATER)[number]>
}

/** @throws AppError `not_found`, `forbidden`; `conflict` for a person who is active, or owns what others share */
export async function erasePerson(ctx: Context, id: string): Promise<Erased> {
  const row = await lockManaged(ctx, id)
  if (row.deactivatedAt === null) throw isActive(id)
  await assertOwnsNothingShared(ctx.db, id)
  // Announced while the keys are there: other gateways still know them.
  await announceStanding(ctx, id)
  const { db } = ctx
  await forgetSlackWords(db, id)
  await forgetUsersOf(db, id)
  const deleted = {
    emails: await deleteEmails(ctx, id),
    identities: (await db.delete(personIdentities).where(eq(personIdentities.personId, id)).returning())
      .length,
    keys: await deleteKeys(db, id),
    memberships: await leaveAll(db, id),
    accounts: await disconnectAll(ctx, id),
    hooks: await deleteHooks(ctx, id),
    webhooks: await deleteWebhooks(ctx, id),
  }
  await db.execute(
    sql`update tasks set assignee_id = null where assignee_id = ${id} and completed_at is null`,
  )
  await db.update(invitations).set({ name: null, email: null }).where(eq(invitations.acceptedBy, id))
  await db
    .update(people)
    .set({
      ...{ name: null, timeZone: null, workDays: null, quietHours: null, channels: [], role: 'guest' },
      erasedAt: ctx.now,
    })
    .where(eq(people.id, id))
  ctx.touched(personUri(id), id)
  return { deleted, remaining: await countRemains(db, id) }
}

/** With the codes that were not mailed yet, which are kept under the addresses. */
async function deleteEmails({ db, secrets }: Context, id: string): Promise<number> {
  const gone = await db.delete(personEmails).where(eq(personEmails.personId, id)).returning()
  for (const { address } of gone) await secrets.forget(db, addressTokenName(id, address))
  return gone.length
}

/** The answers kept for retries of the person's calls, also those of their hooks, go with their keys. */
async function deleteKeys(db: Db, id: string): Promise<number> {
  await db.execute(sql`delete from idempotency_keys where actor_id = ${id}
    or actor_id in (select id from ${apiKeys} where person_id = ${id} union all select id from ${hooks} where owner_id = ${id})`)
  return (await db.delete(apiKeys).where(eq(apiKeys.personId, id)).returning({ id: apiKeys.id })).length
}

async function leaveAll(db: Db, id: string): Promise<number> {
  const teams = await db.execute<{ of: string }>(
    sql`delete from team_members where person_id = ${id} returning team_id as of`,
  )
  const projects = await db.execute<{ of: string }>(
    sql`delete from project_members where person_id = ${id} returning project_id as of`,
  )
  for (const { of } of teams) await refreshTeamGrants(db, of)
  for (const { of } of projects) await refreshProjectGrants(db, of)
  return teams.length + projects.length
}

async function disconnectAll({ db, secrets }: Context, id: string): Promise<number> {
  const gone = await db
    .delete(connectedAccounts)
    .where(eq(connectedAccounts.spaceId, id))
    .returning({ id: connectedAccounts.id })
  for (const account of gone) await secrets.forget(db, secretName(account.id))
  return gone.length
}

async function deleteHooks(ctx: Context, id: string): Promise<number> {
  const gone = await ctx.db.delete(hooks).where(eq(hooks.ownerId, id)).returning({ id: hooks.id })
  for (const hook of gone) await forgetHookSecrets(ctx, hook.id)
  await ctx.db.delete(hookUrls).where(eq(hookUrls.ownerId, id))
  return gone.length
}

/** With what they were to deliver. */
async function deleteWebhooks(ctx: Context, id: string): Promise<number> {
  const gone = await ctx.db.delete(webhooks).where(eq(webhooks.ownerId, id)).returning()
  for (const webhook of gone) {
    await forgetSecrets(ctx, webhook)
    await ctx.db.delete(outbox).where(eq(outbox.receiverId, webhook.id))
  }
  return gone.length
}

async function countRemains(db: Db, id: string): Promise<Erased['remaining']> {
  const of = (table: SQL) => sql`(select count(*)::int from ${table} where space_id = ${id})`
  const [found] = await db.execute<Erased['remaining']>(sql`select
    ${of(sql`tasks`)} as tasks, ${of(sql`projects`)} as projects, ${of(sql`project_templates`)} as templates,
    ${of(sql`agents`)} as agents, ${of(sql`schedules`)} as schedules, ${of(sql`runs`)} as runs,
    ${of(sql`artifacts`)} as artifacts`)
  if (found === undefined) throw new Error('a count answers with a row')
  return found
}

/** @throws AppError `conflict`: others would lose what they share */
async function assertOwnsNothingShared(db: Db, id: string): Promise<void> {
  const [shared] = await db.execute<{ name: string }>(
    sql`select name from projects where (owner_id = ${id} and space_id <> ${id})
      or moving -> 'to' ->> 'ownerId' = ${id} order by id limit 1`,
  )
  if (shared === undefined) return
  throw new AppError('conflict', `${id} owns the project ${shared.name}, which others share.`, {
    fix: 'Call people.deactivate with handOverTo first, so that somebody else has what is shared.',
  })
}

function isActive(id: string): AppError {
  return new AppError('conflict', `${id} is active, and only those who were deactivated can be erased.`, {
    fix: 'Call people.deactivate first; with handOverTo, their things go to somebody else.',
  })
}
