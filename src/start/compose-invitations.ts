/** What the page of invitations asks of the gateway: who invites into what, and to let somebody in. */
import type { Invoke } from '../core/call/call.ts'
import { parseInput } from '../core/call/input.ts'
import { hashKey } from '../domain/access/key-form.ts'
import { calledName } from '../domain/access/people.ts'
import { invitedAs } from '../domain/people/invitations/invitation.ts'
import { findUsable } from '../domain/people/invitations/store.ts'
import { findTeamName } from '../domain/teams/store.ts'
import type { InvitationDoor } from '../server/pages/invitation.ts'
import { acceptInvitation } from '../tools/people/accept-invitation.ts'
import type { Composition } from './compose.ts'

type Parts = Pick<Composition, 'database' | 'now'> & Pick<InvitationDoor, 'publicUrl'>

export function createInvitationDoor(
  invoke: Invoke,
  { database: { db }, now, publicUrl }: Parts,
): InvitationDoor {
  const find = (token: string) => findUsable({ db, now: now() }, hashKey(token))
  return {
    publicUrl,
    async look(token) {
      const { personId, name, role, teamId, teamRole, invitedBy } = await find(token)
      const team = teamId === null ? null : ((await findTeamName(db, teamId)) ?? null)
      return {
        ...{ personId, name },
        invited: invitedAs({ role, team, teamRole }),
        inviter: await calledName(db, invitedBy),
      }
    },
    async accept(given, requestId) {
      const input = parseInput(acceptInvitation, given)
      // Looked up before the call: a wrong token leaves no entry in the audit of anybody.
      const { id } = await find(input.token)
      const actor = { kind: 'person', id, personId: id, scopes: ['people:write'] } as const
      const { output } = await invoke(acceptInvitation, input, { actor, door: 'http', requestId })
      return output
    },
  }
}
