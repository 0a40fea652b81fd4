/** What the pages behind links of mails ask of the gateway: to answer as the person of a link, to stop mails. */
import type { Gateway } from '../core/area/gateway.ts'
import { calledName } from '../domain/access/people.ts'
import { readLink } from '../domain/mail/signed-links.ts'
import { MAIL } from '../domain/notifications/channel.ts'
import { actorOfPerson } from '../domain/people/person-actor.ts'
import { createActionDoor } from '../server/mail/action-door.ts'
import type { MailDoors } from '../server/mail/mail-routes.ts'
import type { StoppableMails, UnsubscribeDoor } from '../server/mail/unsubscribe-page.ts'
import { getSettings } from '../tools/notifications/get-settings.ts'
import { updateSettings } from '../tools/notifications/update-settings.ts'
import type { Composition } from './compose.ts'

type Parts = Pick<Composition, 'database' | 'now' | 'linkKeys' | 'messages'>

export function createMailDoors(gateway: Gateway, parts: Parts): MailDoors {
  return {
    action: createActionDoor(gateway, { ...parts, db: parts.database.db }),
    unsubscribe: createUnsubscribeDoor(gateway, parts),
  }
}

/** Mails of each kind that a link names are stopped and sent again as the person's own settings. */
function createUnsubscribeDoor(
  { invoke }: Pick<Gateway, 'invoke'>,
  { database: { db }, now, linkKeys }: Parts,
): UnsubscribeDoor {
  async function open(token: string) {
    const [personId = '', ...kinds] = readLink(await linkKeys.known(db), {
      kind: 'unsubscribe',
      token,
      now: now(),
    })
    const person = await actorOfPerson(db, personId)
    return { actor: { ...person, scopes: ['notifications:write'] } as const, kinds }
  }

  async function settingsOf({ actor, kinds }: Awaited<ReturnType<typeof open>>) {
    const { output } = await invoke(getSettings, {}, { actor, door: 'mail' })
    return output.items.filter(({ event }) => kinds.includes(event))
  }

  async function standing(opened: Awaited<ReturnType<typeof open>>): Promise<StoppableMails> {
    const items = await settingsOf(opened)
    return {
      person: await calledName(db, opened.actor.personId),
      titles: items.map(({ title }) => title),
      areStopped: items.every(({ channels }) => !channels.includes(MAIL)),
    }
  }

  return {
    look: async (token) => await standing(await open(token)),
    async set(token, { areStopped, requestId }) {
      const opened = await open(token)
      for (const { event, channels } of await settingsOf(opened)) {
        if (channels.includes(MAIL) !== areStopped) continue
        const left = channels.filter((channel) => channel !== MAIL)
        const wanted = areStopped ? left : [...left, MAIL]
        const input = wanted.length === 0 ? { event, off: true } : { event, channels: wanted }
        await invoke(updateSettings, input, { actor: opened.actor, door: 'mail', requestId })
      }
      return await standing(opened)
    },
  }
}
