/** What a user is told who may not use the bot, only where they wrote to it: in channels once in an hour. */

import { escapeText } from '../../domain/slack/escape.ts'
import {
  codeHoldsWords,
  hashPairingCode,
  makePairingCode,
  notePairing,
  noteWaiting,
  pairingWords,
} from '../../domain/slack/pairings.ts'
import type { MessagePost } from '../../domain/slack/post.ts'
import type { Refusal, Speaking } from '../../domain/slack/speaker.ts'
import { isDirect, placeOf } from './place.ts'
import type { Heard } from './read-event.ts'

export interface Refused {
  readonly why: Refusal
  readonly name: string
  /** The message in the inbox, which is answered once its author is a person. */
  readonly inboxId: string | undefined
}

/** Programs get no answer: two that answer each other would never stop. */
const UNANSWERED: ReadonlySet<Refusal> = new Set(['own', 'bot', 'deactivated'])

/** The answer that a refused user alone sees; undefined: there is no answer. Noted in this transaction. */
export async function refuse(
  { db, workspace, now }: Pick<Speaking, 'db' | 'workspace' | 'now'>,
  heard: Heard,
  { why, name, inboxId }: Refused,
): Promise<MessagePost | undefined> {
  if (UNANSWERED.has(why)) return undefined
  const asker = { workspace, userId: heard.userId, name, inboxId }
  const words =
    why === 'unknown'
      ? await codeWords({ db, now }, asker, heard)
      : await refusalWords({ db, now }, { asker, why }, heard)
  if (words === undefined) return undefined
  const { root } = placeOf(heard)
  return {
    ...{ kind: 'message', teamId: workspace.teamId, channel: heard.channelId },
    text: escapeText(words),
    ...(root !== undefined && { threadTs: root }),
    ...(!isDirect(heard.channelId) && { onlyFor: heard.userId }),
  }
}

type Known = Pick<Speaking, 'db' | 'now'>
type Asker = Parameters<typeof notePairing>[1]

async function codeWords(known: Known, asker: Asker, { channelId }: Heard): Promise<string | undefined> {
  const code = makePairingCode()
  if ((await notePairing(known, asker, hashPairingCode(code))) !== undefined) return pairingWords(code)
  const told = await noteWaiting(known.db, asker)
  // A direct message and a command disturb nobody else, so they are always answered.
  return told !== undefined && isDirect(channelId) ? codeHoldsWords(told, known.now) : undefined
}

async function refusalWords(
  known: Known,
  { asker, why }: { readonly asker: Asker; readonly why: Refusal },
  { channelId }: Heard,
): Promise<string | undefined> {
  const isFirst = (await notePairing(known, asker, null)) !== undefined
  return isFirst || isDirect(channelId) ? NOT_HERE[why as keyof typeof NOT_HERE] : undefined
}

const NOT_HERE = {
  guest:
    'Guests of this workspace cannot use me here. An admin of Switchboard can allow it for this channel.',
  stranger:
    'People of other companies cannot use me here. An admin of Switchboard can allow it for this channel.',
} as const
