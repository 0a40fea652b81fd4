/**
 * Gathers the events of Anthropic's stream into one answer, even from a server that implements the protocol carelessly.
 */
import type { Gatherer } from '../ask-once.ts'
import type { Delta, Said, Usage } from '../model.ts'
import { type GivenStop, knownStop, settleStop } from '../stop.ts'
import { isRecord, isWholeInput, newCallId, offeredName, readToolInput } from '../tool-input.ts'
import { settleUsage } from '../usage.ts'

type Fields = Readonly<Record<string, unknown>>

/** An unfinished block; `json` is a tool's input as far as it has arrived. */
interface OpenBlock {
  readonly index: unknown
  readonly block: Record<string, unknown>
  json: string
}

const COUNTED = [
  'input_tokens',
  'output_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
] as const
type Counts = Partial<Record<(typeof COUNTED)[number], number>>

interface AnthropicAnswerOptions {
  /** The model that was asked: only it gets its thinking back. */
  readonly model: string
  /** Names of the offered tools. */
  readonly tools: readonly string[]
  onDelta(delta: Delta): void
}

export function gatherAnthropic({ model, tools, onDelta }: AnthropicAnswerOptions): Gatherer<object> {
  const blocks: OpenBlock[] = []
  const counts: Counts = {}
  let stop: GivenStop
  let hasEnded = false
  let answeredBy = model
  let answerBytes = 0

  /** Each event's counts are totals so far; null means no change. */
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

  /** A known stop reason ends an answer; so does the server's statement that it is whole, if there is any answer. */
  function isWhole(): boolean {
    if (blocks.length === 0 && stop === 'tool_calls') return false
    return (stop !== undefined && stop !== 'unknown') || (hasEnded && blocks.length > 0)
  }

  function start(index: unknown, block: unknown): OpenBlock | undefined {
    if (!isRecord(block) || (block.type === undefined && block.text === undefined)) return undefined
    const open = { index, block: { type: 'text', ...block }, json: '' }
    blocks.push(open)
    showBlock(open, onDelta)
    return open
  }

  /** Some servers send an empty text while there is no reason yet. */
  function end({ stop_reason: said }: Fields): void {
    const reason = textIn(said)
    if (reason !== '') stop = knownStop(reason.toLowerCase()) ?? 'unknown'
  }

  function add(event: Fields): void {
    const { index } = event
    switch (event.type) {
      case 'message_start': {
        const message = fieldsOf(event.message)
        answeredBy = textIn(message.model) || model
        count(message.usage)
        for (const block of Array.isArray(message.content) ? message.content : []) start(undefined, block)
        end(message)
        return
      }
      case 'content_block_start':
        start(index, event.content_block)
        return
      case 'content_block_delta': {
        const delta = fieldsOf(event.delta)
        const kind = kindOf(delta)
        const found = blocks.findLast((block) => block.index === index)
        // Some servers do not announce the beginning of a block.
        const isMissing = (kind === 'text' || kind === 'thinking') && found?.block.type !== kind
        const open = isMissing ? start(index, { type: kind, [kind]: '' }) : found
        if (open !== undefined) answerBytes += growBlock(open, delta, onDelta)
        return
      }
      case 'message_delta':
        end(fieldsOf(event.delta))
        end(event)
        count(event.usage)
        return
      case 'message_stop':
        hasEnded = true
        return
      // The API asks clients to ignore unknown events.
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
      const said = blocks.flatMap((open) => readBlock(open, { model, tools, isCut }))
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
    // Anthropic counts tokens read from and written to the cache separately.
    inputTokens: (counts.input_tokens ?? 0) + cacheReadTokens + cacheWriteTokens,
    outputTokens: counts.output_tokens,
    cacheReadTokens,
    cacheWriteTokens,
  }
}

function showBlock({ block }: OpenBlock, onDelta: (delta: Delta) => void): void {
  const text = textIn(block.text)
  if (block.type === 'text' && text !== '') onDelta({ type: 'text', text })
  if (block.type === 'tool_use') {
    onDelta({ type: 'tool_call', id: textIn(block.id), name: textIn(block.name) })
  }
}

/** The kind of a delta by its type or, where a server leaves that out, by its field; undefined if unknown. */
function kindOf({
  type,
  text,
  thinking,
  partial_json: json,
}: Fields): 'text' | 'thinking' | 'input' | undefined {
  if (type === 'text_delta' || (type === undefined && text !== undefined)) return 'text'
  if (type === 'thinking_delta' || (type === undefined && thinking !== undefined)) return 'thinking'
  return type === 'input_json_delta' || (type === undefined && json !== undefined) ? 'input' : undefined
}

/** Returns the number of bytes that arrived. */
function growBlock(open: OpenBlock, delta: Fields, onDelta: (delta: Delta) => void): number {
  const { block } = open
  const kind = kindOf(delta)
  if (kind === 'input') {
    const json = inputText(delta.partial_json)
    open.json += json
    return Buffer.byteLength(json)
  }
  if (delta.type === 'signature_delta' && block.type === 'thinking') block.signature = delta.signature
  if (kind === undefined || kind !== block.type) return 0
  const piece = textIn(delta[kind])
  block[kind] = textIn(block[kind]) + piece
  if (kind === 'text' && piece !== '') onDelta({ type: 'text', text: piece })
  return Buffer.byteLength(piece)
}

/** A text by the protocol; some servers send the object itself. */
const inputText = (value: unknown): string => (isRecord(value) ? JSON.stringify(value) : textIn(value))

interface Read {
  readonly model: string
  readonly tools: readonly string[]
  /** The answer was cut, so a call may be incomplete. */
  readonly isCut: boolean
}

function readBlock({ block, json }: OpenBlock, { model, tools, isCut }: Read): Said[] {
  switch (block.type) {
    case 'text': {
      const text = textIn(block.text)
      return text === '' ? [] : [{ type: 'text', text }]
    }
    case 'tool_use': {
      // A server that does not stream inputs sends them with the block, and perhaps an empty object after it.
      const whole = inputText(block.input)
      const text = /^(\{\}|\s*)$/.test(json) && whole !== '' ? whole : json
      if (isCut && !isWholeInput(json)) return []
      const name = offeredName(textIn(block.name), tools)
      return [{ type: 'tool_call', id: textIn(block.id), name, input: readToolInput(text) }]
    }
    default:
      return [{ type: 'opaque', provider: 'anthropic', data: { model, block } }]
  }
}

/** Each call gets its own id, under which its result is returned. */
function withOwnIds(content: readonly Said[]): Said[] {
  const taken = new Set<string>()
  return content.map((said) => {
    if (said.type !== 'tool_call') return said
    const id = said.id === '' || taken.has(said.id) ? newCallId() : said.id
    taken.add(id)
    return { ...said, id }
  })
}
