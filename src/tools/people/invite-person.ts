/** people.invite: a link that lets somebody come in once, shown in this answer and never again. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { shownName } from '../../core/text/visible.ts'
import { hashKey, makeInvitationToken } from '../../domain/access/key-form.ts'
import { PERSON_NAME_MAX_CHARS, PersonId } from '../../domain/access/people.ts'
import {
  INVITATION_MAX_MS,
  Invitation,
  inviteeOf,
  toInvitation,
} from '../../domain/people/invitations/invitation.ts'
import { mailInvitation } from '../../domain/people/invitations/letters.ts'
import { assertNew, insertInvitation } from '../../domain/people/invitations/store.ts'
import { assertMayGive } from '../../domain/people/manage.ts'
import { Address, RoleName } from '../../domain/people/person.ts'
import { lockLedTeam } from '../../domain/teams/store.ts'
import { TeamId, TeamRole } from '../../domain/teams/team.ts'

export const invitePerson = defineOperation({
  name: 'people.invite',
  summary:
    'Invite somebody who is not here yet, by a link that works once: mailed to them, or in the answer.',
  details:
    'Where this gateway sends mails and an address is given, the link is mailed there and not shown. Otherwise hand it over yourself. The person who opens it confirms their name and id, and gets a key with what the role allows. With teamId they are also a member of that team. The invitation ends after seven days, when it is revoked, and when the person who made it may no longer make it. Repeating the call with its idempotency key returns the same invitation without its link.',
  keywords: 'add user, onboard, join, sign up, register, new colleague, link, by mail',
  route: 'POST /v1/people/invite',
  input: z.object({
    id: PersonId.optional().describe('The id that they will have; default: they choose'),
    name: shownName(PERSON_NAME_MAX_CHARS).optional(),
    email: Address.optional().describe('Becomes their address'),
    byMail: z
      .boolean()
      .default(true)
      .describe('Mail the link to the address where mails can be sent; false: show it instead'),
    role: RoleName.default('member'),
    teamId: TeamId.optional(),
    teamRole: TeamRole.optional().describe('Only with teamId; default: member'),
  }),
  output: z.object({
    invitation: Invitation,
    link: z
      .string()
      .nullable()
      .describe('Null when it was mailed, where no browser reaches a gateway, and when the call is repeated'),
    token: z
      .string()
      .nullable()
      .describe('The last part of the link; null when it was mailed, and when the call is repeated'),
  }),
  scope: 'people:write',
  effect: 'write',
  repeat: 'keyed',
  audience: 'people',
  listed: false,
  shownOnce: ['link', 'token'],
  example: { id: 'grace', name: 'Grace Hopper', role: 'member' },
  async run({ id, name, email, byMail, role, teamId, teamRole }, ctx) {
    await assertMayGive(ctx, role)
    if (teamId === undefined && teamRole !== undefined) throw noTeam()
    if (teamId !== undefined) await lockLedTeam(ctx, teamId)
    await assertNew(ctx, { id, email })
    const token = makeInvitationToken()
    const address = byMail && ctx.mailLinks !== undefined ? email : undefined
    const row = {
      ...{ id: ctx.newId('invitation'), hash: hashKey(token), role },
      ...{ personId: id ?? null, name: name ?? null, email: email ?? null },
      teamId: teamId ?? null,
      teamRole: teamId === undefined ? null : (teamRole ?? 'member'),
      isMailed: address !== undefined,
      invitedBy: ctx.actor.personId,
      createdAt: ctx.now,
      expiresAt: new Date(ctx.now.getTime() + INVITATION_MAX_MS),
      ...{ acceptedAt: null, acceptedBy: null, revokedAt: null },
    }
    await insertInvitation(ctx, row)
    const invitation = toInvitation(row, ctx.now)
    if (address !== undefined) {
      await mailInvitation(ctx, row, { address, token })
      return { invitation, link: null, token: null }
    }
    const base = ctx.publicUrl()
    const link = base === undefined ? null : `${base}/invite/${token}`
    return { invitation, link, token }
  },
  tell({ invitation, link, token }) {
    const until = invitation.expiresAt.slice(0, 10)
    if (invitation.isMailed)
      return `Invited ${invitedAs(invitation)}. The link is on its way to ${invitation.email}; it works once, until ${until}.`
    if (token === null)
      return `The invitation ${invitation.id} was made by an earlier call, which showed its link. If the link is lost, revoke the invitation and make another.`
    const way =
      link ??
      `${token}\nThe link is /invite/ with this token, at the address of the gateway. Set SWITCHBOARD_PUBLIC_URL to get whole links.`
    return `Invited ${invitedAs(invitation)}. It works once, until ${until}:\n${way}\nHand it over yourself: it is not shown again, and nothing was sent.`
  },
})

/** Whom, as what on the gateway, and as what in the team. */
function invitedAs(invitation: Invitation): string {
  const { id, role, teamId, teamRole } = invitation
  const inTeam = teamId === null ? '' : `, and as ${teamRole} of the team ${teamId}`
  return `${inviteeOf(invitation)} as ${role} of the gateway${inTeam} (${id})`
}

function noTeam(): AppError {
  return new AppError('invalid_input', 'teamRole is the role in a team, and no team is given.', {
    fix: 'Give teamId too, or leave out teamRole.',
    issues: [{ path: 'teamRole', message: 'needs teamId' }],
  })
}
