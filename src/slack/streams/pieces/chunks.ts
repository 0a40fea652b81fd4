/** Pieces as chunks of a stream. */
import {
  type CardPiece,
  type CardState,
  type CardTask,
  type OpenStream,
  WHOLE,
} from '../../../domain/slack/cards/card.ts'
import { escapedText, escapeText } from '../../../domain/slack/escape.ts'
import { PARAGRAPH } from './text-pieces.ts'

export type Chunk =
  | { readonly type: 'markdown_text'; readonly text: string }
  | {
      readonly type: 'task_update'
      readonly id: string
      readonly title: string
      readonly status: CardTask['status']
      readonly output?: string
      readonly sources?: readonly Source[]
    }

/** A page that a call has found. */
interface Source {
  readonly type: 'url'
  readonly url: string
  readonly text: string
}

/** Characters of each text of a task. */
const TASK_TEXT_MAX_CHARS = 256
/** Characters that one call adds: Slack takes 12,000, and escaping can make them five times as many. */
const CALL_MAX_CHARS = 2_200
/** Characters and blocks of one message: Slack refuses a message near 13,200 characters, and one of 51 blocks. */
const STREAM_MAX_CHARS = 9_000
const STREAM_MAX_BLOCKS = 40

export function isFull({ chars, blocks }: OpenStream): boolean {
  return chars >= STREAM_MAX_CHARS || blocks >= STREAM_MAX_BLOCKS
}

function chunkOf(piece: CardPiece, hasText: boolean): Chunk {
  if (piece.kind === 'text')
    return { type: 'markdown_text', text: escapeText(textAfter(piece.text, hasText)) }
  return taskChunk(piece)
}

/** No message begins with the space between two paragraphs. */
export function textAfter(text: string, hasText: boolean): string {
  return !hasText && text.startsWith(PARAGRAPH) ? text.slice(PARAGRAPH.length) : text
}

export function taskChunk({ id, title, status, output, links = [] }: CardTask): Chunk {
  const words =
    output === undefined || output === '' ? {} : { output: escapedText(output, TASK_TEXT_MAX_CHARS) }
  return {
    ...{ type: 'task_update', id, status },
    title: escapedText(title === '' ? '–' : title, TASK_TEXT_MAX_CHARS),
    ...words,
    ...(links.length > 0 && { sources: links.map(sourceOf) }),
  }
}

/** A page by its host, so that nobody is led elsewhere by its name. */
function sourceOf(url: string): Source {
  return { type: 'url', url, text: new URL(url).host }
}

export interface Added {
  readonly chunks: readonly Chunk[]
  readonly after: CardState
}

/** As many pieces of the queue as one call takes. */
export function addQueue(state: CardState, stream: OpenStream): Added {
  const chunks: Chunk[] = []
  let { queue, open, fence } = state
  let { hasText, isInText, blocks } = stream
  let chars = 0
  for (const piece of queue) {
    const chunk = chunkOf(piece, hasText)
    const size = sizeOf(chunk)
    if (chunks.length > 0 && chars + size > CALL_MAX_CHARS) break
    chunks.push(chunk)
    chars += size
    queue = queue.slice(1)
    if (piece.kind !== 'text' || !isInText) blocks += 1
    isInText = piece.kind === 'text'
    if (piece.kind === 'text') {
      fence = fenceAfter(piece.text, fence)
      hasText = true
    } else open = openAfter(open, piece)
  }
  const grown = { ...stream, chars: stream.chars + chars, blocks, hasText, isInText }
  return { chunks, after: { ...state, queue, open, fence, stream: grown } }
}

export function sizeOf(chunk: Chunk): number {
  if (chunk.type === 'markdown_text') return chunk.text.length
  const { title, output = '', sources = [] } = chunk
  return sources.reduce((sum, { url, text }) => sum + url.length + text.length, title.length + output.length)
}

export function openAfter(open: readonly CardTask[], { id, title, status }: CardTask): readonly CardTask[] {
  const task = { id, title, status }
  if (status !== 'in_progress') return open.filter((each) => each.id !== id)
  return open.some((each) => each.id === id)
    ? open.map((each) => (each.id === id ? task : each))
    : [...open, task]
}

/** The tasks that are open in one message, as they end there: the next message shows them again. */
export function continued(open: readonly CardTask[]): CardTask[] {
  return open.map(({ id, title }) =>
    id === WHOLE
      ? { id, title: CONTINUED, status: 'complete' }
      : { id, title, status: 'complete', output: CONTINUED },
  )
}

export const CONTINUED = 'Continued below'

const FENCE = /^ {0,3}(`{3,}|~{3,})/

export function isFenceLine(line: string): boolean {
  return /^ {0,3}[`~]/.test(line)
}

/** The line that opened the block of code which is open after this text. */
export function fenceAfter(text: string, fence: string | undefined): string | undefined {
  let open = fence
  for (const line of text.split('\n')) {
    const [, marks] = FENCE.exec(line) ?? []
    if (marks === undefined) continue
    if (open === undefined) open = line
    else if (line.trim().startsWith(marksOf(open))) open = undefined
  }
  return open
}

/** What closes the block of code. */
export function marksOf(fence: string): string {
  return FENCE.exec(fence)?.[1] ?? '```'
}
