/** Where a conversation is in Slack, and who sees it there. */
import type { Actor } from '../../core/operation/actor.ts'
import type { Db } from '../../domain/db/db.ts'
import { findConversationOfThread } from '../../domain/slack/cards/store.ts'
import { findChannel } from '../../domain/slack/channels.ts'
import type { Speaking } from '../../domain/slack/speaker.ts'

export interface Place {
  readonly teamId: string
  readonly channelId: string
  /** The root of the thread; undefined: a direct message outside of threads. */
  readonly root: string | undefined
}

interface Said {
  readonly teamId: string
  readonly channelId: string
  readonly ts: string
  readonly threadTs: string | undefined
}

/** A message in a channel is the root of the thread in which it is answered; a direct message is answered beside it. */
export function placeOf({ teamId, channelId, ts, threadTs }: Said): Place {
  return { teamId, channelId, root: threadTs ?? (isDirect(channelId) ? undefined : ts) }
}

/** A channel with one user, or that user, who stands for it. */
export function isDirect(channelId: string): boolean {
  return /^[DUW]/.test(channelId)
}

export function keyOf({ teamId, channelId, root = '-' }: Place): string {
  return `slack:${teamId}/${channelId}/${root}`
}

/** The place of a conversation, from its id. */
export function placeIn(conversationId: string): Place {
  const [teamId = '', channelId = '', root = ''] = conversationId.slice('slack:'.length).split('/')
  return { teamId, channelId, root: root === '-' ? undefined : root }
}

/** Whose a conversation is, and as whom its author acts in it. */
export interface Standing {
  readonly conversationId: string
  readonly spaceId: string
  readonly actor: Actor
  /** Whether an answer goes to one person: others who read the channel may not see what is theirs. */
  readonly isPrivate: boolean
  /** The agent that answers in the channel; undefined: the standard one. */
  readonly agent?: string | undefined
}

/**
 * In a channel of a team, its members share the conversation, and what is done in it is about the things of the team
 * alone. Elsewhere each person has a conversation of their own, about all that they see.
 */
export async function standingIn(
  { db }: Pick<Speaking, 'db'>,
  place: Place,
  actor: Actor,
): Promise<Standing> {
  const key = keyOf(place)
  if (isDirect(place.channelId)) {
    const conversationId = (await shownIn(db, place)) ?? key
    return { conversationId, spaceId: actor.personId, actor, isPrivate: false }
  }
  const channel = await findChannel(db, place)
  const owner = channel?.ownerTeamId ?? undefined
  const agent = channel?.agent ?? undefined
  if (owner === undefined) {
    const conversationId = `${key}/${actor.personId}`
    return { conversationId, spaceId: actor.personId, actor, isPrivate: true, agent }
  }
  return { conversationId: key, spaceId: owner, actor: { ...actor, within: owner }, isPrivate: false, agent }
}

/** The conversation whose task is shown in a thread, whose messages belong to it. */
export async function shownIn(db: Db, { teamId, channelId, root }: Place): Promise<string | undefined> {
  return root === undefined
    ? undefined
    : await findConversationOfThread(db, { teamId, channelId, threadTs: root })
}
