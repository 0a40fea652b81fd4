/**
 * The channel `slack`: notifications become private messages. One that can be answered is a message of its own, which
 * changes when it was answered, here or elsewhere; what is only to be read shares messages.
 */

import type { Change } from '../../core/operation/context.ts'
import type { NewId } from '../../core/operation/ids.ts'
import type { Db } from '../../domain/db/db.ts'
import type { Bundle, Channel, Note, Sent } from '../../domain/notifications/channel.ts'
import { findCardedTasks } from '../../domain/slack/cards/store.ts'
import { insertPosts } from '../../domain/slack/posts/insert-posts.ts'
import { POSTS_CHANGE } from '../../domain/slack/posts/rows.ts'
import { keepActions, type NamedAction } from '../../domain/slack/shown/actions.ts'
import { findUnshown, keepNote } from '../../domain/slack/shown/notes.ts'
import { findSlackAddress, SLACK, type SlackAddress } from '../../domain/slack/workspaces.ts'
import { renderNotes } from '../render/render-note.ts'
import type { RenderParts } from '../render/render-reply.ts'

export interface SlackChannelParts extends RenderParts {
  /** Why nothing can be sent, and what the operator can do about it; undefined: the app is configured. */
  readonly whyOff: string | undefined
  transaction<T>(work: (db: Db) => Promise<T>): Promise<T>
  publish(change: Change): void
  newId: NewId
  now(): Date
}

export function createSlackChannel(parts: SlackChannelParts): Channel {
  const { whyOff } = parts
  return {
    name: SLACK,
    ...(whyOff !== undefined && { whyOff }),
    async deliver(bundle): Promise<Sent> {
      const isReached = await parts.transaction((db) => post(parts, db, bundle))
      if (!isReached) return { kind: 'unreachable' }
      parts.publish(POSTS_CHANGE)
      return { kind: 'sent' }
    },
  }
}

/** Posts what the person was not shown before: an earlier attempt may have been committed. */
async function post(parts: SlackChannelParts, db: Db, bundle: Bundle): Promise<boolean> {
  const { personId } = bundle
  const address = await findSlackAddress(db, personId)
  if (address === undefined) return false
  const unshown = await findUnshown(db, { personId, notificationIds: bundle.notes.map(({ id }) => id) })
  const taskIds = bundle.notes.flatMap(({ message, payload }) => message.taskOf?.(payload) ?? [])
  const carded = await findCardedTasks(db, personId, taskIds)
  // The card of a task in the person's direct messages tells the same.
  const isCarded = ({ message, payload }: Note) => carded.has(message.taskOf?.(payload) ?? '')
  const notes = bundle.notes.filter((note) => unshown.has(note.id) && !isCarded(note))
  const writer = { db, newId: parts.newId, now: parts.now() }
  const posting = { parts, writer, address, bundle }
  for (const note of notes.filter(isAnswerable)) await postNotes(posting, [note])
  await postNotes(
    posting,
    notes.filter((note) => !isAnswerable(note)),
  )
  return true
}

function isAnswerable({ message }: Note): boolean {
  return message.isOpen !== undefined
}

interface Posting {
  readonly parts: SlackChannelParts
  readonly writer: { readonly db: Db; readonly newId: NewId; readonly now: Date }
  readonly address: SlackAddress
  readonly bundle: Bundle
}

async function postNotes(posting: Posting, notes: readonly Note[]): Promise<void> {
  const { parts, writer, address, bundle } = posting
  const [first] = notes
  if (first === undefined) return
  const shown = notes.map((note) => ({ ...note, actions: namedActions(note, parts.newId) }))
  const about = notes.length === 1 ? first.about : undefined
  const messages = renderNotes(shown, bundle, parts)
  const ids = await insertPosts(
    writer,
    messages.map((message) => ({
      ...{ kind: 'message', teamId: address.teamId, channel: address.userId, about },
      ...message,
    })),
  )
  // What can be answered is one message: its details are short.
  const postId = ids.at(-1)
  if (postId === undefined) throw new Error('a notification says something')
  const { personId } = bundle
  for (const { actions, ...note } of shown) {
    const isSettled = !isAnswerable(note)
    await keepNote(writer, { personId, notificationId: note.id, postId, isSettled })
    await keepActions(writer, actions, { postId, personId, notificationId: note.id })
  }
}

function namedActions({ message, payload }: Note, newId: NewId): NamedAction[] {
  return message.actions(payload).map((action) => ({ id: newId('action'), ...action }))
}
