/** Gathers the chunks of a Chat Completions stream into one answer, from OpenAI's or a more careless server. */
import { randomUUID } from 'node:crypto'
import type { ChatCompletionChunk } from 'openai/resources/chat/completions'
import type { Gatherer } from './ask-once.ts'
import type { Delta, Said, StopReason, Usage } from './model.ts'
import { isRecord, isWholeInput, readToolInput } from './tool-input.ts'
import { settleUsage } from './usage.ts'

type Choice = ChatCompletionChunk['choices'][number]
type Finish = NonNullable<Choice['finish_reason']>
type CallPiece = NonNullable<Choice['delta']['tool_calls']>[number]

/** A call on its way. */
interface OpenCall {
  readonly index: number
  readonly id: string
  readonly name: string
  json: string
}

export function gatherOpenai(model: string, onDelta: (delta: Delta) => void): Gatherer<ChatCompletionChunk> {
  const calls: OpenCall[] = []
  let text = ''
  let answerBytes = 0
  let finish: Finish | undefined
  let isRefusal = false
  let said: unknown
  let answeredBy = model

  function addText(piece: string): void {
    if (piece === '') return
    text += piece
    onDelta({ type: 'text', text: piece })
  }

  function usage(questionBytes: number): Usage {
    return settleUsage(readCounts(said), { questionBytes, answerBytes, finished: finish !== undefined })
  }

  return {
    add(chunk) {
      if (chunk.model) answeredBy = chunk.model
      if (chunk.usage) said = chunk.usage
      // The chunk with the usage has no choices, and some servers leave the field out.
      const choice = (chunk.choices as readonly Choice[] | undefined)?.[0]
      if (choice === undefined) return
      const delta: Choice['delta'] | undefined = choice.delta
      answerBytes += bytesOf(delta)
      addText(delta?.content ?? '')
      if (delta?.refusal) isRefusal = true
      addText(delta?.refusal ?? '')
      for (const piece of delta?.tool_calls ?? []) addCall(calls, piece, onDelta)
      finish = choice.finish_reason ?? finish
    },
    usage,
    answer(questionBytes) {
      if (finish === undefined) return undefined
      const whole = calls.filter(({ json }) => finish !== 'length' || isWholeInput(json))
      const content: Said[] = [
        ...(text === '' ? [] : [{ type: 'text', text } as const]),
        ...whole.map(
          ({ id, name, json }) => ({ type: 'tool_call', id, name, input: readToolInput(json) }) as const,
        ),
      ]
      const stop = isRefusal ? 'refusal' : readFinish(finish, whole.length)
      return { content, stop, usage: usage(questionBytes), model: answeredBy }
    },
  }
}

/** Thinking has several names here, and all of it is paid for. */
function bytesOf(delta: Choice['delta'] | undefined): number {
  if (delta === undefined) return 0
  const thinking = delta as { reasoning_content?: unknown; reasoning?: unknown }
  const texts = [delta.content, delta.refusal, thinking.reasoning_content ?? thinking.reasoning]
  const inputs = (delta.tool_calls ?? []).map((call) => call.function?.arguments)
  return [...texts, ...inputs].reduce<number>(
    (sum, piece) => sum + (typeof piece === 'string' ? Buffer.byteLength(piece) : 0),
    0,
  )
}

/** A piece belongs to the call of its index, unless it brings another id: some servers number all calls 0. */
function addCall(calls: OpenCall[], piece: CallPiece, onDelta: (delta: Delta) => void): void {
  const index = piece.index ?? 0
  const open = calls.findLast((call) => call.index === index)
  const json = readArguments(piece.function?.arguments)
  if (open !== undefined && (!piece.id || piece.id === open.id)) {
    open.json += json
    return
  }
  // A server may give no id, and the answer to the call has to name one.
  const call = { index, id: piece.id || `call_${randomUUID()}`, name: piece.function?.name ?? '', json }
  calls.push(call)
  onDelta({ type: 'tool_call', id: call.id, name: call.name })
}

/** A text by the protocol; some servers send the object itself. */
function readArguments(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '' : JSON.stringify(value)
}

function readCounts(said: unknown) {
  const usage = isRecord(said) ? said : {}
  const details = isRecord(usage.prompt_tokens_details) ? usage.prompt_tokens_details : {}
  return {
    inputTokens: usage.prompt_tokens,
    outputTokens: usage.completion_tokens,
    cacheReadTokens: details.cached_tokens,
    cacheWriteTokens: details.cache_write_tokens,
  }
}

function readFinish(finish: Finish, calls: number): StopReason {
  switch (finish) {
    case 'length':
      return 'max_tokens'
    case 'content_filter':
      return 'refusal'
    // Some servers say `stop` although they call.
    default:
      return calls > 0 ? 'tool_calls' : 'end'
  }
}
