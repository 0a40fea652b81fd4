/** Closes a card that may not be shown any more. The outcome of its task is told to the person without it. */
import { type CardState, WHOLE } from '../../domain/slack/cards/card.ts'
import { dropCard, findCard, saveCard } from '../../domain/slack/cards/store.ts'
import type { ShownWork } from './card-work.ts'
import { unfinished } from './pieces/pieces.ts'
import { write } from './write.ts'

/** Calls of Slack in one pass. */
const CALLS_MAX = 5
const PACE_MS = 500

/** `waitMs`: until the next attempt. */
export async function withdraw(work: ShownWork): Promise<{ readonly waitMs: number } | 'ended'> {
  const { db } = work.speaking
  // The pass that found this out may have shown something before.
  let card = await findCard(db, work.card.taskId)
  if (card === undefined) return 'ended'
  card = { ...card, leaseId: work.card.leaseId, state: withdrawn(card.state) }
  await saveCard(db, card, { state: card.state })
  for (let calls = 0; calls < CALLS_MAX; calls += 1) {
    const written = await write({ ...work, card })
    card = written.card
    if (written.waitMs !== undefined) return { waitMs: written.waitMs }
    if (!written.isIdle) continue
    await dropCard(db, card)
    return 'ended'
  }
  return { waitMs: PACE_MS }
}

function withdrawn({ message, ...state }: CardState): CardState {
  if (state.isWithdrawn) return { ...state, message }
  const isShown = state.stream !== undefined || message !== undefined
  const whole = { kind: 'task', id: WHOLE, title: 'Not shown here any more', status: 'complete' } as const
  return {
    ...state,
    ...{ message, isWithdrawn: true, ending: 'told', rating: undefined },
    queue: isShown ? [...unfinished(state.open), whole] : [],
  }
}
