/**
 * A slash command is a turn of a conversation between its author and the bot, wherever it is typed: it is about everything
 * that its author sees, and its answer is for its author alone.
 */
import type { Runtime } from '../../core/call/runtime.ts'
import { findConversation } from '../../domain/conversations/store.ts'
import type { Ending, PreparedWork } from '../../domain/inbox/prepared.ts'
import { escapeText } from '../../domain/slack/escape.ts'
import type { ResponsePost } from '../../domain/slack/post.ts'
import { insertPosts } from '../../domain/slack/posts/insert-posts.ts'
import { POSTS_CHANGE } from '../../domain/slack/posts/rows.ts'
import { findSpeaker } from '../../domain/slack/speaker.ts'
import { RESPONSE_USES_MAX } from '../interact/post-reply.ts'
import { placeOf, standingIn } from './place.ts'
import type { Commanded } from './read-command.ts'
import type { Heard } from './read-event.ts'
import { refuse } from './refuse.ts'
import { answer, type HandleParts, type Handling } from './take-message.ts'

export async function takeCommand(
  parts: HandleParts,
  handling: Handling,
  commanded: Commanded,
): Promise<Ending> {
  const { runtime, speaking, inboxId } = handling
  const { db, now } = speaking
  const heard = heardIn(commanded, now)
  const speaker = await findSpeaker(speaking, commanded)
  if (speaker.kind === 'refused')
    return {
      result: `Refused: ${speaker.why}.`,
      async commit({ db: within }) {
        const post = await refuse({ ...speaking, db: within }, heard, { ...speaker, inboxId })
        if (post === undefined) return []
        await insertPosts({ db: within, newId: runtime.newId, now }, [responseOf(commanded, post.text)])
        return [POSTS_CHANGE]
      },
    }
  const standing = await standingIn(speaking, placeOf(heard), speaker.actor)
  const conversation = await findConversation(db, standing.conversationId)
  const response = { url: commanded.responseUrl, usesLeft: RESPONSE_USES_MAX }
  return await answer(parts, handling, { heard, standing, conversation, response })
}

const SECOND_MS = 1000

/** As if it were written to the bot privately. Slack gives a command no time. */
function heardIn({ teamId, userId, text }: Commanded, now: Date): Heard {
  const ts = (now.getTime() / SECOND_MS).toFixed(6)
  return {
    ...{ kind: 'heard', teamId, channelId: userId, userId, botId: undefined },
    ...{ ts, threadTs: undefined, text, files: [] },
  }
}

function responseOf({ teamId, userId, responseUrl }: Commanded, text: string): ResponsePost {
  return { kind: 'response', teamId, channel: userId, responseUrl, onlyFor: userId, text }
}

/** The author of a command always waits for its answer. */
export function givingUpCommand(
  { newId, now }: Runtime,
  commanded: Commanded,
): NonNullable<PreparedWork['giveUp']> {
  return async ({ db }, { message, fix = '' }) => {
    const text = escapeText(`I could not do this: ${message} ${fix}`.trim())
    await insertPosts({ db, newId, now: now() }, [responseOf(commanded, text)])
    return [POSTS_CHANGE]
  }
}
