/** Writes our request as a request to Anthropic's Messages API, with marks for its prompt cache. */
import type {
  ContentBlockParam,
  MessageCreateParamsStreaming,
  MessageParam,
  TextBlockParam,
  Tool,
  ToolResultBlockParam,
} from '@anthropic-ai/sdk/resources/messages'
import type { Message, ModelRequest, Said, Told } from '../model.ts'
import { isRecord, writeToolName } from '../tool-input.ts'

/**
 * Marks the part of the question that the next one repeats: the provider keeps it, and charges less for reading it
 * again.
 */
const CACHE_MARK = { cache_control: { type: 'ephemeral' } } as const

/**
 * How many user messages at the end carry a mark. The provider allows four marks, and tools and system take two. The
 * last mark finds what the previous message stored, even with many results in between: the provider looks back only 20
 * blocks.
 */
const MARKED_MESSAGES = 2

/** The API does not accept a message without content. */
const NOTHING_SAID: TextBlockParam = { type: 'text', text: '(nothing)' }

/** `outputSchema` is already in the form that the API accepts. */
export function writeAnthropicRequest(
  request: ModelRequest,
  outputSchema: Record<string, unknown> | undefined,
): MessageCreateParamsStreaming {
  return {
    model: request.model,
    max_tokens: request.maxTokens,
    stream: true,
    messages: writeMessages(request),
    ...(isBlank(request.system)
      ? {}
      : { system: [{ type: 'text', text: request.system, ...CACHE_MARK } satisfies TextBlockParam] }),
    ...(request.tools.length === 0 ? {} : { tools: writeTools(request) }),
    ...(outputSchema === undefined
      ? {}
      : { output_config: { format: { type: 'json_schema', schema: outputSchema } } }),
  }
}

function writeTools({ tools }: ModelRequest): Tool[] {
  return tools.map(({ name, description, inputSchema }, index) => ({
    name,
    description,
    input_schema: inputSchema as Tool['input_schema'],
    ...(index === tools.length - 1 ? CACHE_MARK : {}),
  }))
}

function writeMessages({ messages, model }: ModelRequest): MessageParam[] {
  const written = messages.flatMap((message) => writeMessage(message, model))
  const marked = new Set(written.filter(({ role }) => role === 'user').slice(-MARKED_MESSAGES))
  return written.map((message) => (marked.has(message) ? withMark(message) : message))
}

function writeMessage(message: Message, model: string): MessageParam[] {
  if (message.role === 'user') {
    const content = writeTold(message.content)
    return [{ role: 'user', content: content.length === 0 ? [NOTHING_SAID] : content }]
  }
  const content = message.content.flatMap((said) => writeSaid(said, model))
  return content.length === 0 ? [] : [{ role: 'assistant', content }]
}

/** Results come first: the API refuses text before them. */
function writeTold(content: readonly Told[]): ContentBlockParam[] {
  const results = content.flatMap((told): ToolResultBlockParam[] =>
    told.type === 'tool_result'
      ? [{ type: 'tool_result', tool_use_id: told.callId, content: told.text, is_error: told.isError }]
      : [],
  )
  const texts = content.flatMap((told): TextBlockParam[] =>
    told.type === 'text' && !isBlank(told.text) ? [{ type: 'text', text: told.text }] : [],
  )
  return [...results, ...texts]
}

function writeSaid(said: Said, model: string): ContentBlockParam[] {
  switch (said.type) {
    case 'text':
      return isBlank(said.text) ? [] : [{ type: 'text', text: said.text }]
    case 'tool_call':
      return [{ type: 'tool_use', id: said.id, name: writeToolName(said.name), input: said.input }]
    case 'opaque':
      return said.provider === 'anthropic' ? readOpaque(said.data, model) : []
  }
}

/** Thinking is signed for the model that produced it; other models refuse it. */
function readOpaque(data: unknown, model: string): ContentBlockParam[] {
  return isRecord(data) && data.model === model && isRecord(data.block)
    ? [data.block as unknown as ContentBlockParam]
    : []
}

function withMark(message: MessageParam): MessageParam {
  if (message.role === 'system' || typeof message.content === 'string') return message
  const last = message.content.at(-1)
  if (last?.type !== 'text' && last?.type !== 'tool_result') return message
  return { ...message, content: [...message.content.slice(0, -1), { ...last, ...CACHE_MARK }] }
}

function isBlank(text: string): boolean {
  return text.trim() === ''
}
