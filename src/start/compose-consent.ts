/** What the page of consents asks of the gateway: whose consent came back, and to connect the account. */
import type { Invoke } from '../core/call/call.ts'
import { calledName } from '../domain/access/people.ts'
import { findConnector } from '../domain/accounts/connectors.ts'
import { readState } from '../domain/accounts/consents.ts'
import { teamOf } from '../domain/teams/space.ts'
import type { ConsentDoor } from '../server/pages/consent.ts'
import { finishConsent } from '../tools/accounts/finish-consent.ts'
import type { Composition } from './compose.ts'

type Parts = Pick<Composition, 'database' | 'now' | 'keyRing' | 'connectors'>

export function createConsentDoor(
  invoke: Invoke,
  { database, now, keyRing, connectors }: Parts,
): ConsentDoor {
  const read = async (state: string) => (await readState({ db: database.db, now: now() }, keyRing, state)).row
  return {
    async look(state) {
      const { connector, personId, ownerId } = await read(state)
      return {
        service: findConnector(connectors, connector).title,
        person: await calledName(database.db, personId),
        team: teamOf(ownerId) ?? undefined,
      }
    },
    async finish({ state, code, requestId }) {
      // The signed state proves who asked: a browser that comes back from a service has no key.
      const { personId } = await read(state)
      const actor = { kind: 'person', id: personId, personId, scopes: ['accounts:write'] } as const
      const input = { stateToken: state, codeToken: code }
      const { output } = await invoke(finishConsent, input, { actor, door: 'http', requestId })
      return output.account.name
    },
  }
}
