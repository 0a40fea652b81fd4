/** Replies as messages of Slack, for everybody in the thread or for the person alone. */
import type { Reply } from '../../chat/reply.ts'
import type { NewId } from '../../core/operation/ids.ts'
import type { Operation } from '../../core/operation/operation.ts'
import type { Db } from '../../domain/db/db.ts'
import { insertPosts } from '../../domain/slack/posts/insert-posts.ts'
import { postReply, type ResponsePlace } from '../interact/post-reply.ts'
import { isDirect, type Place } from './place.ts'

export interface Writer {
  readonly db: Db
  readonly newId: NewId
  readonly now: Date
}

export interface Answering {
  readonly place: Place
  readonly userId: string
  /** The person of the gateway who is answered. */
  readonly personId: string
  /** Whether everybody in the channel may read it. */
  readonly isOpen: boolean
  /** Whether the thread is told that a private answer was given. */
  readonly saysPrivate: boolean
  /** Where a command is answered. */
  readonly response?: ResponsePlace | undefined
}

export interface AnswerParts {
  readonly operations: readonly Operation[]
}

export async function postReplies(
  { operations }: AnswerParts,
  writer: Writer,
  { replies, to }: { readonly replies: readonly Reply[]; readonly to: Answering },
): Promise<void> {
  const { place, userId, personId, isOpen, saysPrivate } = to
  const { teamId, channelId: channel, root: threadTs } = place
  const at = { teamId, channel, ...(threadTs !== undefined && { threadTs }) }
  const isAlone = !isOpen && !isDirect(channel)
  if (isAlone && saysPrivate) await insertPosts(writer, [{ kind: 'message', ...at, text: privately(userId) }])
  const where = { ...at, personId, ...(isAlone && { onlyFor: userId }) }
  let { response } = to
  for (const reply of replies) {
    const posted = await postReply({ ...writer, operations }, reply, { ...where, response })
    response = response && { ...response, usesLeft: response.usesLeft - posted.length }
  }
}

function privately(userId: string): string {
  return `<@${userId}> I answer you alone here: not everybody in this channel may see it.`
}
