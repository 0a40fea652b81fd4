/** Teams with members, and projects that are shared, as rows: what people may do in them follows from these. */
import { and, eq } from 'drizzle-orm'
import { newId } from '../../../src/core/operation/ids.ts'
import type { GRANT_ROLES } from '../../../src/domain/access/tables.ts'
import { grants } from '../../../src/domain/access/tables.ts'
import type { Db } from '../../../src/domain/db/db.ts'
import { projects } from '../../../src/domain/projects/tables.ts'
import { type TEAM_ROLES, teamMembers, teams } from '../../../src/domain/teams/tables.ts'

type TeamRole = (typeof TEAM_ROLES)[number]
type GrantRole = (typeof GRANT_ROLES)[number]

const GRANTED: Readonly<Record<TeamRole, GrantRole>> = { admin: 'admin', member: 'editor', viewer: 'viewer' }
const AT = new Date('2026-03-01T08:00:00.000Z')

/** Makes a team of these people, and answers with its id. */
export async function addTeam(db: Db, members: Readonly<Record<string, TeamRole>>): Promise<string> {
  const id = newId('team')
  await db.insert(teams).values({ id, name: 'Garden', createdBy: 'ada', createdAt: AT, updatedAt: AT })
  for (const [personId, role] of Object.entries(members)) {
    await db.insert(teamMembers).values({ teamId: id, personId, role, createdAt: AT })
    await db.insert(grants).values({ personId, spaceId: id, role: GRANTED[role], ownerId: id })
  }
  return id
}

/** Makes a project of a team or a person that these people see besides its owner, and answers with its id. */
export async function addSharedProject(
  db: Db,
  ownerId: string,
  members: Readonly<Record<string, GrantRole>>,
): Promise<string> {
  const id = newId('project')
  await db.insert(projects).values({
    ...{ id, personId: 'ada', ownerId, spaceId: id, restricted: true, name: 'Beds', outcome: null },
    ...{ dueDate: null, state: 'active', type: 'personal', momentum: 50, momentumOn: '2026-03-01' },
    ...{ createdAt: AT, updatedAt: AT, completedAt: null },
  })
  for (const [personId, role] of Object.entries(members)) {
    await db.insert(grants).values({ personId, spaceId: id, role, ownerId })
  }
  return id
}

/** Takes somebody out of a team, with everything that they saw because of it. */
export async function leaveTeam(db: Db, teamId: string, personId: string): Promise<void> {
  await db.delete(teamMembers).where(and(eq(teamMembers.teamId, teamId), eq(teamMembers.personId, personId)))
  await db.delete(grants).where(and(eq(grants.ownerId, teamId), eq(grants.personId, personId)))
}
