/**
 * Writes a card into streams. Each call of Slack is stored before it is made, so that one whose answer was lost, or whose
 * process died, is looked for at Slack before anything is shown again.
 */
import type { CardMove, CardPiece, CardState } from '../../domain/slack/cards/card.ts'
import { type Card, saveCard } from '../../domain/slack/cards/store.ts'
import { callAs } from '../../domain/slack/slack-app.ts'
import type { ShownWork } from './card-work.ts'
import { nextMove } from './next-move.ts'
import type { Chunk } from './pieces/chunks.ts'
import { textPieces } from './pieces/text-pieces.ts'
import { type Found, readBack } from './read-back.ts'
import { afterMove, settleMove } from './settle-move.ts'

/** `waitMs`: until Slack may be called again for this card. */
export interface Written {
  readonly card: Card
  readonly waitMs?: number | undefined
  /** Whether nothing was left to be written. */
  readonly isIdle: boolean
}

/** Makes the next call, if one is to be made. */
export async function writeStream(work: ShownWork): Promise<Written> {
  const { card } = work
  if (card.move !== null) return await lookFor(work, card.move)
  const move = nextMove(card.state, card, work.runtime.now())
  return move === undefined ? { card, isIdle: true } : await makeMove(work, move)
}

async function makeMove(work: ShownWork, move: CardMove): Promise<Written> {
  const { card, speaking, runtime } = work
  const { db, app, signal } = speaking
  await saveCard(db, card, { move })
  const answer = await callAs(app, card.teamId, { ...move, signal })
  const { state, waitMs, isUnclear } = settleMove(card.state, move, answer)
  if (answer.kind === 'refused') {
    const { error, messages } = answer
    runtime.log.warn(
      { taskId: card.taskId, method: move.method, error, messages },
      'Slack refused a part of a card',
    )
  }
  return await store(work, { state, move: isUnclear ? move : null, waitMs })
}

interface Stored {
  readonly state: CardState
  readonly move: CardMove | null
  readonly waitMs?: number | undefined
}

async function store({ card, speaking }: ShownWork, { state, move, waitMs }: Stored): Promise<Written> {
  await saveCard(speaking.db, card, { state, move })
  return { card: { ...card, state, move }, waitMs, isIdle: false }
}

/** Milliseconds until Slack is asked again what it has. */
const ASK_AGAIN_MS = 5_000

async function lookFor(work: ShownWork, move: CardMove): Promise<Written> {
  const { card, speaking } = work
  const { app, signal, workspace } = speaking
  const asking = { app, place: card, botUserId: workspace.botUserId, signal }
  const found = await readBack(asking, card.state, move)
  switch (found.kind) {
    case 'done':
      return await store(work, { state: afterMove(move, found.ts ?? move.after.stream?.ts), move: null })
    case 'not done':
      return await store(work, { state: card.state, move: null })
    case 'refused':
      return await store(work, { state: unread(move), move: null })
    default:
      return await store(work, { state: card.state, move, waitMs: waitOf(found) })
  }
}

function waitOf(found: Found): number {
  return found.kind === 'limited' ? found.retryAfterMs : ASK_AGAIN_MS
}

const MAYBE_MISSING = '_Slack did not confirm what comes before this; a part may be missing._'

/** The state of a task takes the place of its earlier one, so it may be shown again; its words would be added. */
function tasksOf({ args }: CardMove): CardPiece[] {
  return ((args.chunks ?? []) as readonly Chunk[]).flatMap((chunk) => {
    if (chunk.type !== 'task_update') return []
    const { id, title, status } = chunk
    return [{ kind: 'task', id, title, status }]
  })
}

/** Where the bot may not read, nothing is shown twice. */
function unread(move: CardMove): CardState {
  const { stream, ...closed } = move.after
  const state = move.method === 'chat.startStream' ? closed : { ...closed, stream }
  return { ...state, queue: [...textPieces(MAYBE_MISSING), ...tasksOf(move), ...state.queue] }
}
