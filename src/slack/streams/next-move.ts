/** The next call of Slack that brings a card up to date. */
import type { CardMove, CardRating, CardState, OpenStream } from '../../domain/slack/cards/card.ts'
import type { Card } from '../../domain/slack/cards/store.ts'
import { escapeText } from '../../domain/slack/escape.ts'
import { addQueue, type Chunk, continued, isFull, marksOf, sizeOf, taskChunk } from './pieces/chunks.ts'

/** Milliseconds for which a stream is used: Slack ends it after about 306 seconds, whatever is added. */
const STREAM_MAX_MS = 240_000

export type CardPlace = Pick<Card, 'teamId' | 'channelId' | 'threadTs' | 'userId'>

/** Undefined: nothing is to be done in a stream. */
export function nextMove(state: CardState, place: CardPlace, now: Date): CardMove | undefined {
  const { stream, mode, queue, ending } = state
  if (stream === undefined) {
    // The card is there before there is anything to tell.
    const isWanted = queue.length > 0 || state.streams === 0
    return mode === 'stream' && isWanted ? startMove(state, place, now) : undefined
  }
  const isOld = now.getTime() - stream.startedAtMs >= STREAM_MAX_MS
  if (queue.length === 0 && ending !== undefined) return stopMove(state, place, stream)
  return mode !== 'stream' || isOld || isFull(stream)
    ? stopMove(state, place, stream)
    : queue.length === 0
      ? undefined
      : appendMove(state, place, stream)
}

function startMove(state: CardState, place: CardPlace, now: Date): CardMove {
  const chunks = [...state.open.map(taskChunk), ...reopened(state)]
  const chars = chunks.reduce((sum, chunk) => sum + sizeOf(chunk), 0)
  const hasText = chunks.some(({ type }) => type === 'markdown_text')
  const stream = { ts: '', startedAtMs: now.getTime(), chars, blocks: chunks.length, hasText }
  return {
    method: 'chat.startStream',
    args: {
      ...{ channel: place.channelId, thread_ts: place.threadTs },
      // Channels refuse a stream without them.
      ...{ recipient_user_id: place.userId, recipient_team_id: place.teamId },
      ...{ task_display_mode: 'timeline', chunks },
    },
    after: { ...state, stream, streams: state.streams + 1 },
  }
}

function reopened({ fence, streams }: CardState): Chunk[] {
  const words = [
    ...(streams > 0 ? ['_Continued from above._\n'] : []),
    ...(fence === undefined ? [] : [`${fence}\n`]),
  ]
  return words.map((text) => ({ type: 'markdown_text', text: escapeText(text) }))
}

function appendMove(state: CardState, { channelId: channel }: CardPlace, stream: OpenStream): CardMove {
  const { chunks, after } = addQueue(state, stream)
  return { method: 'chat.appendStream', args: { channel, ts: stream.ts, chunks }, after }
}

/** At the end of the card, or since the stream can take no more. */
function stopMove(state: CardState, { channelId: channel }: CardPlace, { ts }: OpenStream): CardMove {
  const { stream: _ended, ...after } = state
  const isEnd = state.ending !== undefined && state.queue.length === 0
  const chunks = isEnd ? [] : interrupted(state)
  return {
    method: 'chat.stopStream',
    args: {
      ...{ channel, ts },
      ...(chunks.length > 0 && { chunks }),
      ...(isEnd && state.rating !== undefined && { blocks: [ratingBlock(state.rating)] }),
      session_status: isEnd ? 'active' : (state.session?.status ?? 'processing'),
    },
    after,
  }
}

function interrupted({ fence, open }: CardState): Chunk[] {
  return [
    ...(fence === undefined ? [] : [{ type: 'markdown_text', text: `\n${marksOf(fence)}\n` } as const]),
    ...continued(open).map(taskChunk),
  ]
}

export function ratingBlock({ good, bad }: CardRating) {
  const button = (text: string, value: string) => ({ text: { type: 'plain_text' as const, text }, value })
  return {
    type: 'context_actions' as const,
    elements: [
      {
        ...{ type: 'feedback_buttons' as const, action_id: good },
        positive_button: button('Helpful', good),
        negative_button: button('Not helpful', bad),
      },
    ],
  }
}
