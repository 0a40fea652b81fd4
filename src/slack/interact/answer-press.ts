/** What is written after a press: into the message that had the button, and to the person who pressed it. */
import { shortName } from '../../domain/access/people.ts'
import type { Db } from '../../domain/db/db.ts'
import type { Block, Post } from '../../domain/slack/post.ts'
import { findShownMessage } from '../../domain/slack/shown/shown-message.ts'
import { doneBlock, NO_LONGER_OPEN } from '../render/done-block.ts'
import { renderReply } from '../render/render-reply.ts'
import { textParts } from '../render/text-parts.ts'
import type { PostPlace } from './post-reply.ts'
import { type Pressed, type PressedAt, responseTo } from './pressed.ts'
import type { Pressing } from './pressing.ts'

type Whom = Pick<Pressed, 'at' | 'userId'>

/** Words that only this user sees. */
export function onlyForPresser({ at, userId }: Whom, text: string): Post {
  const { teamId, channelId: channel, threadTs } = at
  const [message = { text: '' }] = renderReply({ text, actions: [] }, { operations: [] })
  const response = responseTo({ at })
  if (response !== undefined) {
    const { url: responseUrl } = response
    return { kind: 'response', teamId, channel: userId, responseUrl, onlyFor: userId, ...message }
  }
  const onlyFor = isUser(channel) ? undefined : userId
  return { kind: 'message', teamId, channel, threadTs, onlyFor, ...message }
}

/**
 * The message without its buttons, and with what was done. A notification that waits for an answer changes by itself,
 * wherever it is answered.
 */
export async function donePosts(db: Db, pressing: Pressing, now: Date): Promise<Post[]> {
  const { action, actor } = pressing
  const by = await shortName(db, actor.personId)
  return await endedPosts(db, pressing, [doneBlock({ label: action.label, by, at: now })])
}

/** The same after a press that did nothing, because what it answered was no longer open. */
export async function overPosts(db: Db, pressing: Pressing): Promise<Post[]> {
  return await endedPosts(
    db,
    pressing,
    textParts(NO_LONGER_OPEN, 'aside').map(({ block }) => block),
  )
}

async function endedPosts(
  db: Db,
  { action: { postId, notificationId }, pressed: { at } }: Pressing,
  note: readonly Block[],
): Promise<Post[]> {
  const shown = notificationId === null ? await findShownMessage(db, postId) : undefined
  if (shown === undefined) return []
  const { teamId, channel, text } = shown
  const kept = (shown.blocks ?? []).filter(({ type }) => type !== 'actions')
  const blocks = [...kept, ...note]
  if (shown.onlyFor === undefined) return [{ kind: 'edit', teamId, channel, of: { postId }, text, blocks }]
  const { responseUrl } = at
  return responseUrl === undefined
    ? []
    : [{ kind: 'response', teamId, channel, responseUrl, text, blocks, original: 'replaced' }]
}

/** In a channel only the person who pressed sees the answer, because others there may not see what it shows. */
export function answerPlace({ pressed: { at, userId }, actor: { personId } }: Pressing): PostPlace {
  const { teamId, channelId: channel, threadTs } = at
  const response = responseTo({ at })
  if (response !== undefined) return { teamId, channel: userId, personId, response }
  return { teamId, channel, threadTs, personId, onlyFor: isDirect(at) ? undefined : userId }
}

/** A conversation between the bot and one user. */
function isDirect({ channelId }: PressedAt): boolean {
  return channelId.startsWith('D') || isUser(channelId)
}

/** A user stands for the conversation with them, where all is for them alone. */
function isUser(channelId: string): boolean {
  return /^[UW]/.test(channelId)
}
