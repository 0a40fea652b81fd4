/** Posts a reply, and keeps what its buttons do. */
import type { Table } from '../../core/operation/description.ts'
import type { NewId } from '../../core/operation/ids.ts'
import type { Db } from '../../domain/db/db.ts'
import type { Post } from '../../domain/slack/post.ts'
import { insertPosts } from '../../domain/slack/posts/insert-posts.ts'
import { keepActions, type NamedAction } from '../../domain/slack/shown/actions.ts'
import type { SlackMessage } from '../render/message.ts'
import { type RenderParts, renderReply } from '../render/render-reply.ts'

export interface PostedReply {
  readonly text: string
  readonly table?: Table | undefined
  readonly actions: readonly Omit<NamedAction, 'id'>[]
}

export interface PostWriter extends RenderParts {
  readonly db: Db
  readonly now: Date
  readonly newId: NewId
}

/** Where it goes, and for whom it is. */
export interface PostPlace {
  readonly teamId: string
  readonly channel: string
  readonly threadTs?: string | undefined
  /** The user who alone sees it. */
  readonly onlyFor?: string | undefined
  /** Takes the first messages; the channel is then the user, who gets the others privately. */
  readonly response?: ResponsePlace | undefined
  /** The person of the gateway. */
  readonly personId: string
}

/** How often Slack takes something by one `response_url`. */
export const RESPONSE_USES_MAX = 5

/** The address by which a command or a press is answered, wherever it was made. */
export interface ResponsePlace {
  readonly url: string
  readonly usesLeft: number
}

/**
 * In the transaction of the write that causes the reply. Let watchers know of `POSTS_CHANGE` after the commit. Answers with
 * the ids of the posts; the last one has the buttons.
 */
export async function postReply(
  writer: PostWriter,
  { text, table, actions }: PostedReply,
  { personId, ...place }: PostPlace,
): Promise<readonly string[]> {
  const named = actions.map((action) => ({ id: writer.newId('action'), ...action }))
  const messages = renderReply({ text, table, actions: named }, writer)
  const ids = await insertPosts(
    writer,
    messages.map((message, at) => postOf({ ...place, personId }, message, at)),
  )
  const postId = ids.at(-1)
  if (postId !== undefined) await keepActions(writer, named, { postId, personId })
  return ids
}

function postOf({ response, ...place }: PostPlace, message: SlackMessage, at: number): Post {
  if (response === undefined || at >= response.usesLeft) return { kind: 'message', ...place, ...message }
  const { teamId, channel } = place
  return { kind: 'response', teamId, channel, responseUrl: response.url, onlyFor: channel, ...message }
}
