/**
 * Changes the messages of notifications that were settled, wherever that happened: they say how the matter ended, and
 * have no buttons any more.
 */
import { defineSweep } from '../../core/area/sweep.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import { insertPosts } from '../../domain/slack/posts/insert-posts.ts'
import { POSTS_CHANGE } from '../../domain/slack/posts/rows.ts'
import { closeNotes, findPeopleToTell } from '../../domain/slack/shown/notes.ts'
import { renderNotes } from '../render/render-note.ts'

export const settleNotes = defineSweep({
  name: 'notifications in Slack that were settled',
  async run(runtime) {
    for (const personId of await findPeopleToTell(runtime.resources)) await settleOf(runtime, personId)
  },
})

async function settleOf(runtime: Runtime, personId: string): Promise<void> {
  const { now, newId, operations } = runtime
  const count = await runtime.transaction(async (within) => {
    const writer = { db: within.db, now: now(), newId }
    const closed = await closeNotes(within, personId, writer.now)
    const edits = closed.flatMap(({ post, ...note }) => {
      const [message] = renderNotes([{ ...note, actions: [] }], note, { operations })
      const { id: postId, teamId, channel } = post
      return message === undefined
        ? []
        : [{ kind: 'edit' as const, teamId, channel, of: { postId }, ...message }]
    })
    await insertPosts(writer, edits)
    return edits.length
  })
  if (count > 0) runtime.publish(POSTS_CHANGE)
}
