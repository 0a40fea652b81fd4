/** people.revoke_invitation: its link stops working. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import {
  Invitation,
  InvitationId,
  inviteeOf,
  toInvitation,
} from '../../domain/people/invitations/invitation.ts'
import { tokenName } from '../../domain/people/invitations/letters.ts'
import { revokeInvitation as revoke } from '../../domain/people/invitations/store.ts'

export const revokeInvitation = defineOperation({
  name: 'people.revoke_invitation',
  summary: 'Revoke an invitation: its link stops working at once.',
  keywords: 'cancel invite, withdraw, take back, disinvite',
  route: 'POST /v1/invitations/:invitationId/revoke',
  input: z.object({ invitationId: InvitationId }),
  output: z.object({
    invitation: Invitation,
    changed: z.boolean().describe('false: it was revoked or had expired before'),
  }),
  scope: 'people:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { invitationId: 'invitation_01h455vb4pex5vsknk084sn02q' },
  async run({ invitationId }, ctx) {
    const { row, changed } = await revoke(ctx, invitationId)
    // A mail that has not been sent yet then is not.
    await ctx.secrets.forget(ctx.db, tokenName(invitationId))
    return { invitation: toInvitation(row, ctx.now), changed }
  },
  tell: ({ invitation, changed }) =>
    changed
      ? `Revoked the invitation for ${inviteeOf(invitation)} (${invitation.id}).`
      : `The invitation for ${inviteeOf(invitation)} (${invitation.id}) could not be used any more.`,
})
