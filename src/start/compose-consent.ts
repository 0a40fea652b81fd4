/** What the page of consents asks of the gateway: whose consent came back, and to connect the account. */
import type { Invoke } from '../core/call/call.ts'
import { calledName } from '../domain/access/people.ts'
import { findConnector } from '../domain/accounts/connectors.ts'
import { readState } from '../domain/accounts/consents.ts'
import { actorOfPerson } from '../domain/people/person-actor.ts'
import { SLACK } from '../domain/slack/workspaces.ts'
import { teamOf } from '../domain/teams/space.ts'
import type { ConsentDoor, ConsentQuestion } from '../server/pages/consent.ts'
import { finishConsent } from '../tools/accounts/finish-consent.ts'
import { finishInstall } from '../tools/slack/finish-install.ts'
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
      const person = await calledName(database.db, personId)
      if (connector === SLACK) return toInstall(person)
      const { title } = findConnector(connectors, connector)
      return toConnect(title, { person, team: teamOf(ownerId) ?? undefined })
    },
    async finish({ state, code, requestId }) {
      // The signed state proves who asked: a browser that comes back from a service has no key.
      const { connector, personId } = await read(state)
      const call = { door: 'http', requestId } as const
      const input = { stateToken: state, codeToken: code }
      if (connector === SLACK) {
        const { output } = await invoke(finishInstall, input, {
          ...call,
          actor: await actorOfPerson(database.db, personId),
        })
        return `Switchboard is installed in ${output.workspace.name}.`
      }
      const actor = { kind: 'person', id: personId, personId, scopes: ['accounts:write'] } as const
      const { output } = await invoke(finishConsent, input, { ...call, actor })
      return `${output.account.name} is connected.`
    },
  }
}

interface Asked {
  readonly person: string
  readonly team: string | undefined
}

function toConnect(service: string, { person, team }: Asked): ConsentQuestion {
  const whose = team === undefined ? '' : ` for the team ${team}`
  return {
    title: `Connect ${service}?`,
    asked: `${person} asked this gateway to act with an account of ${service}${whose}.`,
    danger: 'they would act with your account.',
    agree: `Connect for ${team ?? person}`,
  }
}

function toInstall(person: string): ConsentQuestion {
  return {
    title: 'Install Switchboard in Slack?',
    asked: `${person} asked to connect this gateway with a workspace of Slack.`,
    danger: 'their gateway would read the channels to which the bot is invited.',
    agree: 'Install',
  }
}
