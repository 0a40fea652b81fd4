/** Changes of a team and its members, each with the rights that follow from it. */
import { and, count, eq, isNull, sql } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { keyUri } from '../access/key.ts'
import { apiKeys, people } from '../access/tables.ts'
import { findLedAlone } from './led-alone.ts'
import { refreshTeamGrants } from './refresh-grants.ts'
import { teamMembers, teams } from './tables.ts'
import { TEAM_MEMBERS_MAX, type TeamRole, type TeamRow, teamUri } from './team.ts'

type Writer = Pick<Context, 'db' | 'now' | 'newId' | 'actor' | 'changed' | 'touched'>

/** Creates a team, whose first admin is the caller. */
export async function insertTeam(ctx: Writer, name: string): Promise<string> {
  const { now, actor } = ctx
  const id = ctx.newId('team')
  await ctx.db.insert(teams).values({ id, name, createdBy: actor.personId, createdAt: now, updatedAt: now })
  await ctx.db
    .insert(teamMembers)
    .values({ teamId: id, personId: actor.personId, role: 'admin', createdAt: now })
  await refreshTeamGrants(ctx.db, id)
  ctx.changed(teamUri(id))
  return id
}

export async function renameTeam(ctx: Writer, { id }: TeamRow, name: string): Promise<void> {
  await ctx.db.update(teams).set({ name, updatedAt: ctx.now }).where(eq(teams.id, id))
  announce(ctx, id)
}

/**
 * Archives a team: from now on its things are only read, and its services are refused.
 * @throws AppError `conflict` while a project moves into or out of it
 */
export async function archiveTeam(ctx: Writer, team: TeamRow): Promise<void> {
  const { id } = team
  await assertNothingMoves(ctx, team)
  await ctx.db.update(teams).set({ archivedAt: ctx.now, updatedAt: ctx.now }).where(eq(teams.id, id))
  const revoked = await ctx.db
    .update(apiKeys)
    .set({ revokedAt: ctx.now })
    .where(and(eq(apiKeys.personId, id), isNull(apiKeys.revokedAt)))
    .returning({ id: apiKeys.id })
  for (const key of revoked) ctx.changed(keyUri(key.id), id)
  await refreshTeamGrants(ctx.db, id)
  announce(ctx, id)
}

/**
 * Adds a member to a locked team, or gives a member another role.
 * @throws AppError `conflict` for the last admin, or beyond the most members
 */
export async function setMember(
  ctx: Writer,
  team: TeamRow,
  { personId, role }: { readonly personId: string; readonly role: TeamRole },
): Promise<void> {
  if (role === 'admin') await assertCanLead(ctx, personId)
  else await assertOtherAdmin(ctx, team, personId)
  await ctx.db
    .insert(teamMembers)
    .values({ teamId: team.id, personId, role, createdAt: ctx.now })
    .onConflictDoUpdate({ target: [teamMembers.teamId, teamMembers.personId], set: { role } })
  await assertSize(ctx, team)
  await refreshTeamGrants(ctx.db, team.id)
  announce(ctx, team.id, personId)
}

/** Adds a person who comes with an invitation into the team. @throws AppError `conflict` for an archived team */
export async function joinTeam(
  ctx: Writer,
  teamId: string,
  member: { readonly personId: string; readonly role: TeamRole },
): Promise<void> {
  const [team] = await ctx.db
    .select()
    .from(teams)
    .where(and(eq(teams.id, teamId), isNull(teams.archivedAt)))
    .for('update')
  if (team === undefined) {
    throw new AppError('conflict', 'The team of this invitation has been archived.', {
      fix: 'Ask the person who invited you for another invitation.',
    })
  }
  await setMember(ctx, team, member)
}

/**
 * Removes a member of a locked team; answers whether there was one.
 * @throws AppError `conflict` for the last admin
 */
export async function removeMember(ctx: Writer, team: TeamRow, personId: string): Promise<boolean> {
  await assertOtherAdmin(ctx, team, personId)
  const removed = await ctx.db
    .delete(teamMembers)
    .where(and(eq(teamMembers.teamId, team.id), eq(teamMembers.personId, personId)))
    .returning({ personId: teamMembers.personId })
  if (removed.length === 0) return false
  await refreshTeamGrants(ctx.db, team.id)
  announce(ctx, team.id, personId)
  return true
}

/** @throws AppError `conflict` when without this person no admin of the team could act */
async function assertOtherAdmin({ db }: Writer, { id, name }: TeamRow, personId: string): Promise<void> {
  const ledAlone = await findLedAlone(db, personId)
  if (!ledAlone.some((team) => team.id === id)) return
  throw new AppError('conflict', `${personId} is the last admin of the team ${name}.`, {
    fix: 'Make another member who is not a guest an admin first, with teams.set_member, or archive the team.',
  })
}

/** @throws AppError `conflict` for a guest of the gateway, who may do nothing that an admin of a team does */
async function assertCanLead({ db }: Writer, personId: string): Promise<void> {
  const [row] = await db.select({ role: people.role }).from(people).where(eq(people.id, personId))
  if (row?.role !== 'guest') return
  throw new AppError('conflict', `${personId} is a guest of this gateway, and a guest cannot lead a team.`, {
    fix: 'Give them another role in the team, or have an admin of the gateway make them a member (people.update).',
  })
}

/**
 * A project that is being moved into a team that is archived meanwhile could not be changed afterwards.
 * @throws AppError `conflict`
 */
async function assertNothingMoves({ db }: Writer, { id, name }: TeamRow): Promise<void> {
  // The table is named in the statement, because projects build on teams.
  const [moving] = await db.execute<{ name: string }>(sql`
    select name from projects where moving is not null and (owner_id = ${id} or moving -> 'to' ->> 'ownerId' = ${id})
    limit 1`)
  if (moving === undefined) return
  throw new AppError(
    'conflict',
    `The project ${moving.name} is being moved into or out of the team ${name}.`,
    {
      fix: 'Archive the team when the move is done: projects.get shows how far it is (moving).',
    },
  )
}

async function assertSize({ db }: Writer, { id, name }: TeamRow): Promise<void> {
  const [found] = await db.select({ members: count() }).from(teamMembers).where(eq(teamMembers.teamId, id))
  if (Number(found?.members ?? 0) <= TEAM_MEMBERS_MAX) return
  throw new AppError('conflict', `The team ${name} has ${TEAM_MEMBERS_MAX} members, which is the most.`, {
    fix: 'Remove one first, with teams.remove_member, or create another team.',
  })
}

/** Tells the team's members, and the person who came, changed or left. */
function announce(ctx: Writer, teamId: string, personId?: string): void {
  ctx.changed(teamUri(teamId), teamId)
  ctx.touched(teamUri(teamId), teamId)
  if (personId === undefined) return
  ctx.changed(teamUri(teamId), personId)
  ctx.touched(teamUri(teamId), personId)
}
