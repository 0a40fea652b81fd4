/** Teams in the database: their members see them, and so do the admins of the gateway. */
import { and, asc, eq, gt, isNotNull, isNull, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { AppError, notFound } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import type { SeenKind } from '../../core/operation/kind.ts'
import { decodeCursor, sortText, toPage } from '../../core/schema/page.ts'
import { isGatewayAdmin } from '../access/admin.ts'
import { people } from '../access/tables.ts'
import { seesOwn, type Viewer, visibleTo } from '../access/visible-to.ts'
import { teamMembers, teams } from './tables.ts'
import type { Team, TeamMember, TeamRole, TeamRow } from './team.ts'

type Reader = Pick<Context, 'db' | 'actor'>

/** Its members see a team, its service sees it, and so does an agent that works for it. */
function visibleTeams(ctx: Viewer): SQL {
  return isGatewayAdmin(ctx) ? sql`true` : visibleTo(ctx, { spaceId: teams.id })
}

export const teamKind: SeenKind = { name: 'team', sight: { table: teams, isVisible: visibleTeams } }

function wholeOf({ actor }: Reader) {
  return {
    row: teams,
    role: sql<TeamRole | null>`(select m.role from ${teamMembers} m
      where m.team_id = teams.id and m.person_id = ${actor.personId})`,
    members: sql<number>`(select count(*)::int from ${teamMembers} m where m.team_id = teams.id)`,
  }
}

interface WholeRow {
  readonly row: TeamRow
  readonly role: TeamRole | null
  readonly members: number
}

function toTeam({ row, role, members }: WholeRow): Team {
  const { id, name, createdAt, archivedAt } = row
  return {
    ...{ id, name, role, members },
    createdAt: createdAt.toISOString(),
    archivedAt: archivedAt?.toISOString() ?? null,
  }
}

/** @throws AppError `not_found` */
export async function getTeam(ctx: Reader, teamId: string): Promise<Team> {
  const [found] = await ctx.db
    .select(wholeOf(ctx))
    .from(teams)
    .where(and(eq(teams.id, teamId), visibleTeams(ctx)))
  if (!found) throw notFound('team', teamId)
  return toTeam(found)
}

interface ListQuery {
  readonly archived: boolean
  readonly limit: number
  readonly cursor?: string | undefined
}

const BY_ID = 'id'

/** @throws AppError `invalid_input` for a cursor of another list */
export async function listTeams(ctx: Reader, { archived, limit, cursor }: ListQuery) {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, BY_ID, z.tuple([sortText]))[0]
  const found = await ctx.db
    .select(wholeOf(ctx))
    .from(teams)
    .where(
      and(
        visibleTeams(ctx),
        archived ? isNotNull(teams.archivedAt) : isNull(teams.archivedAt),
        after === undefined ? undefined : gt(teams.id, after),
      ),
    )
    .orderBy(asc(teams.id))
    .limit(limit + 1)
  const page = toPage(found, limit, ({ row }) => ({ sort: BY_ID, after: [row.id] }))
  return { items: page.items.map(toTeam), nextCursor: page.nextCursor }
}

/** The name of a team, for a caller whose right to it was checked. */
export async function findTeamName(db: Reader['db'], id: string): Promise<string | undefined> {
  const [row] = await db.select({ name: teams.name }).from(teams).where(eq(teams.id, id))
  return row?.name
}

/** The members of a team that the caller sees, by their ids. */
export async function listMembers({ db }: Reader, teamId: string): Promise<TeamMember[]> {
  return await db
    .select({ personId: teamMembers.personId, name: people.name, role: teamMembers.role })
    .from(teamMembers)
    .leftJoin(people, eq(people.id, teamMembers.personId))
    .where(eq(teamMembers.teamId, teamId))
    .orderBy(asc(teamMembers.personId))
}

/**
 * Locks a team for a change.
 * @throws AppError `not_found`; `forbidden` for others than its admins and those of the gateway; `conflict` for an
 * archived team
 */
export async function lockLedTeam(ctx: Reader, teamId: string): Promise<TeamRow> {
  const row = await assertLeads(ctx, teamId)
  if (row.archivedAt !== null) {
    throw new AppError('conflict', `The team ${row.name} is archived, so nothing of it can be changed.`, {
      fix: 'Create another team with teams.create.',
    })
  }
  return row
}

/**
 * Locks a team that the caller leads, or as an admin of the gateway may lead.
 * @throws AppError `not_found`, `forbidden`
 */
export async function assertLeads(ctx: Reader, teamId: string): Promise<TeamRow> {
  const row = await lockTeam(ctx, teamId)
  await ledBy(ctx, teamId)
  return row
}

/**
 * The team of this id, which the caller leads or as an admin of the gateway may lead; without an id, the caller.
 * @throws AppError `not_found`, `forbidden`
 */
export async function ledBy(ctx: Reader, teamId: string | undefined): Promise<string> {
  if (teamId === undefined) {
    if (seesOwn(ctx)) return ctx.actor.personId
    throw new AppError(
      'forbidden',
      'Others read the outcome of this call, and this is for one person alone.',
      {
        fix: 'Let the person make the call.',
      },
    )
  }
  const { role, name } = await getTeam(ctx, teamId)
  if (role === 'admin' || isGatewayAdmin(ctx)) return teamId
  throw new AppError('forbidden', `Only an admin of the team ${name} may do this.`, {
    fix: `Ask one: teams.get shows them.`,
  })
}

/**
 * The locked team from which the caller may remove this person: everybody may leave.
 * @throws AppError `not_found`, `forbidden`, `conflict`
 */
export async function assertMayRemove(ctx: Reader, teamId: string, personId: string): Promise<TeamRow> {
  if (personId !== ctx.actor.personId) return await lockLedTeam(ctx, teamId)
  await getTeam(ctx, teamId)
  return await lockTeam(ctx, teamId)
}

/** @throws AppError `not_found` */
async function lockTeam({ db }: Reader, teamId: string): Promise<TeamRow> {
  const [row] = await db.select().from(teams).where(eq(teams.id, teamId)).for('update')
  if (row === undefined) throw notFound('team', teamId)
  return row
}
