/** What is asked before a task goes on: in messages of its own in the thread, until it is settled. */
import { type CardState, wholePiece } from '../../domain/slack/cards/card.ts'
import { insertPosts } from '../../domain/slack/posts/insert-posts.ts'
import { closeActions } from '../../domain/slack/shown/actions.ts'
import { findShownMessage } from '../../domain/slack/shown/shown-message.ts'
import { isDirect } from '../handle/place.ts'
import { type PostWriter, postReply } from '../interact/post-reply.ts'
import { textParts } from '../render/text-parts.ts'
import type { CardWork } from './card-work.ts'
import { choicesOf } from './choices.ts'
import type { Asked, Pieces, Settled } from './pieces/pieces.ts'

interface Asks extends Pick<Pieces, 'asked' | 'settled'> {
  readonly state: CardState
  /** Who asks; undefined: the agent whose card it is. */
  readonly by?: string | undefined
}

/** Answers with the state of the card as it is then. */
export async function takeAsks(
  writer: PostWriter,
  work: CardWork,
  { state: before, asked, settled, by }: Asks,
): Promise<CardState> {
  let state = before
  for (const each of asked) state = await ask(writer, work, { state, asked: each, by })
  for (const each of settled) state = await settle(writer, state, each)
  if (isAsking(state) === isAsking(before) || state.mode === 'stopped') return state
  return { ...state, queue: [...state.queue, wholePiece(isAsking(state))] }
}

function isAsking({ asked }: CardState): boolean {
  return Object.keys(asked).length > 0
}

interface Asking extends Pick<Asks, 'state' | 'by'> {
  readonly asked: Asked
}

/** A question has a message of its own, whose buttons answer it. */
async function ask(writer: PostWriter, work: CardWork, { state, asked, by }: Asking): Promise<CardState> {
  const { card, parts } = work
  const { thing, details, calls } = asked
  const { teamId, channelId: channel, threadTs, personId } = card
  const isAlone = isDirect(channel)
  const shown = details.filter(({ isPrivate }) => isAlone || !isPrivate).map(({ text }) => text)
  const isLess = shown.length < details.length
  const head = `${by === undefined ? '' : `${by} asks: `}${headOf(work, asked)}`
  const text = [head, ...shown, ...(isLess ? [ELSEWHERE] : [])].join('\n')
  const reply = { text, actions: choicesOf(parts.operations, calls) }
  const posted = await postReply(writer, reply, { teamId, channel, threadTs, personId })
  const postId = posted.at(-1)
  return postId === undefined ? state : { ...state, asked: { ...state.asked, [thing]: postId } }
}

const ELSEWHERE = 'What exactly it would do is shown to those who decide on it, in a message of their own.'

/** A call that waits for a decision is named by its reference and in words: its operation alone says little. */
function headOf({ parts: { operations } }: CardWork, { subject, calls }: Asked): string {
  const operation = operations.find(({ name }) => name === subject)
  if (operation === undefined) return subject
  const ref = calls
    .flatMap(({ input }) => Object.values(input))
    .find((value) => REFERENCE.test(String(value)))
  return `${ref === undefined ? '' : `${ref} · `}${subject}: ${operation.summary}`
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
