/** Takes what a log tells into the card: what it shows next, and what is asked in messages of its own. */

import { missingScopes } from '../../core/operation/scopes.ts'
import type { Told } from '../../core/operation/told.ts'
import type { CardState, CardTask } from '../../domain/slack/cards/card.ts'
import { type Card, saveCard } from '../../domain/slack/cards/store.ts'
import { POSTS_CHANGE } from '../../domain/slack/posts/rows.ts'
import { keepActions } from '../../domain/slack/shown/actions.ts'
import type { PostWriter } from '../interact/post-reply.ts'
import type { CardWork } from './card-work.ts'
import { openAfter } from './pieces/chunks.ts'
import { showLive } from './pieces/live-pieces.ts'
import type { HeardText } from './pieces/live-texts.ts'
import { endingPieces, piecesOf } from './pieces/pieces.ts'
import { followDelegated, readBelow, takeBelow } from './read-below.ts'
import { type LogPart, readLog } from './read-log.ts'
import { takeAsks } from './take-asks.ts'

/** Pieces that wait: the log is read on once they are shown. */
const QUEUE_MAX = 60

/**
 * Answers with the card as it is then. While the outcome of a call is not known, nothing is read: the state that the call
 * leads to is the one from before, and a question that was read meanwhile would be asked again.
 */
export async function readOn(work: CardWork): Promise<Card> {
  const { card, runtime, parts, call, task } = work
  const { state, taskId } = card
  if (card.move !== null || state.ending !== undefined || state.queue.length >= QUEUE_MAX) return card
  const part = await readLog(parts, { task, taskId, position: state.position }, call)
  const below = await readBelow(work)
  if (part.events.length === 0 && part.outcome === undefined && below.length === 0) return card
  const saved = await runtime.transaction(async ({ db }) => {
    const writer = { ...runtime, operations: parts.operations, db, now: runtime.now() }
    const asked = await takeBelow(writer, work, below)
    const after = await takeIn(writer, { ...work, card: { ...card, state: asked } }, part)
    await saveCard(db, card, { state: after })
    return after
  })
  runtime.publish(POSTS_CHANGE)
  return { ...card, state: saved }
}

async function takeIn(writer: PostWriter, work: CardWork, { position, events, outcome }: LogPart) {
  let state: CardState = { ...work.card.state, position, newsAtMs: writer.now.getTime() }
  for (const told of events) {
    const { pieces, lastSaid = state.lastSaid, ...asks } = piecesOf(told, state.live)
    // After Slack's own Stop, nothing more is shown but the end.
    const queue = state.mode === 'stopped' ? [] : [...state.queue, ...pieces]
    state = followDelegated(told, { ...state, lastSaid, queue, ...afterStep(told, state) })
    state = await takeAsks(writer, work, { ...asks, state })
  }
  if (outcome === undefined) return state
  const isCancelled = outcome[0]?.mark === 'cancelled'
  const rating = isCancelled ? undefined : await keepRating(writer, work)
  return {
    ...state,
    ending: isCancelled ? ('cancelled' as const) : ('told' as const),
    // Who has stopped the stream reads the result in a message.
    mode: state.mode === 'stopped' && !isCancelled ? ('edits' as const) : state.mode,
    queue:
      state.mode === 'stopped' && isCancelled
        ? []
        : [...state.queue, ...endingPieces(outcome, { ...state, open: openAtEnd(state) })],
    rating,
  }
}

/** A step without words was interrupted: what was shown of it stays, and the next one may go on with it. */
function afterStep(told: readonly Told[], { live }: CardState) {
  const said = told.find((each) => each.live !== undefined)
  return said && { lastStepId: said.live, live: said.text === '' ? live : undefined }
}

/** Once all that waits is shown. */
function openAtEnd({ queue, open }: CardState): readonly CardTask[] {
  return queue.reduce<readonly CardTask[]>(
    (tasks, piece) => (piece.kind === 'task' ? openAfter(tasks, piece) : tasks),
    open,
  )
}

/** The card with what the model has written since the log was read. */
export function readLive({ card, call }: CardWork, heard: HeardText | undefined): Card {
  const { state, move } = card
  const isShown = move === null && state.ending === undefined && state.mode !== 'stopped'
  if (heard === undefined || !isShown || state.queue.length > 0) return card
  if (missingScopes(call.actor.scopes, heard.needs).length > 0) return card
  return { ...card, state: showLive(state, heard) }
}

async function keepRating(writer: PostWriter, { task, card }: CardWork) {
  const { rate } = task
  if (rate === undefined) return undefined
  const good = { id: writer.newId('action'), label: 'Helpful', call: rate(card.taskId, true) }
  const bad = { id: writer.newId('action'), label: 'Not helpful', call: rate(card.taskId, false) }
  await keepActions(writer, [good, bad], { postId: writer.newId('event'), personId: card.personId })
  return { good: good.id, bad: bad.id }
}
