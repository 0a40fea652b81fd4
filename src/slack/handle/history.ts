/** What was said in a thread before the bot was called into it. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { NewMessage } from '../../domain/conversations/store.ts'
import { findPersonOfUser } from '../../domain/slack/pairings.ts'
import { readSlack } from '../../domain/slack/slack-app.ts'
import type { Speaking } from '../../domain/slack/speaker.ts'
import { externalIdOf } from '../../domain/slack/workspaces.ts'
import { namedText } from './name-mentions.ts'
import type { Heard } from './read-event.ts'

/** Messages from the beginning of a thread. Some apps may read no more at a time. */
const SEED_MAX = 15

const Replies = z.object({
  messages: z.array(z.object({ ts: z.string(), user: z.string().optional(), text: z.string().default('') })),
})

/** Where Slack cannot be asked now, the conversation begins without it. */
export async function seedOf(speaking: Speaking, { channelId, threadTs, ts }: Heard): Promise<NewMessage[]> {
  if (threadTs === undefined || threadTs === ts) return []
  const { app, signal, workspace } = speaking
  const args = { channel: channelId, ts: threadTs, limit: SEED_MAX }
  try {
    const { body } = await readSlack(app, { method: 'conversations.replies', args, signal, as: workspace })
    const earlier = Replies.parse(body).messages.filter((message) => message.ts < ts)
    return await Promise.all(
      earlier.map(async ({ ts: id, user, text }) => ({
        ...{ id, isOurs: user === workspace.botUserId, isAddressed: false },
        personId: user === undefined ? null : ((await personOf(speaking, user)) ?? null),
        text: await namedText(speaking, text),
        saidAt: new Date(Number(id) * 1000),
      })),
    )
  } catch (thrown) {
    if (thrown instanceof AppError) return []
    throw thrown
  }
}

async function personOf({ db, workspace }: Speaking, userId: string): Promise<string | undefined> {
  return await findPersonOfUser(db, externalIdOf(workspace, userId))
}
