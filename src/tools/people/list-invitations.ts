/** people.list_invitations: who was invited, without the links. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../core/schema/page.ts'
import {
  INVITATION_STATES,
  Invitation,
  inviteeOf,
  toInvitation,
} from '../../domain/people/invitations/invitation.ts'
import { listInvitations as listInvitationsIn } from '../../domain/people/invitations/store.ts'
import { assertManagesPeople } from '../../domain/people/visible-people.ts'

export const listInvitations = defineOperation({
  name: 'people.list_invitations',
  summary: 'List invitations, newest first: who was invited, by whom, and until when.',
  keywords: 'pending invites, invited users, who has not joined, open invitations',
  route: 'GET /v1/invitations',
  input: z.object({ state: z.enum(INVITATION_STATES).default('open'), ...pageInput }),
  output: pageOf(Invitation),
  scope: 'people:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { state: 'open' },
  async run(input, ctx) {
    assertManagesPeople(ctx, 'see who was invited')
    const { items, nextCursor } = await listInvitationsIn(ctx, input)
    return { items: items.map((row) => toInvitation(row, ctx.now)), nextCursor }
  },
  line: (invitation) =>
    `${invitation.id} for ${inviteeOf(invitation)}: ${invitation.role}, ${invitation.state}, by ${invitation.invitedBy}, until ${invitation.expiresAt}`,
  none: 'No invitations.',
  table: ({ items }) => ({
    columns: ['id', 'person', 'name', 'mail', 'role', 'team', 'state', 'by', 'until'],
    rows: items.map(
      ({ id, personId, acceptedBy, name, email, role, teamId, state, invitedBy, expiresAt }) => [
        id,
        acceptedBy ?? personId ?? '',
        name ?? '',
        email ?? '',
        role,
        teamId ?? '',
        state,
        invitedBy,
        expiresAt,
      ],
    ),
  }),
})
