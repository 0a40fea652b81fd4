/** What a user is told who may not use the bot: once in an hour, and only where they wrote to it. */

import { hashPairingCode, makePairingCode, notePairing, pairingWords } from '../../domain/slack/pairings.ts'
import type { MessagePost } from '../../domain/slack/post.ts'
import type { Refusal, Speaking } from '../../domain/slack/speaker.ts'
import { escapeText } from '../render/escape.ts'
import { isDirect, placeOf } from './place.ts'
import type { Heard } from './read-event.ts'

interface Refused {
  readonly why: Refusal
  readonly name: string
}

/** Programs get no answer: two that answer each other would never stop. */
const UNANSWERED: ReadonlySet<Refusal> = new Set(['own', 'bot', 'deactivated'])

/** The answer that a refused user alone sees; undefined: none, or they had it before. Noted in this transaction. */
export async function refuse(
  { db, workspace, now }: Pick<Speaking, 'db' | 'workspace' | 'now'>,
  heard: Heard,
  { why, name }: Refused,
): Promise<MessagePost | undefined> {
  if (UNANSWERED.has(why)) return undefined
  const code = why === 'unknown' ? makePairingCode() : undefined
  const asker = { workspace, userId: heard.userId, name }
  const hash = code === undefined ? null : hashPairingCode(code)
  if ((await notePairing({ db, now }, asker, hash)) === undefined) return undefined
  const { root } = placeOf(heard)
  return {
    ...{ kind: 'message', teamId: workspace.teamId, channel: heard.channelId },
    text: escapeText(code === undefined ? NOT_HERE[why as keyof typeof NOT_HERE] : pairingWords(code)),
    ...(root !== undefined && { threadTs: root }),
    ...(!isDirect(heard.channelId) && { onlyFor: heard.userId }),
  }
}

const NOT_HERE = {
  guest:
    'Guests of this workspace cannot use me here. An admin of Switchboard can allow it for this channel.',
  stranger:
    'People of other companies cannot use me here. An admin of Switchboard can allow it for this channel.',
} as const
