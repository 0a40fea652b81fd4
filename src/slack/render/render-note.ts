/** What a person is notified of, as messages: the sentence, what else there is to know, and what they can do. */
import type { Note } from '../../domain/notifications/channel.ts'
import { momentText } from '../../domain/time/moment-text.ts'
import { actionParts, type ShownAction } from './action-parts.ts'
import { type Part, packMessages, type SlackMessage } from './message.ts'
import type { RenderParts } from './render-reply.ts'
import { textParts } from './text-parts.ts'

export interface ShownNote extends Pick<Note, 'message' | 'payload' | 'details' | 'at'> {
  /** The likeliest first; empty: it is only to be read. */
  readonly actions: readonly ShownAction[]
  /** How the matter ended, in one sentence; absent: it is open, or was only to be read. */
  readonly ended?: string | undefined
}

interface Reader {
  readonly timeZone: string
}

/** One message at least. What has ended has no buttons. */
export function renderNotes(
  notes: readonly ShownNote[],
  { timeZone }: Reader,
  { operations }: RenderParts,
): SlackMessage[] {
  return packMessages(
    notes.flatMap((note): Part[] => [
      ...textParts(note.message.text(note.payload), 'lead'),
      ...note.details.flatMap((detail) => textParts(detail, isJson(detail) ? 'code' : 'plain')),
      ...textParts(note.ended ?? momentText(timeZone, note.at), 'aside'),
      ...(note.ended === undefined ? actionParts(note.actions, operations) : []),
    ]),
  )
}

/** The input of a call. */
function isJson(detail: string): boolean {
  return /^[{[]/.test(detail)
}
