/** Tells Slack what the agent does in a thread, which Slack shows beside the thread. */
import { cutText } from '../../core/text/cut.ts'
import type { SessionStatus } from '../../domain/slack/cards/card.ts'
import { type Card, saveCard } from '../../domain/slack/cards/store.ts'
import { callAs } from '../../domain/slack/slack-app.ts'
import { isDirect } from '../handle/place.ts'
import type { CardWork } from './card-work.ts'

/** Milliseconds after which an agent that is at work says so again: Slack forgets it after an hour. */
const HEARTBEAT_MS = 30 * 60_000
const TITLE_MAX_CHARS = 200

/** Slack can do without it: what it refuses is not tried again until something changes. */
export async function tellSession(work: CardWork): Promise<Card> {
  const { card, speaking, runtime } = work
  const { state, channelId, threadTs: thread_ts, title } = card
  if (!isDirect(channelId)) return card
  const status = await statusOf(work)
  const nowMs = runtime.now().getTime()
  const { session } = state
  const isFresh = status !== 'processing' || nowMs - (session?.atMs ?? 0) < HEARTBEAT_MS
  if (session?.status === status && isFresh) return card
  const args = {
    ...{ channel_id: channelId, thread_ts, status },
    ...(session === undefined && { title: cutText(title, TITLE_MAX_CHARS, '…') }),
  }
  const { app, db, signal } = speaking
  const answer = await callAs(app, card.teamId, { method: 'agents.sessions.setStatus', args, signal })
  if (answer.kind === 'limited' || answer.kind === 'unclear') return card
  const told = { ...state, session: { status, atMs: nowMs } }
  await saveCard(db, card, { state: told })
  return { ...card, state: told }
}

async function statusOf({ card, parts, call }: CardWork): Promise<SessionStatus> {
  if (card.state.ending !== undefined) return 'active'
  const view = await parts.assistants.look(card.taskId, call)
  if (view.status !== 'working') return 'active'
  return view.questions.length > 0 ? 'suspended' : 'processing'
}
