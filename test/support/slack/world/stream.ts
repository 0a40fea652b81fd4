/** A message that grows while it is written, until it is stopped or Slack ends it. */
import type { AnyChunk, TaskUpdateChunk } from '@slack/types'
import type { Channel } from './channel.ts'
import type { Json, WireBlock } from './wire.ts'

/** How long a stream lives, whatever is appended to it. Not documented; measured by users at 306 to 320 s. */
const STREAM_LIFE_MS = 306_000

type Part =
  | { readonly kind: 'text'; text: string }
  | { readonly kind: 'task'; readonly id: string }
  | { readonly kind: 'blocks'; readonly blocks: readonly WireBlock[] }

type End = 'completed' | 'stopped' | 'expired'

export interface StreamStart {
  readonly ts: string
  readonly threadTs: string | undefined
  readonly recipientId: string | undefined
  readonly displayMode: string
  /** Whether it began with `markdown_text` or with chunks: it goes on in the same way. */
  readonly mode: 'text' | 'chunks'
}

export class Stream {
  readonly channel: Channel
  readonly ts: string
  readonly threadTs: string | undefined
  readonly recipientId: string | undefined
  readonly displayMode: string
  readonly mode: 'text' | 'chunks'
  readonly startedAtMs: number
  readonly tasks = new Map<string, TaskUpdateChunk>()
  /** The whole text after each call, oldest first. */
  readonly history: string[] = []
  planTitle = ''
  ended: End | undefined
  readonly #parts: Part[] = []
  readonly #stopClock: () => void

  constructor(channel: Channel, start: StreamStart) {
    const { clock } = channel.host.world
    this.channel = channel
    this.ts = start.ts
    this.threadTs = start.threadTs
    this.recipientId = start.recipientId
    this.displayMode = start.displayMode
    this.mode = start.mode
    this.startedAtMs = clock.now()
    this.#stopClock = clock.after(STREAM_LIFE_MS, () => this.end('expired'))
  }

  get isOpen(): boolean {
    return this.ended === undefined
  }

  /** Whether a person sees it grow: in a channel only its recipient does (one report), others see it when it ends. */
  isLiveFor(userId: string): boolean {
    return this.recipientId === userId || this.channel.kind === 'im'
  }

  get text(): string {
    return this.#parts.map((part) => (part.kind === 'text' ? part.text : '')).join('')
  }

  append(chunks: readonly AnyChunk[]): void {
    for (const chunk of chunks) this.#add(chunk as AnyChunk & { type: string })
    this.history.push(this.text)
    this.#show()
  }

  end(how: End): void {
    if (this.ended !== undefined) return
    this.#stopClock()
    this.ended = how
    const message = this.channel.find(this.ts)
    if (message !== undefined) message.streaming_state = how === 'completed' ? 'completed' : 'errored'
    this.channel.host.world.changed()
  }

  #add(chunk: AnyChunk): void {
    if (chunk.type === 'plan_update') this.planTitle = chunk.title
    else if (chunk.type === 'blocks') {
      this.#parts.push({ kind: 'blocks', blocks: chunk.blocks as unknown as WireBlock[] })
    } else if (chunk.type === 'task_update') this.#addTask(chunk)
    else {
      const last = this.#parts.at(-1)
      if (last?.kind === 'text') last.text += chunk.text
      else this.#parts.push({ kind: 'text', text: chunk.text })
    }
  }

  /** Title and status take the place of the earlier ones; details and output are appended to them. */
  #addTask(chunk: TaskUpdateChunk): void {
    const present = this.tasks.get(chunk.id)
    if (present === undefined) this.#parts.push({ kind: 'task', id: chunk.id })
    const details = (present?.details ?? '') + (chunk.details ?? '')
    const output = (present?.output ?? '') + (chunk.output ?? '')
    this.tasks.set(chunk.id, { ...present, ...chunk, details, output })
  }

  /** The message as it reads now: text between tasks, or the tasks as one plan above it. */
  #show(): void {
    const message = this.channel.find(this.ts)
    if (message === undefined) return
    const isPlan = this.displayMode === 'plan' && this.tasks.size > 0
    const plan = { type: 'plan', title: this.planTitle, tasks: [...this.tasks.values()].map(cardOf) }
    const rest = this.#parts.flatMap((part): WireBlock[] => {
      if (part.kind === 'blocks') return [...part.blocks]
      if (part.kind === 'text') return [{ type: 'markdown', text: part.text }]
      const task = this.tasks.get(part.id)
      return isPlan || task === undefined ? [] : [cardOf(task)]
    })
    message.text = this.text
    message.blocks = isPlan ? [plan, ...rest] : rest
    this.channel.host.world.changed()
  }
}

function cardOf(task: TaskUpdateChunk): WireBlock {
  const { id, title, status, details, output, sources } = task
  return {
    type: 'task_card',
    task_id: id,
    title,
    status,
    ...(details && { details: plainRichText(details) }),
    ...(output && { output: plainRichText(output) }),
    ...(sources && { sources }),
  }
}

function plainRichText(text: string): Json {
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
  }
}
