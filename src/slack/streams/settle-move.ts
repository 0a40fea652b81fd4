/** What the outcome of a call makes of a card. */
import type { SlackAnswer } from '../../core/outbound/slack.ts'
import type { CardMove, CardState } from '../../domain/slack/cards/card.ts'
import { isAboutBlocks } from '../send/refusals.ts'

export interface Settlement {
  readonly state: CardState
  /** Milliseconds until the card may be continued. */
  readonly waitMs?: number
  /** Whether the call may have been done, so that it has to be looked for. */
  readonly isUnclear?: true
}

/** Milliseconds after an unclear answer until Slack is asked what it has. */
const UNCLEAR_WAIT_MS = 2_000

/** The stream takes nothing more. */
const CLOSED: ReadonlySet<string> = new Set([
  ...[
    'message_not_in_streaming_state',
    'message_not_found',
    'cant_update_message',
    'message_not_owned_by_app',
  ],
])
const STOPPED = 'stopped_by_user'

export function settleMove(state: CardState, move: CardMove, answer: SlackAnswer): Settlement {
  switch (answer.kind) {
    case 'ok':
      return { state: afterMove(move, answer.body.ts) }
    case 'limited':
      return { state, waitMs: answer.retryAfterMs }
    case 'unclear':
      return { state, waitMs: UNCLEAR_WAIT_MS, isUnclear: true }
    case 'refused':
      return { state: afterRefusal(state, move, answer) }
  }
}

/** The state once the call was done. */
export function afterMove({ method, after }: CardMove, ts: unknown): CardState {
  const { stream } = after
  if (method !== 'chat.startStream' || stream === undefined) return after
  return { ...after, stream: { ...stream, ts: String(ts) } }
}

function afterRefusal(
  state: CardState,
  { method, after }: CardMove,
  refused: Extract<SlackAnswer, { kind: 'refused' }>,
): CardState {
  const { stream, ...rest } = state
  const closed = stream === undefined ? rest : { ...rest, left: [...(state.left ?? []), stream.ts] }
  if (refused.error === STOPPED) return afterStop(closed)
  if (method === 'chat.stopStream') {
    if (CLOSED.has(refused.error)) return { ...after, left: closed.left }
    if (state.rating === undefined || !isAboutBlocks(refused)) return after
    return { ...state, rating: undefined }
  }
  if (CLOSED.has(refused.error)) return closed
  // What no stream takes is shown in a message.
  return { ...rest, mode: 'edits', ...(stream !== undefined && { stream }) }
}

/** Somebody who stops the stream of a task that has ended meanwhile reads its result in a message. */
function afterStop(state: CardState): CardState {
  return state.ending === 'told' ? { ...state, mode: 'edits' } : { ...state, mode: 'stopped', queue: [] }
}
