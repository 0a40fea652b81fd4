/** Gathers the events of Anthropic's stream into one answer, also from a server that speaks its protocol carelessly. */
import type { Gatherer } from '../ask-once.ts'
import type { Delta, Said, StopReason, Usage } from '../model.ts'
import { type GivenStop, settleStop } from '../stop.ts'
import { isRecord, isWholeInput, newCallId, readToolInput } from '../tool-input.ts'
import { settleUsage } from '../usage.ts'

type Fields = Readonly<Record<string, unknown>>

/** A block on its way; `json` is a tool's input as far as it came. */
interface OpenBlock {
  readonly block: Record<string, unknown>
  json: string
}

/** The reasons for an end that are known. */
const STOPS: Readonly<Record<string, StopReason>> = {
  end_turn: 'end',
  stop_sequence: 'end',
  tool_use: 'tool_calls',
  max_tokens: 'max_tokens',
  // A pause comes from the provider's own tools only, which are never offered: what is left is to ask on.
  pause_turn: 'max_tokens',
  refusal: 'refusal',
  model_context_window_exceeded: 'context_full',
}

const COUNTED = [
  'input_tokens',
  'output_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
] as const
type Counts = Partial<Record<(typeof COUNTED)[number], number>>

/** `model` is the one that was asked: thinking is handed back to it and to no other. */
export function gatherAnthropic(model: string, onDelta: (delta: Delta) => void): Gatherer<object> {
  const blocks = new Map<unknown, OpenBlock>()
  const counts: Counts = {}
  let stop: GivenStop
  let hasEnded = false
  let answeredBy = model
  let answerBytes = 0

  /** Each event's figures hold for the whole so far; a null says nothing new. */
  function count(said: unknown): void {
    const figures = fieldsOf(said)
    for (const name of COUNTED) {
      const figure = figures[name]
      if (typeof figure === 'number') counts[name] = figure
    }
  }

  function usage(questionBytes: number): Usage {
    return settleUsage(readCounts(counts), { questionBytes, answerBytes, finished: isWhole() })
  }

  /** A known reason ends an answer; so does the server's word that it is whole, if there is any answer. */
  function isWhole(): boolean {
    if (blocks.size === 0 && stop === 'tool_calls') return false
    return (stop !== undefined && stop !== 'unknown') || (hasEnded && blocks.size > 0)
  }

  function add(event: Fields): void {
    const { index } = event
    switch (event.type) {
      case 'message_start': {
        const message = fieldsOf(event.message)
        answeredBy = textIn(message.model) || model
        count(message.usage)
        return
      }
      case 'content_block_start':
        if (isRecord(event.content_block)) openBlock(blocks, { index, block: event.content_block }, onDelta)
        return
      case 'content_block_delta': {
        const open = blocks.get(index)
        if (open !== undefined) answerBytes += growBlock(open, fieldsOf(event.delta), onDelta)
        return
      }
      case 'message_delta': {
        const reason = textIn(fieldsOf(event.delta).stop_reason)
        // Some servers give an empty text while there is none.
        if (reason !== '') stop = Object.hasOwn(STOPS, reason) ? STOPS[reason] : 'unknown'
        count(event.usage)
        return
      }
      case 'message_stop':
        hasEnded = true
        return
      // The API asks to pass over what is not known.
      default:
        return
    }
  }

  return {
    add: (event) => add(fieldsOf(event)),
    usage,
    answer(questionBytes) {
      if (!isWhole()) return undefined
      const isCut = stop === 'max_tokens' || stop === 'context_full'
      const said = [...blocks.values()].flatMap((open) => readBlock(open, { model, isCut }))
      const content = withOwnIds(said)
      const hasCalls = content.some(({ type }) => type === 'tool_call')
      return {
        content,
        stop: settleStop(stop, hasCalls),
        usage: usage(questionBytes),
        model: answeredBy,
        ...(stop === 'unknown' && { isStopUnknown: true }),
      }
    },
  }
}

function fieldsOf(value: unknown): Fields {
  return isRecord(value) ? value : {}
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function readCounts(counts: Counts) {
  const { cache_read_input_tokens: cacheReadTokens = 0, cache_creation_input_tokens: cacheWriteTokens = 0 } =
    counts
  return {
    // Anthropic counts what the cache had or took apart from the rest.
    inputTokens: (counts.input_tokens ?? 0) + cacheReadTokens + cacheWriteTokens,
    outputTokens: counts.output_tokens,
    cacheReadTokens,
    cacheWriteTokens,
  }
}

function openBlock(
  blocks: Map<unknown, OpenBlock>,
  { index, block }: { readonly index: unknown; readonly block: Record<string, unknown> },
  onDelta: (delta: Delta) => void,
): void {
  blocks.set(index, { block: { ...block }, json: '' })
  const text = textIn(block.text)
  if (block.type === 'text' && text !== '') onDelta({ type: 'text', text })
  if (block.type === 'tool_use') {
    onDelta({ type: 'tool_call', id: textIn(block.id), name: textIn(block.name) })
  }
}

/** Returns the bytes that came. */
function growBlock(open: OpenBlock, delta: Fields, onDelta: (delta: Delta) => void): number {
  const { block } = open
  const grow = (field: string): number => {
    const piece = textIn(delta[field])
    block[field] = textIn(block[field]) + piece
    return Buffer.byteLength(piece)
  }
  switch (delta.type) {
    case 'text_delta': {
      if (block.type !== 'text') return 0
      const text = textIn(delta.text)
      if (text !== '') onDelta({ type: 'text', text })
      return grow('text')
    }
    case 'thinking_delta':
      return block.type === 'thinking' ? grow('thinking') : 0
    case 'input_json_delta': {
      const json = textIn(delta.partial_json)
      open.json += json
      return Buffer.byteLength(json)
    }
    case 'signature_delta':
      if (block.type === 'thinking') block.signature = delta.signature
      return 0
    default:
      return 0
  }
}

interface Read {
  readonly model: string
  /** The answer was cut, so that a call may be half of one. */
  readonly isCut: boolean
}

function readBlock({ block, json }: OpenBlock, { model, isCut }: Read): Said[] {
  switch (block.type) {
    case 'text': {
      const text = textIn(block.text)
      return text === '' ? [] : [{ type: 'text', text }]
    }
    case 'tool_use': {
      if (isCut && !isWholeInput(json)) return []
      // A server that does not stream inputs gives them with the block.
      const given = json === '' && isRecord(block.input) ? block.input : readToolInput(json)
      return [{ type: 'tool_call', id: textIn(block.id), name: textIn(block.name), input: given }]
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
