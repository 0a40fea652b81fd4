/** Posts a reply, and keeps what its buttons do. */
import type { Table } from '../../core/operation/description.ts'
import type { NewId } from '../../core/operation/ids.ts'
import type { Db } from '../../domain/db/db.ts'
import { insertPosts } from '../../domain/slack/posts/insert-posts.ts'
import { keepActions, type NamedAction } from '../../domain/slack/shown/actions.ts'
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
  /** The person of the gateway. */
  readonly personId: string
}

/**
 * In the transaction of the write that causes the reply. Let watchers know of `POSTS_CHANGE` after the commit. Answers with
 * the id of the post that has the buttons.
 */
export async function postReply(
  writer: PostWriter,
  { text, table, actions }: PostedReply,
  { personId, ...place }: PostPlace,
): Promise<string | undefined> {
  const named = actions.map((action) => ({ id: writer.newId('action'), ...action }))
  const messages = renderReply({ text, table, actions: named }, writer)
  const ids = await insertPosts(
    writer,
    messages.map((message) => ({ kind: 'message', ...place, ...message })),
  )
  const postId = ids.at(-1)
  if (postId !== undefined) await keepActions(writer, named, { postId, personId })
  return postId
}
