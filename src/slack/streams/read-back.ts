/** Finds out at Slack whether a call was done whose answer was lost. */
import { z } from 'zod'
import type { SlackAnswer } from '../../core/outbound/slack.ts'
import type { CardMove, CardState } from '../../domain/slack/cards/card.ts'
import { callAs, type SlackApp } from '../../domain/slack/slack-app.ts'
import type { CardPlace } from './next-move.ts'
import type { Chunk } from './pieces/chunks.ts'

const Message = z.looseObject({
  ts: z.string(),
  user: z.string().optional(),
  text: z.string().default(''),
  streaming_state: z.string().optional(),
  blocks: z.array(z.looseObject({ type: z.string() })).default([]),
})
type Message = z.output<typeof Message>
const Replies = z.object({ messages: z.array(Message) })

export interface Asking {
  readonly app: SlackApp
  readonly place: CardPlace
  readonly botUserId: string
  readonly signal: AbortSignal
}

/** `ts`: of the stream that was begun. */
export type Found =
  | { readonly kind: 'done'; readonly ts?: string }
  | { readonly kind: 'not done' }
  | Exclude<SlackAnswer, { kind: 'ok' }>

/** Messages that are read: the last ones of the thread. */
const READ_MAX = 200
const SECOND_MS = 1_000
/** Milliseconds by which Slack's clock may be behind ours. */
const SKEW_MS = 60_000

export async function readBack(asking: Asking, state: CardState, move: CardMove): Promise<Found> {
  // Stopping what was stopped is refused, and changes nothing.
  if (move.method === 'chat.stopStream') return { kind: 'not done' }
  const { app, place, signal } = asking
  const startedAtMs = move.after.stream?.startedAtMs ?? 0
  const oldest = state.stream?.ts ?? String((startedAtMs - SKEW_MS) / SECOND_MS)
  const args = {
    ...{ channel: place.channelId, ts: place.threadTs, oldest },
    ...{ inclusive: true, limit: READ_MAX },
  }
  const answer = await callAs(app, place.teamId, { method: 'conversations.replies', args, signal })
  if (answer.kind !== 'ok') return answer
  const { messages } = Replies.parse(answer.body)
  return move.method === 'chat.startStream'
    ? findBegun(asking, messages, state.left ?? [])
    : findAdded(messages, state.stream?.ts, move.args.chunks as readonly Chunk[])
}

/** A stream that Slack has ended meanwhile still shows the task as open. */
function findBegun({ botUserId }: Asking, messages: readonly Message[], left: readonly string[]): Found {
  const begun = messages.findLast(
    ({ ts, user, streaming_state: state, blocks }) =>
      user === botUserId && !left.includes(ts) && (state === 'in_progress' || blocks.some(isOpenTask)),
  )
  return begun === undefined ? { kind: 'not done' } : { kind: 'done', ts: begun.ts }
}

function isOpenTask({ type, status }: Message['blocks'][number]): boolean {
  return type === 'task_card' && status === 'in_progress'
}

function findAdded(messages: readonly Message[], ts: string | undefined, chunks: readonly Chunk[]): Found {
  const message = messages.find((each) => each.ts === ts)
  return { kind: message !== undefined && isIn(message, chunks) ? 'done' : 'not done' }
}

/** Characters at the end of a text by which it is recognized. */
const TAIL_CHARS = 60

function isIn({ text, blocks }: Message, chunks: readonly Chunk[]): boolean {
  const last = chunks.findLast((chunk) => chunk.type === 'markdown_text')
  if (last !== undefined && !lettersOf(text).endsWith(lettersOf(last.text).slice(-TAIL_CHARS))) return false
  return chunks.every(
    (chunk) =>
      chunk.type === 'markdown_text' ||
      blocks.some(({ task_id: id, status }) => id === chunk.id && status === chunk.status),
  )
}

/** Slack may write a text in another way, so letters and digits alone are compared. */
function lettersOf(text: string): string {
  return text.replaceAll(/&(?:amp|lt|gt);/g, '').replaceAll(/[^\p{L}\p{N}]/gu, '')
}
