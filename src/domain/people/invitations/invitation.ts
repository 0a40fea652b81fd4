/** An invitation as those who manage people see it: everything but its token. */
import { z } from 'zod'
import { idOf } from '../../../core/operation/ids.ts'
import { TeamRole } from '../../teams/team.ts'
import { RoleName } from '../person.ts'
import type { invitations } from '../tables.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** Milliseconds within which an invitation has to be accepted. */
export const INVITATION_MAX_MS = 7 * DAY_MS
/** Milliseconds for which an invitation stays in lists after its expiry. */
export const INVITATION_KEPT_MS = 90 * DAY_MS

export const InvitationId = idOf('invitation')

export const INVITATION_STATES = ['open', 'accepted', 'expired', 'revoked'] as const
export type InvitationState = (typeof INVITATION_STATES)[number]

export const Invitation = z.object({
  id: z.string(),
  personId: z.string().nullable().describe('The id that the person will have; null: they choose one'),
  name: z.string().nullable(),
  email: z.string().nullable(),
  role: RoleName,
  teamId: z.string().nullable(),
  teamRole: TeamRole.nullable(),
  isMailed: z.boolean().describe('Its link was mailed, and shown to nobody'),
  state: z.enum(INVITATION_STATES),
  invitedBy: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  acceptedAt: z.string().nullable(),
  acceptedBy: z.string().nullable().describe('The person who came with it'),
  revokedAt: z.string().nullable(),
})
export type Invitation = z.output<typeof Invitation>

export type InvitationRow = typeof invitations.$inferSelect

function invitationState({ acceptedAt, revokedAt, expiresAt }: InvitationRow, now: Date): InvitationState {
  if (acceptedAt !== null) return 'accepted'
  if (revokedAt !== null) return 'revoked'
  return expiresAt <= now ? 'expired' : 'open'
}

export function toInvitation(row: InvitationRow, now: Date): Invitation {
  const { hash: _hash, ...shown } = row
  return {
    ...shown,
    state: invitationState(row, now),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    acceptedAt: row.acceptedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  }
}

/** As what somebody is invited: `as member, and into the team Garden as viewer`. */
export function invitedAs({ role, team, teamRole }: InvitedAs): string {
  if (team === null) return `as ${role}`
  return `as ${role}, and into the team ${team}${teamRole === null ? '' : ` as ${teamRole}`}`
}

interface InvitedAs {
  readonly role: string
  /** The name of the team. */
  readonly team: string | null
  readonly teamRole: string | null
}

/** Whom it is for, as far as it says. */
export function inviteeOf({ personId, name, email }: Invitation): string {
  const known = [personId, name, email].filter((word) => word !== null)
  return known.length === 0 ? 'anyone who has the link' : known.join(', ')
}
