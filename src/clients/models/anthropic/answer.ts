/** Gathers the events of Anthropic's stream into one answer. */
import type {
  StopReason as AnthropicStop,
  Usage as AnthropicUsage,
  ContentBlock,
  MessageDeltaUsage,
  RawMessageStreamEvent,
} from '@anthropic-ai/sdk/resources/messages'
import type { Gatherer } from '../ask-once.ts'
import type { Delta, Said, StopReason, Usage } from '../model.ts'
import { isRecord, isWholeInput, newCallId, readToolInput } from '../tool-input.ts'
import { settleUsage } from '../usage.ts'

/** A block on its way; `json` is a tool's input as far as it came. */
interface OpenBlock {
  readonly block: ContentBlock
  json: string
}

const KNOWN_STOPS: readonly AnthropicStop[] = [
  ...(['end_turn', 'stop_sequence', 'tool_use', 'pause_turn'] as const),
  ...(['max_tokens', 'refusal', 'model_context_window_exceeded'] as const),
]

type Counts = Partial<Record<keyof MessageDeltaUsage & keyof AnthropicUsage, unknown>>

const COUNTED = [
  'input_tokens',
  'output_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
] as const

/** `model` is the one that was asked: thinking is handed back to it and to no other. */
export function gatherAnthropic(
  model: string,
  onDelta: (delta: Delta) => void,
): Gatherer<RawMessageStreamEvent> {
  const blocks = new Map<number, OpenBlock>()
  const counts: Counts = {}
  let stop: AnthropicStop | undefined
  let hasEnded = false
  let answeredBy = model
  let answerBytes = 0

  /** Each event's figures hold for the whole so far; a null says nothing new. */
  function count(said: Counts | undefined): void {
    for (const name of COUNTED) if (typeof said?.[name] === 'number') counts[name] = said[name]
  }

  function usage(questionBytes: number): Usage {
    return settleUsage(readCounts(counts), { questionBytes, answerBytes, finished: isWhole() })
  }

  /** A known reason ends an answer; so does the server's word that it is whole, if there is any answer. */
  function isWhole(): boolean {
    const isKnown = stop !== undefined && KNOWN_STOPS.includes(stop)
    return (isKnown && !(stop === 'tool_use' && blocks.size === 0)) || (hasEnded && blocks.size > 0)
  }

  return {
    add(event) {
      switch (event.type) {
        case 'message_start':
          answeredBy = event.message.model
          return count(event.message.usage)
        case 'content_block_start':
          return openBlock(blocks, event, onDelta)
        case 'content_block_delta': {
          const open = blocks.get(event.index)
          if (open !== undefined) answerBytes += growBlock(open, event.delta, onDelta)
          return
        }
        case 'message_delta':
          // Some servers give an empty text while there is none.
          stop = event.delta.stop_reason || stop
          return count(event.usage)
        case 'message_stop':
          hasEnded = true
          return
        // The API asks to pass over what is not known.
        default:
          return
      }
    },
    usage,
    answer(questionBytes) {
      if (!isWhole()) return undefined
      const content = withOwnIds([...blocks.values()].flatMap((open) => readBlock(open, model, stop)))
      return { content, stop: readStop(stop, content), usage: usage(questionBytes), model: answeredBy }
    },
  }
}

function readCounts(counts: Counts) {
  const number = (value: unknown) => (typeof value === 'number' ? value : 0)
  const cacheReadTokens = number(counts.cache_read_input_tokens)
  const cacheWriteTokens = number(counts.cache_creation_input_tokens)
  return {
    // Anthropic counts what the cache had or took apart from the rest.
    inputTokens: number(counts.input_tokens) + cacheReadTokens + cacheWriteTokens,
    outputTokens: counts.output_tokens,
    cacheReadTokens,
    cacheWriteTokens,
  }
}

function openBlock(
  blocks: Map<number, OpenBlock>,
  { index, content_block: block }: RawMessageStreamEvent & { type: 'content_block_start' },
  onDelta: (delta: Delta) => void,
): void {
  blocks.set(index, { block: { ...block }, json: '' })
  if (block.type === 'text' && block.text !== '') onDelta({ type: 'text', text: block.text })
  if (block.type === 'tool_use') onDelta({ type: 'tool_call', id: block.id, name: block.name })
}

/** Returns the bytes that came. */
function growBlock(
  open: OpenBlock,
  delta: (RawMessageStreamEvent & { type: 'content_block_delta' })['delta'],
  onDelta: (delta: Delta) => void,
): number {
  const { block } = open
  if (delta.type === 'text_delta' && block.type === 'text') {
    block.text += delta.text
    if (delta.text !== '') onDelta({ type: 'text', text: delta.text })
    return Buffer.byteLength(delta.text)
  }
  if (delta.type === 'input_json_delta') {
    open.json += delta.partial_json
    return Buffer.byteLength(delta.partial_json)
  }
  if (delta.type === 'thinking_delta' && block.type === 'thinking') {
    block.thinking += delta.thinking
    return Buffer.byteLength(delta.thinking)
  }
  if (delta.type === 'signature_delta' && block.type === 'thinking') block.signature = delta.signature
  return 0
}

function readBlock({ block, json }: OpenBlock, model: string, stop: AnthropicStop | undefined): Said[] {
  switch (block.type) {
    case 'text':
      return block.text === '' ? [] : [{ type: 'text', text: block.text }]
    case 'tool_use': {
      const isCut = stop === 'max_tokens' || stop === 'model_context_window_exceeded'
      if (isCut && !isWholeInput(json)) return []
      // A server that does not stream inputs gives them with the block.
      const given = json === '' && isRecord(block.input) ? block.input : readToolInput(json)
      return [{ type: 'tool_call', id: block.id, name: block.name, input: given }]
    }
    default:
      return [{ type: 'opaque', provider: 'anthropic', data: { model, block } }]
  }
}

/** Each call has an id of its own, under which its result goes back. */
function withOwnIds(content: readonly Said[]): Said[] {
  const taken = new Set<string>()
  return content.map((said) => {
    if (said.type !== 'tool_call') return said
    const id = said.id === '' || taken.has(said.id) ? newCallId() : said.id
    taken.add(id)
    return { ...said, id }
  })
}

function readStop(stop: AnthropicStop | undefined, content: readonly Said[]): StopReason {
  switch (stop) {
    case 'tool_use':
      return 'tool_calls'
    case 'max_tokens':
      return 'max_tokens'
    // A pause comes from the provider's own tools only, which are never offered: what is left is to ask on.
    case 'pause_turn':
      return 'max_tokens'
    case 'refusal':
      return 'refusal'
    case 'model_context_window_exceeded':
      return 'context_full'
    default:
      return content.some(({ type }) => type === 'tool_call') ? 'tool_calls' : 'end'
  }
}
