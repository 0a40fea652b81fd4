/** Replies as messages of Slack, for everybody in the thread or for the person alone. */
import type { Reply, ReplyAction } from '../../chat/reply.ts'
import type { NewId } from '../../core/operation/ids.ts'
import type { Operation } from '../../core/operation/operation.ts'
import type { Db } from '../../domain/db/db.ts'
import type { MessagePost } from '../../domain/slack/post.ts'
import type { ShownAction } from '../render/action-parts.ts'
import { renderReply } from '../render/render-reply.ts'
import { isDirect, type Place } from './place.ts'

export interface Writer {
  readonly db: Db
  readonly newId: NewId
  readonly now: Date
}

/** Keeps what the buttons of a message do, in the transaction that posts it. */
export type KeepActions = (
  writer: Writer,
  place: Place,
  actions: readonly ReplyAction[],
) => Promise<readonly ShownAction[]>

export interface Answering {
  readonly place: Place
  readonly userId: string
  /** Whether everybody in the channel may read it. */
  readonly isOpen: boolean
  /** Whether the thread is told that a private answer was given. */
  readonly saysPrivate: boolean
}

export interface AnswerParts {
  readonly operations: readonly Operation[]
  readonly keepActions: KeepActions
}

export async function postsOf(
  { operations, keepActions }: AnswerParts,
  writer: Writer,
  { replies, to }: { readonly replies: readonly Reply[]; readonly to: Answering },
): Promise<MessagePost[]> {
  const { place, userId, isOpen, saysPrivate } = to
  const isAlone = !isOpen && !isDirect(place.channelId)
  const posts: MessagePost[] = isAlone && saysPrivate ? [{ ...postAt(place), text: privately(userId) }] : []
  for (const reply of replies) {
    const actions = await keepActions(writer, place, reply.actions)
    for (const { text, blocks } of renderReply({ ...reply, actions }, { operations }))
      posts.push({ ...postAt(place), text, blocks, ...(isAlone && { onlyFor: userId }) })
  }
  return posts
}

function postAt({ teamId, channelId, root }: Place) {
  const thread = root === undefined ? {} : { threadTs: root }
  return { kind: 'message' as const, teamId, channel: channelId, ...thread }
}

function privately(userId: string): string {
  return `<@${userId}> I answer you alone here: not everybody in this channel may see it.`
}
