/**
 * What follows when somebody accepts an invitation. It is in no list of operations: only the page of the invitation and
 * its route for programs call it, in the name of the invitation, because its bearer is nobody here yet.
 */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { shownName } from '../../core/text/visible.ts'
import { scopesOfRole } from '../../domain/access/authority.ts'
import { ApiKey, type KeyRow, toApiKey } from '../../domain/access/key.ts'
import { expiryOf } from '../../domain/access/key-expiry.ts'
import { hashKey, hintOf, makeKey } from '../../domain/access/key-form.ts'
import { insertKey } from '../../domain/access/keys.ts'
import { PERSON_NAME_MAX_CHARS, PersonId } from '../../domain/access/people.ts'
import type { InvitationRow } from '../../domain/people/invitations/invitation.ts'
import { tokenName } from '../../domain/people/invitations/letters.ts'
import { findUsable, noteInvited, useInvitation } from '../../domain/people/invitations/store.ts'
import { personUri } from '../../domain/people/person.ts'
import { insertPerson } from '../../domain/people/store.ts'
import { joinTeam } from '../../domain/teams/members.ts'

/** The most characters of a token that are looked at. */
const TOKEN_MAX_CHARS = 200

export const acceptInvitation = defineOperation({
  name: 'people.accept_invitation',
  summary: 'Come in with an invitation, and get a key.',
  route: 'POST /v1/people/accept-invitation',
  input: z.object({
    // Named so that neither the audit nor the log keeps it.
    token: z.string().min(1).max(TOKEN_MAX_CHARS),
    id: PersonId.optional().describe('A short name of your own, unless the invitation names one'),
    name: shownName(PERSON_NAME_MAX_CHARS).optional(),
  }),
  output: z.object({
    person: z.object({ id: z.string(), name: z.string().nullable() }),
    key: ApiKey,
    secret: z.string().nullable().describe('The key itself'),
  }),
  scope: 'people:write',
  effect: 'write',
  repeat: 'keyed',
  audience: 'people',
  listed: false,
  shownOnce: ['secret'],
  example: { token: 'token', id: 'grace' },
  async run({ token, id, name }, ctx) {
    const invitation = await findUsable(ctx, hashKey(token))
    const personId = idFor(invitation, id)
    await useInvitation(ctx, { hash: invitation.hash, acceptedBy: personId })
    const person = { id: personId, name: name ?? invitation.name }
    const emails =
      invitation.email === null ? [] : [{ address: invitation.email, verified: invitation.isMailed }]
    await insertPerson(ctx, personId, { name: person.name, role: invitation.role, emails })
    await noteInvited(ctx.db, invitation, personId)
    await ctx.secrets.forget(ctx.db, tokenName(invitation.id))
    const { teamId, teamRole } = invitation
    if (teamId !== null && teamRole !== null) await joinTeam(ctx, teamId, { personId, role: teamRole })
    const secret = makeKey()
    const row = firstKey(ctx, { invitation, personId, secret })
    await insertKey(ctx, row)
    for (const concerned of [personId, invitation.invitedBy]) {
      ctx.changed(personUri(personId), concerned)
      ctx.touched(personUri(personId), concerned)
    }
    return { person, key: toApiKey(row, ctx.now), secret }
  },
  tell: ({ person, secret }) => `Welcome, ${person.name ?? person.id}.\n${secret}`,
})

/** @throws AppError `invalid_input` where nobody chose an id, or another than the invitation names */
function idFor({ personId }: InvitationRow, id: string | undefined): string {
  const known = personId ?? id
  if (known !== undefined && (id ?? known) === known) return known
  const message = personId === null ? 'needed' : `must be ${personId}, or left out`
  throw new AppError('invalid_input', `The id of the new person is not valid: id: ${message}.`, {
    fix: personId === null ? 'Choose a short name such as ada.' : 'Leave it out.',
    issues: [{ path: 'id', message }],
  })
}

interface FirstKey {
  readonly invitation: InvitationRow
  readonly personId: string
  readonly secret: string
}

/** A key with all that the person's role allows. */
function firstKey({ now, newId }: Context, { invitation, personId, secret }: FirstKey): KeyRow {
  return {
    id: newId('key'),
    hash: hashKey(secret),
    hint: hintOf(secret),
    label: 'from the invitation',
    personId,
    kind: 'person',
    scopes: [...scopesOfRole(invitation.role)],
    createdBy: invitation.id,
    createdAt: now,
    expiresAt: expiryOf({}, now),
    revokedAt: null,
    lastUsedAt: null,
  }
}
