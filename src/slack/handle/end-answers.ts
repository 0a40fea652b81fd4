/** Takes the buttons away that answer what no longer waits, wherever they were shown. */
import type { Context } from '../../core/operation/context.ts'
import { insertPosts } from '../../domain/slack/posts/insert-posts.ts'
import { closeAnswers } from '../../domain/slack/shown/actions.ts'
import { findShownMessage } from '../../domain/slack/shown/shown-message.ts'
import { NO_LONGER_OPEN } from '../render/done-block.ts'
import { endButtons } from '../render/end-buttons.ts'

/** In the transaction that forgets what waited. Let watchers know of `POSTS_CHANGE` after the commit. */
export async function endAnswers(
  writer: Pick<Context, 'db' | 'now' | 'newId'>,
  waitingIds: readonly string[],
): Promise<void> {
  const { db, now } = writer
  for (const [postId, closed] of await closeAnswers(db, waitingIds, now)) {
    const message = await findShownMessage(db, postId)
    // Slack cannot edit what one user alone sees: pressing it says so.
    if (message === undefined || message.onlyFor !== undefined) continue
    await insertPosts(writer, [endButtons(message, { postId, closed, words: NO_LONGER_OPEN })])
  }
}
