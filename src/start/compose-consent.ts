/** What the page of consents asks of the gateway: whose consent came back, and to connect the account. */
import type { Invoke } from '../core/call/call.ts'
import { calledName } from '../domain/access/people.ts'
import { findConnector } from '../domain/accounts/connectors.ts'
import { readState } from '../domain/accounts/consents.ts'
import { actorOfPerson } from '../domain/people/person-actor.ts'
import { SLACK } from '../domain/slack/workspaces.ts'
import { teamOf } from '../domain/teams/space.ts'
import { findTeamName } from '../domain/teams/store.ts'
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
      const teamId = teamOf(ownerId)
      const team = teamId === null ? undefined : ((await findTeamName(database.db, teamId)) ?? teamId)
      return toConnect(title, { person, team })
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
      const { id, name, connector: service } = output.account
      const { title } = findConnector(connectors, service)
      return `The account ${name} of ${title} is connected. To end that: switchboard accounts disconnect ${id}`
    },
  }
}

interface Asked {
  readonly person: string
  readonly team: string | undefined
}

function toConnect(service: string, { person, team }: Asked): ConsentQuestion {
  const whose = team === undefined ? person : `the team ${team}`
  const asking = team === undefined ? `${person} and their agents` : `the team ${team} and its agents`
  const inTeam = team === undefined ? '' : `, for the team ${team}`
  return {
    title: `Connect your account of ${service}?`,
    service,
    asked: `${person} asked this gateway to connect an account of ${service}${inTeam}.`,
    effect: `The gateway then does there what ${asking} ask for, within what you have just allowed at ${service}, until the account is disconnected.`,
    danger: 'they would act with your account.',
    agree: `Connect for ${whose}`,
  }
}

function toInstall(person: string): ConsentQuestion {
  return {
    title: 'Install Switchboard in Slack?',
    service: 'Slack',
    asked: `${person} asked to connect this gateway with a workspace of Slack.`,
    effect:
      'The bot then reads the direct messages to it and the channels to which it is invited, and answers there, until it is uninstalled.',
    danger: 'their gateway would read the channels to which the bot is invited.',
    agree: 'Install',
  }
}
