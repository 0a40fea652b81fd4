/** What the pages behind links of mails ask of the gateway: to answer as the person of a link, and to stop mails. */
import { createHash } from 'node:crypto'
import type { Gateway } from '../core/area/gateway.ts'
import type { MessageAction } from '../core/area/message.ts'
import type { Call } from '../core/call/call.ts'
import { AppError } from '../core/errors.ts'
import type { Actor } from '../core/operation/actor.ts'
import type { NextCall } from '../core/operation/next-call.ts'
import { findName } from '../domain/access/people.ts'
import type { Db } from '../domain/db/db.ts'
import { readLink } from '../domain/mail/signed-links.ts'
import { MAIL } from '../domain/notifications/channel.ts'
import { findNote } from '../domain/notifications/store.ts'
import { assertTheirs, assertVerified } from '../domain/people/addresses.ts'
import { actorOfPerson } from '../domain/people/person-actor.ts'
import type { ActionDoor, AskedAction } from '../server/mail/action-page.ts'
import type { MailDoors } from '../server/mail/mail-routes.ts'
import { isRequired } from '../server/mail/required-ask.ts'
import type { StoppableMails, UnsubscribeDoor } from '../server/mail/unsubscribe-page.ts'
import type { VerifyDoor } from '../server/mail/verify-page.ts'
import { getSettings } from '../tools/notifications/get-settings.ts'
import { updateSettings } from '../tools/notifications/update-settings.ts'
import { verifyAddress } from '../tools/people/verify-address.ts'
import type { Composition } from './compose.ts'

type Parts = Pick<Composition, 'database' | 'now' | 'keyRing' | 'messages'>

export function createMailDoors(gateway: Gateway, parts: Parts): MailDoors {
  return {
    action: createActionDoor(gateway, parts),
    unsubscribe: createUnsubscribeDoor(gateway, parts),
    verify: createVerifyDoor(gateway, parts),
  }
}

/** What a link to an answer opens, as it stands now. */
interface Opened {
  readonly actor: Actor
  readonly asked: AskedAction
  /** Those that can still be made, in the order of the buttons. */
  readonly actions: readonly MessageAction[]
}

function createActionDoor(
  { operations, invoke }: Pick<Gateway, 'operations' | 'invoke'>,
  { database: { db }, now, keyRing, messages }: Parts,
): ActionDoor {
  const named = (call: NextCall) => operations.find(({ name }) => name === call.operation)

  async function open(token: string, call?: Partial<Call>): Promise<Opened> {
    const [personId = '', address = '', noteId = ''] = readLink(keyRing, { kind: 'act', token, now: now() })
    const actor = await actorOfPerson(db, personId)
    await assertVerified(db, { personId, address })
    const note = await findNote({ db, actor, messages }, noteId)
    const all = note.message.actions(note.payload)
    const reading = all.find((each) => named(each.call)?.effect === 'read')
    const shown = await read(reading?.call, { ...call, actor, door: 'mail' })
    const actions = all.filter(({ call: { operation } }) =>
      shown.next.some((next) => next.operation === operation && named(next)?.effect === 'write'),
    )
    return {
      actor,
      actions,
      asked: await describe(note.message.text(note.payload), { actor, actions, shown }),
    }
  }

  async function read(reading: NextCall | undefined, call: Call) {
    const operation = reading && named(reading)
    if (operation === undefined)
      throw new Error('a message whose actions change something has one that reads')
    const { output } = await invoke(operation, reading?.input, call)
    return { text: operation.tell(output), next: operation.next?.(output, reading?.input ?? {}) ?? [] }
  }

  async function describe(
    title: string,
    {
      actor,
      actions,
      shown,
    }: Pick<Opened, 'actor' | 'actions'> & { readonly shown: { readonly text: string } },
  ): Promise<AskedAction> {
    const { personId } = actor
    const asks = Object.assign({}, ...actions.map(({ call }) => call.ask ?? {})) as Record<string, string>
    const fields = Object.entries(asks).map(([name, label]) => ({
      name,
      label,
      isRequired: actions.every(({ call }) => isRequired(named(call), name)),
    }))
    const seen = JSON.stringify([shown.text, actions.map(({ label, call }) => [label, call.input])])
    return {
      person: await calledName(db, personId),
      ...{ title, details: shown.text, fields },
      actions: actions.map(({ label }) => ({ label })),
      mark: createHash('sha256').update(seen).digest('base64url'),
    }
  }

  return {
    look: async (token) => (await open(token)).asked,
    async act(token, { place, mark, words, requestId }) {
      const { actor, asked, actions } = await open(token, { requestId })
      const chosen = actions[place]
      if (asked.mark !== mark || chosen === undefined) throw hasChanged()
      const { call } = chosen
      const operation = named(call)
      if (operation === undefined) throw hasChanged()
      const given = Object.entries(words).filter(([name]) => call.ask !== undefined && name in call.ask)
      const input = { ...call.input, ...Object.fromEntries(given) }
      const idempotencyKey = createHash('sha256')
        .update(JSON.stringify([token, input]))
        .digest('base64url')
      const { output } = await invoke(operation, input, { actor, door: 'mail', requestId, idempotencyKey })
      return operation.tell(output)
    },
  }
}

function hasChanged(): AppError {
  return new AppError('conflict', 'This has changed since you opened it, so nothing was done.', {
    fix: 'Below it is as it stands now.',
  })
}

/** Mails of each kind that a link names are stopped and sent again as the person's own settings. */
function createUnsubscribeDoor(
  { invoke }: Pick<Gateway, 'invoke'>,
  { database: { db }, now, keyRing }: Parts,
): UnsubscribeDoor {
  async function open(token: string) {
    const [personId = '', ...kinds] = readLink(keyRing, { kind: 'unsubscribe', token, now: now() })
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

function createVerifyDoor(
  { invoke }: Pick<Gateway, 'invoke'>,
  { database: { db }, now, keyRing }: Parts,
): VerifyDoor {
  async function open(token: string) {
    const [personId = '', address = ''] = readLink(keyRing, { kind: 'verify', token, now: now() })
    const person = await actorOfPerson(db, personId)
    await assertTheirs(db, { personId, address })
    return { actor: { ...person, scopes: ['profile:write'] } as const, address }
  }

  return {
    async look(token) {
      const { actor, address } = await open(token)
      return { person: await calledName(db, actor.personId), address }
    },
    async verify(token, requestId) {
      const { actor, address } = await open(token)
      await invoke(verifyAddress, { address }, { actor, door: 'mail', requestId })
      return { person: await calledName(db, actor.personId), address }
    },
  }
}

async function calledName(db: Db, personId: string): Promise<string> {
  const name = await findName(db, personId)
  return name === null ? personId : `${name} (${personId})`
}
