/** A team and its members as others see them. */
import { z } from 'zod'
import { idOf } from '../../core/operation/ids.ts'
import { counted } from '../../core/text/counts.ts'
import { shownName } from '../../core/text/visible.ts'
import { TEAM_ROLES, type teams } from './tables.ts'

const TEAM_NAME_MAX_CHARS = 100
/** The most members of one team. */
export const TEAM_MEMBERS_MAX = 500
/** The most spaces of one person beside their own: each statement reads them. */
export const SPACES_OF_PERSON_MAX = 200
/**
 * The most of them from one other person: projects that this person shares, teams that they created, and what those have
 * in spaces of their own. So nobody fills up the room of somebody else alone. Owners and admins of the gateway may.
 */
export const SPACES_FROM_PERSON_MAX = 100

export const TeamId = idOf('team')

export const TeamRole = z
  .enum(TEAM_ROLES)
  .describe('admin: also its members, keys and audit; member: changes its things; viewer: reads them')
export type TeamRole = z.output<typeof TeamRole>

export const TeamName = shownName(TEAM_NAME_MAX_CHARS)

export const Team = z.object({
  id: z.string(),
  name: z.string(),
  role: TeamRole.nullable().describe('Your own role; null: you are not a member'),
  members: z.int().describe('How many'),
  createdAt: z.string(),
  archivedAt: z.string().nullable().describe('From then on its things can only be read'),
})
export type Team = z.output<typeof Team>

export const TeamMember = z.object({ personId: z.string(), name: z.string().nullable(), role: TeamRole })
export type TeamMember = z.output<typeof TeamMember>

export type TeamRow = typeof teams.$inferSelect

export function teamUri(id: string): string {
  return `team://${id}`
}

export function teamLine({ id, name, role, members, archivedAt }: Team): string {
  const people = counted(members, 'member')
  const facts = [people, ...(role === null ? [] : [`you: ${role}`]), ...(archivedAt ? ['archived'] : [])]
  return `${name} (${id}): ${facts.join(', ')}`
}
