/** Changes of a team and its members, each with the rights that follow from it. */
import { and, count, eq, isNull } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { keyUri } from '../access/key.ts'
import { apiKeys } from '../access/tables.ts'
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

/** Archives a team: from now on its things are only read, and its services are refused. */
export async function archiveTeam(ctx: Writer, { id }: TeamRow): Promise<void> {
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
  if (role !== 'admin') await assertOtherAdmin(ctx, team, personId)
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

/** @throws AppError `conflict` when this person is the only admin */
async function assertOtherAdmin({ db }: Writer, { id, name }: TeamRow, personId: string): Promise<void> {
  const admins = await db
    .select({ personId: teamMembers.personId })
    .from(teamMembers)
    .where(and(eq(teamMembers.teamId, id), eq(teamMembers.role, 'admin')))
  if (admins.length !== 1 || admins[0]?.personId !== personId) return
  throw new AppError('conflict', `${personId} is the last admin of the team ${name}.`, {
    fix: 'Make another member an admin first, with teams.set_member, or archive the team.',
  })
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
