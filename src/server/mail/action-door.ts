/** Answers what a mail asks, through the calls that its message names, as the person to whom it was sent. */
import { createHash } from 'node:crypto'
import type { Gateway } from '../../core/area/gateway.ts'
import type { Message, MessageAction } from '../../core/area/message.ts'
import type { Call } from '../../core/call/call.ts'
import { AppError } from '../../core/errors.ts'
import type { Actor } from '../../core/operation/actor.ts'
import type { NextCall } from '../../core/operation/next-call.ts'
import { isRequired } from '../../core/operation/required-ask.ts'
import { calledName } from '../../domain/access/people.ts'
import type { Db } from '../../domain/db/db.ts'
import type { LinkKeys } from '../../domain/mail/link-keys.ts'
import { readLink } from '../../domain/mail/signed-links.ts'
import { findNote } from '../../domain/notifications/store.ts'
import { assertVerified } from '../../domain/people/addresses.ts'
import { actorOfPerson } from '../../domain/people/person-actor.ts'
import type { ActionDoor, AskedAction } from './action-page.ts'

export interface ActionDoorParts {
  readonly db: Db
  readonly linkKeys: LinkKeys
  readonly messages: readonly Message[]
  now(): Date
}

/** What a link to an answer opens, as it stands now. */
interface Opened {
  readonly actor: Actor
  readonly asked: AskedAction
  /** Those that can still be made, in the order of the buttons. */
  readonly actions: readonly MessageAction[]
}

export function createActionDoor(
  { operations, invoke }: Pick<Gateway, 'operations' | 'invoke'>,
  { db, now, linkKeys, messages }: ActionDoorParts,
): ActionDoor {
  const named = (call: NextCall) => operations.find(({ name }) => name === call.operation)

  async function open(token: string, call?: Partial<Call>): Promise<Opened> {
    const keys = await linkKeys.known(db)
    const [personId = '', address = '', noteId = ''] = readLink(keys, { kind: 'act', token, now: now() })
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
