/** Assembles the message of a Chat Completions stream: its text, its calls, and fields that are not understood. */

import type { Delta } from '../model.ts'
import { isRecord } from '../tool-input.ts'
import { type AnswerText, createAnswerText } from './answer-text.ts'
import { type ChatCalls, createChatCalls } from './calls.ts'
import { addFields, addItem } from './merge-fields.ts'
import type { ChatOrigin } from './origin.ts'

export interface ChatMessageOptions {
  readonly origin: ChatOrigin
  /** Names of the offered tools. */
  readonly tools: readonly string[]
  onDelta(delta: Delta): void
}

export interface ChatMessage {
  readonly text: AnswerText
  readonly calls: ChatCalls
  /** Adds the contents of one event. */
  add(delta: Readonly<Record<string, unknown>>): void
  isRefusal(): boolean
  bytes(): number
  /** The fields to return as they came; `answer`: its text without thinking. */
  returned(answer: string): Record<string, unknown>
}

/** Fields that are read here, and fields about an answer that no server wants returned. */
const NOT_RETURNED = [
  ...['role', 'content', 'refusal', 'tool_calls', 'function_call', 'name'],
  // Mistral sends the first three with each piece, and accepts none of them.
  ...[
    'index',
    'tool_call_id',
    'metadata',
    'annotations',
    'citations',
    'audio',
    'images',
    'executed_tools',
    'channel',
  ],
]

/** Types of content parts that belong to the answer; thinking, references and others have different types. */
const ANSWER_PARTS: readonly unknown[] = ['text', 'output_text', undefined]

export function createChatMessage({ origin, tools, onDelta }: ChatMessageOptions): ChatMessage {
  const text = createAnswerText({
    show: (piece) => onDelta({ type: 'text', text: piece }),
    isOpened: origin.habits.has('opens_thinking'),
  })
  const calls = createChatCalls({ tools, onDelta })
  const fields = new Map<string, unknown>()
  /** The content, if it arrives in typed parts. */
  let parts: readonly unknown[] = []
  let bytes = 0
  let isRefusal = false

  function addText(piece: string): void {
    if (piece === '') return
    text.add(piece)
    if (parts.length > 0) parts = addItem(parts, { type: 'text', text: piece })
  }

  function addPart(part: unknown): void {
    if (typeof part === 'string') addText(part)
    // A JSON answer that the server has parsed already.
    if (isBareJson(part)) addText(JSON.stringify(part))
    if (!isRecord(part) || isBareJson(part)) return
    // A call in the form of Anthropic's protocol.
    if (part.type === 'tool_use') {
      calls.add(part)
      return
    }
    if (parts.length === 0 && text.raw() !== '') parts = [{ type: 'text', text: text.raw() }]
    parts = addItem(parts, part)
    if (typeof part.text === 'string' && ANSWER_PARTS.includes(part.type)) text.add(part.text)
  }

  return {
    text,
    calls,
    add(delta) {
      bytes += bytesOf(delta)
      for (const part of listOf(delta.content)) addPart(part)
      if (typeof delta.refusal === 'string' && delta.refusal !== '') {
        isRefusal = true
        text.add(delta.refusal)
      }
      for (const piece of listOf(delta.tool_calls)) calls.add(piece)
      if (isRecord(delta.function_call)) calls.add({ function: delta.function_call })
      const others = Object.entries(delta).filter(([name]) => !NOT_RETURNED.includes(name))
      addFields(fields, Object.fromEntries(others))
    },
    isRefusal: () => isRefusal,
    bytes: () => bytes,
    returned(answer) {
      const content = parts.length > 0 ? parts : text.raw()
      return { ...Object.fromEntries(fields), ...(content === answer ? {} : { content }) }
    },
  }
}

function isBareJson(part: unknown): boolean {
  if (typeof part === 'number' || typeof part === 'boolean') return true
  return isRecord(part) && part.type === undefined && part.text === undefined
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}

/** Thinking has several field names here, and all of it is paid for. */
function bytesOf(delta: Readonly<Record<string, unknown>>): number {
  const { content, refusal, reasoning_content: thinking, reasoning, tool_calls: calls } = delta
  return [content, refusal, thinking ?? reasoning, calls].reduce<number>((sum, piece) => {
    if (piece === undefined || piece === null) return sum
    return sum + Buffer.byteLength(typeof piece === 'string' ? piece : JSON.stringify(piece))
  }, 0)
}
