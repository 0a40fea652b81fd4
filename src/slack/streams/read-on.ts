/** Takes what a log tells into the card: what it shows next, and what is asked in messages of its own. */

import { missingScopes } from '../../core/operation/scopes.ts'
import type { Told } from '../../core/operation/told.ts'
import { type CardState, type CardTask, wholePiece } from '../../domain/slack/cards/card.ts'
import { type Card, saveCard } from '../../domain/slack/cards/store.ts'
import { insertPosts } from '../../domain/slack/posts/insert-posts.ts'
import { POSTS_CHANGE } from '../../domain/slack/posts/rows.ts'
import { closeActions, keepActions } from '../../domain/slack/shown/actions.ts'
import { findShownMessage } from '../../domain/slack/shown/shown-message.ts'
import { isDirect } from '../handle/place.ts'
import { type PostWriter, postReply } from '../interact/post-reply.ts'
import { textParts } from '../render/text-parts.ts'
import type { CardWork } from './card-work.ts'
import { choicesOf } from './choices.ts'
import { openAfter } from './chunks.ts'
import { showLive } from './live-pieces.ts'
import type { HeardText } from './live-texts.ts'
import { type Asked, endingPieces, piecesOf, type Settled } from './pieces.ts'
import { type LogPart, readLog } from './read-log.ts'

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
  if (part.events.length === 0 && part.outcome === undefined) return card
  const saved = await runtime.transaction(async ({ db }) => {
    const writer = { ...runtime, operations: parts.operations, db, now: runtime.now() }
    const after = await takeIn(writer, work, part)
    await saveCard(db, card, { state: after })
    return after
  })
  runtime.publish(POSTS_CHANGE)
  return { ...card, state: saved }
}

async function takeIn(writer: PostWriter, work: CardWork, { position, events, outcome }: LogPart) {
  let state: CardState = { ...work.card.state, position, newsAtMs: writer.now.getTime() }
  for (const told of events) {
    const { pieces, asked, settled, lastSaid = state.lastSaid } = piecesOf(told, state.live)
    // After Slack's own Stop, nothing more is shown but the end.
    const queue = state.mode === 'stopped' ? [] : [...state.queue, ...pieces]
    state = { ...state, lastSaid, queue, ...afterStep(told, state) }
    const wasAsking = isAsking(state)
    for (const each of asked) state = await ask(writer, work, { state, asked: each })
    for (const each of settled) state = await settle(writer, state, each)
    if (isAsking(state) !== wasAsking && state.mode !== 'stopped')
      state = { ...state, queue: [...state.queue, wholePiece(isAsking(state))] }
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

function isAsking({ asked }: CardState): boolean {
  return Object.keys(asked).length > 0
}

/** Once all that waits is shown. */
function openAtEnd({ queue, open }: CardState): readonly CardTask[] {
  return queue.reduce<readonly CardTask[]>(
    (tasks, piece) => (piece.kind === 'task' ? openAfter(tasks, piece) : tasks),
    open,
  )
}

interface Asking {
  readonly state: CardState
  readonly asked: Asked
}

/** The card with what the model has written since the log was read. */
export function readLive({ card, call }: CardWork, heard: HeardText | undefined): Card {
  const { state, move } = card
  const isShown = move === null && state.ending === undefined && state.mode !== 'stopped'
  if (heard === undefined || !isShown || state.queue.length > 0) return card
  if (missingScopes(call.actor.scopes, heard.needs).length > 0) return card
  return { ...card, state: showLive(state, heard) }
}

/** A question has a message of its own, whose buttons answer it. */
async function ask(writer: PostWriter, work: CardWork, { state, asked }: Asking): Promise<CardState> {
  const { card, parts } = work
  const { thing, details, calls } = asked
  const { teamId, channelId: channel, threadTs, personId } = card
  const isAlone = isDirect(channel)
  const shown = details.filter(({ isPrivate }) => isAlone || !isPrivate).map(({ text }) => text)
  const isLess = shown.length < details.length
  const text = [...headOf(work, asked), ...shown, ...(isLess ? [ELSEWHERE] : [])].join('\n')
  const reply = { text, actions: choicesOf(parts.operations, calls) }
  const posted = await postReply(writer, reply, { teamId, channel, threadTs, personId })
  const postId = posted.at(-1)
  return postId === undefined ? state : { ...state, asked: { ...state.asked, [thing]: postId } }
}

const ELSEWHERE = 'What exactly it would do is shown to those who decide on it, in a message of their own.'

/** A call that waits for a decision is named by its reference and in words: its operation alone says little. */
function headOf({ parts: { operations } }: CardWork, { subject, calls }: Asked): string[] {
  const operation = operations.find(({ name }) => name === subject)
  if (operation === undefined) return [subject]
  const ref = calls
    .flatMap(({ input }) => Object.values(input))
    .find((value) => REFERENCE.test(String(value)))
  return [`${ref === undefined ? '' : `${ref} · `}${subject}: ${operation.summary}`]
}

const REFERENCE = /^[A-Z]{1,3}-\d+$/

/** The message says how it ended, and has no buttons any more. */
async function settle(writer: PostWriter, state: CardState, { thing, text }: Settled): Promise<CardState> {
  const { [thing]: postId, ...asked } = state.asked
  if (postId === undefined) return state
  await closeActions(writer.db, { postId }, writer.now)
  const shown = await findShownMessage(writer.db, postId)
  if (shown !== undefined) {
    const kept = (shown.blocks ?? []).filter(({ type }) => type !== 'actions')
    const blocks = [...kept, ...textParts(text, 'aside').map(({ block }) => block)]
    const { teamId, channel } = shown
    await insertPosts(writer, [{ kind: 'edit', teamId, channel, of: { postId }, text: shown.text, blocks }])
  }
  return { ...state, asked }
}

async function keepRating(writer: PostWriter, { task, card }: CardWork) {
  const { rate } = task
  if (rate === undefined) return undefined
  const good = { id: writer.newId('action'), label: 'Helpful', call: rate(card.taskId, true) }
  const bad = { id: writer.newId('action'), label: 'Not helpful', call: rate(card.taskId, false) }
  await keepActions(writer, [good, bad], { postId: writer.newId('event'), personId: card.personId })
  return { good: good.id, bad: bad.id }
}
