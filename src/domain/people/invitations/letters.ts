/** What is mailed to people who are not here yet, and to addresses that somebody has yet to confirm. */
import { and, like, lt, or } from 'drizzle-orm'
import { z } from 'zod'
import { defineLetter } from '../../../core/area/message.ts'
import type { Context } from '../../../core/operation/context.ts'
import { calledName } from '../../access/people.ts'
import type { Db } from '../../db/db.ts'
import { deleteInBatches } from '../../db/delete-in-batches.ts'
import { postLetter } from '../../notifications/sending/letters.ts'
import { sealedSecrets } from '../../secrets/tables.ts'
import { findTeamName } from '../../teams/store.ts'
import { type PersonInput, personUri } from '../person.ts'
import { INVITATION_MAX_MS, type InvitationRow, invitedAs } from './invitation.ts'

type Sender = Pick<Context, 'db' | 'now' | 'newId' | 'changed' | 'secrets'>

export const invitationLetter = defineLetter({
  name: 'invitation.sent',
  payload: z.object({
    invitationId: z.string(),
    inviter: z.string(),
    role: z.string(),
    team: z.string().nullable(),
    // Null in a letter that waits since before letters named it.
    teamRole: z.string().nullable().default(null),
  }),
  text: ({ inviter, ...invited }) => `${inviter} invites you to Switchboard ${invitedAs(invited)}`,
  sealedAs: ({ invitationId }) => tokenName(invitationId),
  page: () => ({ label: 'Join', path: '/invite' }),
})

/** Of the token of an invitation that has not been mailed yet. */
export function tokenName(invitationId: string): string {
  return `invitations/${invitationId}/token`
}

export async function mailInvitation(
  ctx: Sender,
  { id, invitedBy, role, teamId, teamRole }: InvitationRow,
  { address, token }: { readonly address: string; readonly token: string },
): Promise<void> {
  const team = teamId === null ? null : await findTeamName(ctx.db, teamId)
  const inviter = await calledName(ctx.db, invitedBy)
  const payload = { invitationId: id, inviter, role, team: team ?? null, teamRole }
  await postLetter(ctx, invitationLetter, { address, about: `invitation://${id}`, payload, token })
}

/** Of the code for an address that has not been mailed yet. */
export function addressTokenName(personId: string, address: string): string {
  return `people/${personId}/${address}/token`
}

export const addressLetter = defineLetter({
  name: 'address.added',
  payload: z.object({ personId: z.string(), address: z.string() }),
  text: ({ address, personId }) => `Is ${address} an address of ${personId} at Switchboard?`,
  sealedAs: ({ personId, address }) => addressTokenName(personId, address),
  asks: (code, { personId }) => ({
    text: `Your code is ${code}, for two days. Enter it as ${personId}, with a key of your own: only then is anything mailed to this address. Nobody else can confirm the address, not even with the code.`,
    call: { operation: 'access.verify_address', input: { code } },
  }),
})

/** Deletes the tokens of letters that could not be sent before what they open had ended; answers with how many. */
export async function deleteUnsentTokens(db: Db, now: Date): Promise<number> {
  const before = new Date(now.getTime() - INVITATION_MAX_MS)
  const isToken = or(
    like(sealedSecrets.name, tokenName('%')),
    like(sealedSecrets.name, addressTokenName('%', '%')),
  )
  return await deleteInBatches(db, sealedSecrets, and(isToken, lt(sealedSecrets.sealedAt, before)))
}

interface GivenAddresses {
  readonly emails?: PersonInput['emails']
  /** The addresses that the person had before. */
  readonly known?: readonly string[] | undefined
}

/** Mails a code to each new address that is not verified, by which the person confirms it; where mails can be sent. */
export async function askForAddresses(
  ctx: Sender & Pick<Context, 'addressCodes'>,
  personId: string,
  { emails = [], known = [] }: GivenAddresses,
): Promise<void> {
  if (ctx.addressCodes === undefined) return
  for (const { address, verified } of emails) {
    if (verified || known.includes(address)) continue
    const token = await ctx.addressCodes.make(ctx.db, { personId, address, now: ctx.now })
    const payload = { personId, address }
    await postLetter(ctx, addressLetter, { address, about: personUri(personId), payload, token })
  }
}
