/**
 * Closes the tasks of messages whose streams did not end by the gateway: Slack ended them after some minutes in which no
 * gateway ran, or the person stopped them. Such a message would show for ever that something is at work.
 */
import { z } from 'zod'
import type { SlackAnswer } from '../../core/outbound/slack.ts'
import { cutText } from '../../core/text/cut.ts'
import type { CardState } from '../../domain/slack/cards/card.ts'
import { saveCard } from '../../domain/slack/cards/store.ts'
import { callAs } from '../../domain/slack/slack-app.ts'
import type { ShownWork } from './card-work.ts'
import { CONTINUED } from './pieces/chunks.ts'
import type { Written } from './write-stream.ts'

/** Characters of the text beside the blocks of an edit: Slack takes 4,000. */
const TEXT_MAX_CHARS = 4_000
/** The first message of the thread, which always comes, and the one that is asked for. */
const READ_MAX = 2
/** Milliseconds after an answer that was lost. */
const ASK_AGAIN_MS = 5_000

const Block = z.looseObject({ type: z.string() })
const Message = z.looseObject({
  ts: z.string(),
  text: z.string().default(''),
  blocks: z.array(Block).default([]),
})
const Replies = z.object({ messages: z.array(Message) })

/** One message at a time. What Slack refuses is not tried again. */
export async function closeLeft(work: ShownWork): Promise<Written> {
  const { card, speaking } = work
  const { left: [ts, ...rest] = [] } = card.state
  if (ts === undefined) return { card, isIdle: true }
  const { kind, ...answer } = await close(work, ts)
  if (kind === 'limited' || kind === 'unclear')
    return { card, isIdle: false, waitMs: 'retryAfterMs' in answer ? answer.retryAfterMs : ASK_AGAIN_MS }
  const state: CardState = { ...card.state, left: rest }
  await saveCard(speaking.db, card, { state })
  return { card: { ...card, state }, isIdle: false }
}

/** The answer to the last call that was needed. */
async function close({ card, speaking }: ShownWork, ts: string): Promise<SlackAnswer> {
  const { app, signal } = speaking
  const { teamId, channelId: channel, threadTs } = card
  const args = { channel, ts: threadTs, oldest: ts, latest: ts, inclusive: true, limit: READ_MAX }
  const read = await callAs(app, teamId, { method: 'conversations.replies', args, signal })
  if (read.kind !== 'ok') return read
  const message = Replies.parse(read.body).messages.find((each) => each.ts === ts)
  if (message === undefined || !message.blocks.some(isOpen)) return read
  const end = card.state.mode === 'stopped' ? STOPPED : GOES_ON
  const blocks = message.blocks.map((block) => (isOpen(block) ? { ...block, ...end } : block))
  const edit = { channel, ts, text: cutText(message.text, TEXT_MAX_CHARS, '…'), blocks }
  return await callAs(app, teamId, { method: 'chat.update', args: edit, signal })
}

const STOPPED = { status: 'error', title: 'Stopped' }
const GOES_ON = { status: 'complete', title: CONTINUED }

function isOpen({ type, status }: z.output<typeof Block>): boolean {
  return type === 'task_card' && status === 'in_progress'
}
