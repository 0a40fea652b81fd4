/** Posts as rows of the outbox. What Slack limits by itself is a receiver of its own. */
import { OUTBOX_SPACE, OUTBOX_URI } from '../../../core/operation/event.ts'
import type { OutboxRow, outbox } from '../../outbox/tables.ts'
import { type EditPost, type FilePost, type MessagePost, type Post, StoredPost } from '../post.ts'

/** The channel of the outbox. */
export const SLACK = 'slack'
/** What the row of a post has in place of an event. */
export const POST_EVENT = 'slack.post'

/** Tell watchers after the commit that posts are waiting. */
export const POSTS_CHANGE = { uris: [OUTBOX_URI], spaceId: OUTBOX_SPACE } as const

interface Outgoing {
  readonly id: string
  readonly at: Date
}

export function rowOfPost(post: Post, { id, at }: Outgoing): typeof outbox.$inferInsert {
  return {
    ...{ receiverId: receiverOf(post), channel: SLACK, eventId: id, event: POST_EVENT, version: 1 },
    ...{ thing: thingOf(post), payload: post, happenedAt: at },
    ...{ state: 'waiting', attempts: 0, triedBefore: 0, nextAt: at },
  }
}

/** Posting is limited in each channel, editing in the whole workspace: once an edit is refused, no other is tried. */
export function receiverOf({ kind, teamId, channel }: Pick<Post, 'kind' | 'teamId' | 'channel'>): string {
  const workspace = `${RECEIVERS[kind]}:${teamId}`
  return kind === 'edit' ? workspace : `${workspace}:${channel}`
}

const RECEIVERS = {
  message: 'slack',
  edit: 'slack-edits',
  response: 'slack-responses',
  file: 'slack-files',
} as const

/** The posts of one thing go out one after the other. */
function thingOf(post: Post): string {
  switch (post.kind) {
    case 'message':
    case 'file':
      return threadOf(post)
    case 'edit':
      return messageOf(post)
    case 'response':
      // Several answers to one click or command are read in their order.
      return `slack-response:${post.responseUrl}`
  }
}

function threadOf({ teamId, channel, threadTs = '-' }: MessagePost | FilePost): string {
  return `slack-thread:${teamId}/${channel}/${threadTs}`
}

export function messageOf({ teamId, channel, of }: EditPost): string {
  return `slack-message:${teamId}/${channel}/${'ts' in of ? of.ts : of.postId}`
}

export function readPost({ payload }: Pick<OutboxRow, 'payload'>): StoredPost {
  return StoredPost.parse(payload)
}
