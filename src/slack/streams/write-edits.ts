/** Writes a card as a message that is edited, where Slack takes no stream, and where everybody is to see it grow. */
import type { KnownBlock } from '@slack/types'
import type { CardPiece, CardState, CardTask, EditedMessage } from '../../domain/slack/cards/card.ts'
import { type Card, saveCard } from '../../domain/slack/cards/store.ts'
import { escapeText, fallbackText } from '../../domain/slack/escape.ts'
import { insertPosts } from '../../domain/slack/posts/insert-posts.ts'
import { POSTS_CHANGE } from '../../domain/slack/posts/rows.ts'
import type { ShownWork } from './card-work.ts'
import { ratingBlock } from './next-move.ts'
import { continued, fenceAfter, marksOf, openAfter, taskChunk, textAfter } from './pieces/chunks.ts'

/** Characters of one message; what follows begins another. Escaped, they may be five times as many. */
const MESSAGE_MAX_CHARS = 2_200
/** Tasks that one message shows. */
const TASKS_MAX = 20

/** The edit goes out with the state that it shows, once. */
export async function writeEdits({ card, runtime }: ShownWork): Promise<Card> {
  const { state } = card
  // The message is there before there is anything to tell.
  const isNew = state.message === undefined && state.ending === undefined
  if (state.queue.length === 0 && !isNew) return card
  const saved = await runtime.transaction(async ({ db }) => {
    let after: CardState = { ...state, queue: [] }
    const writer = { db, now: runtime.now(), newId: runtime.newId }
    for (const { message, isNew } of messagesOf(state)) {
      const { teamId, channelId: channel, threadTs } = card
      const rating = state.ending === undefined ? undefined : state.rating
      const shown = { text: fallbackText(message.text || card.title), blocks: blocksOf(message, rating) }
      const [postId = ''] = await insertPosts(writer, [
        isNew
          ? { kind: 'message', teamId, channel, threadTs, ...shown }
          : { kind: 'edit', teamId, channel, of: { postId: message.postId }, ...shown },
      ])
      after = { ...after, message: isNew ? { ...message, postId } : message }
    }
    const whole = state.queue.reduce(openOf, { open: state.open, fence: state.fence })
    after = { ...after, ...whole }
    await saveCard(db, card, { state: after })
    return after
  })
  runtime.publish(POSTS_CHANGE)
  return { ...card, state: saved }
}

type Whole = Pick<CardState, 'open' | 'fence'>

function openOf({ open, fence }: Whole, piece: CardPiece): Whole {
  return piece.kind === 'text'
    ? { open, fence: fenceAfter(piece.text, fence) }
    : { open: openAfter(open, piece), fence }
}

interface Growing {
  readonly message: EditedMessage
  readonly isNew: boolean
}

/** The message as it is now, and those that follow since it is full. */
function messagesOf(state: CardState): Growing[] {
  const begun = { postId: '', text: '', tasks: state.open }
  const grown: Growing[] = [{ message: state.message ?? begun, isNew: state.message === undefined }]
  let whole: Whole = state
  for (const piece of state.queue) {
    const last = grown.at(-1) as Growing
    if (hasRoom(last.message, piece)) grown[grown.length - 1] = { ...last, message: add(last.message, piece) }
    else {
      const { fence, open } = whole
      const text = fence === undefined ? '' : `${fence}\n`
      grown.push({ message: add({ postId: '', text, tasks: open }, piece), isNew: true })
      const closed = fence === undefined ? last.message.text : `${last.message.text}\n${marksOf(fence)}`
      const message = continued(open).reduce(addTask, { ...last.message, text: closed })
      grown[grown.length - 2] = { ...last, message }
    }
    whole = openOf(whole, piece)
  }
  return grown
}

function hasRoom({ text, tasks }: EditedMessage, piece: CardPiece): boolean {
  if (piece.kind === 'text') return text === '' || text.length + piece.text.length <= MESSAGE_MAX_CHARS
  return tasks.length < TASKS_MAX || tasks.some(({ id }) => id === piece.id)
}

function add({ postId, text, tasks }: EditedMessage, piece: CardPiece): EditedMessage {
  if (piece.kind === 'text') return { postId, tasks, text: text + textAfter(piece.text, text !== '') }
  const { kind: _kind, ...task } = piece
  return addTask({ postId, text, tasks }, task)
}

function addTask({ tasks, ...message }: EditedMessage, task: CardTask): EditedMessage {
  const isThere = tasks.some(({ id }) => id === task.id)
  const now = isThere ? tasks.map((each) => (each.id === task.id ? task : each)) : [...tasks, task]
  return { ...message, tasks: now }
}

function blocksOf({ text, tasks }: EditedMessage, rating: CardState['rating']): KnownBlock[] {
  const body = text.trim()
  return [
    ...tasks.map(cardOf),
    ...(body === '' ? [] : [{ type: 'markdown', text: escapeText(body) } as const]),
    ...(rating === undefined ? [] : [ratingBlock(rating)]),
  ]
}

const SIGNS = { in_progress: '⏳', complete: '✅', error: '❌' } as const

function cardOf(task: CardTask): KnownBlock {
  const { title, output } = { output: undefined, ...taskChunk(task) } as CardTask
  const links = (task.links ?? []).map(linkText)
  const text = [`${SIGNS[task.status]} ${title}`, output, ...links].filter(Boolean).join(' · ')
  return { type: 'context', elements: [{ type: 'mrkdwn', text, verbatim: true }] }
}

/** Slack reads an address up to the line that begins its name. */
function linkText(url: string): string {
  return `<${escapeText(url.replaceAll('|', '%7C'))}|${escapeText(new URL(url).host)}>`
}
