/** How the handling of a press ends: with posts, in the transaction that ends its event. */
import type { Runtime } from '../../core/call/runtime.ts'
import type { Change, Resources } from '../../core/operation/context.ts'
import type { Ending } from '../../domain/inbox/prepared.ts'
import type { Post } from '../../domain/slack/post.ts'
import { insertPosts } from '../../domain/slack/posts/insert-posts.ts'
import { POSTS_CHANGE } from '../../domain/slack/posts/rows.ts'

type Writer = Pick<Runtime, 'now' | 'newId'>

export function endWith(writer: Writer, result: string, posts: readonly Post[]): Ending {
  return { result, commit: (within) => storePosts(writer, within, posts) }
}

export async function storePosts(
  { now, newId }: Writer,
  { db }: Pick<Resources, 'db'>,
  posts: readonly Post[],
): Promise<readonly Change[]> {
  await insertPosts({ db, now: now(), newId }, posts)
  return posts.length === 0 ? [] : [POSTS_CHANGE]
}
