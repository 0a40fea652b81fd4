/** Writes our request as one to the Chat Completions API, which OpenAI and many other servers speak. */
import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
  ChatCompletionTool,
  ChatCompletionToolMessageParam,
} from 'openai/resources/chat/completions'
import type { JsonSchema } from '../../core/operation.ts'
import type { Message, ModelRequest, Said, Told } from './model.ts'
import { isRecord } from './tool-input.ts'

/** Models of OpenAI's own that refuse `max_tokens`; other servers know nothing else. */
const TAKES_COMPLETION_LIMIT = /^(gpt-[5-9]|o\d)/

/** Models of OpenAI's own that take tools through this API only when told not to reason. */
const TAKES_TOOLS_UNREASONED = /^gpt-(5\.[4-9]|6)(-|$)/

interface WriteOptions {
  /** Whether it goes to OpenAI itself. */
  readonly isOwnServer: boolean
}

export function writeOpenaiRequest(
  request: ModelRequest,
  { isOwnServer }: WriteOptions,
): ChatCompletionCreateParamsStreaming {
  const { model, maxTokens, tools, outputSchema } = request
  const takesCompletionLimit = isOwnServer || TAKES_COMPLETION_LIMIT.test(model)
  return {
    model,
    stream: true,
    // Without it no server says what was used.
    stream_options: { include_usage: true },
    messages: writeMessages(request),
    ...(takesCompletionLimit ? { max_completion_tokens: maxTokens } : { max_tokens: maxTokens }),
    ...(tools.length === 0 ? {} : { tools: writeTools(request) }),
    ...(tools.length > 0 && TAKES_TOOLS_UNREASONED.test(model) ? { reasoning_effort: 'none' } : {}),
    ...(outputSchema === undefined ? {} : { response_format: writeOutputSchema(outputSchema) }),
  }
}

function writeTools({ tools }: ModelRequest): ChatCompletionTool[] {
  return tools.map(({ name, description, inputSchema }) => ({
    type: 'function',
    function: { name, description, parameters: inputSchema },
  }))
}

function writeOutputSchema(schema: JsonSchema) {
  return {
    type: 'json_schema',
    json_schema: { name: 'answer', schema, strict: isStrict(schema) },
  } as const
}

/** Keywords with which OpenAI refuses a schema as strict. */
const NOT_STRICT = ['allOf', 'not', 'if', 'oneOf', 'patternProperties', 'default', 'dependentRequired']

/** Whether all objects name each field as required and allow no other: only then is the answer sure to fit. */
function isStrict(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(isStrict)
  if (!isRecord(schema)) return true
  if (NOT_STRICT.some((keyword) => keyword in schema)) return false
  if (schema.type === 'object') {
    const fields = Object.keys(isRecord(schema.properties) ? schema.properties : {})
    const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : []
    if (schema.additionalProperties !== false || !fields.every((field) => required.includes(field)))
      return false
  }
  return Object.values(schema).every(isStrict)
}

function writeMessages({ system, messages }: ModelRequest): ChatCompletionMessageParam[] {
  const written = messages.flatMap(writeMessage)
  return system.trim() === '' ? written : [{ role: 'system', content: system }, ...written]
}

function writeMessage(message: Message): ChatCompletionMessageParam[] {
  return message.role === 'user' ? writeTold(message.content) : writeSaid(message.content)
}

/** Results must follow the calls at once; text comes after them. */
function writeTold(content: readonly Told[]): ChatCompletionMessageParam[] {
  const results = content.flatMap((told): ChatCompletionToolMessageParam[] =>
    told.type === 'tool_result'
      ? [
          {
            role: 'tool',
            tool_call_id: told.callId,
            // The API has no field for it.
            content: told.isError ? `Error: ${told.text}` : told.text,
          },
        ]
      : [],
  )
  const text = textOf(content)
  return text === '' && results.length > 0 ? results : [...results, { role: 'user', content: text }]
}

function writeSaid(content: readonly Said[]): ChatCompletionAssistantMessageParam[] {
  const text = textOf(content)
  const calls = content.flatMap((said) => (said.type === 'tool_call' ? [said] : []))
  if (text === '' && calls.length === 0) return []
  return [
    {
      role: 'assistant',
      content: text === '' ? null : text,
      ...(calls.length === 0
        ? {}
        : {
            tool_calls: calls.map(({ id, name, input }) => ({
              id,
              type: 'function',
              function: { name, arguments: JSON.stringify(input) },
            })),
          }),
    },
  ]
}

function textOf(content: readonly (Told | Said)[]): string {
  return content
    .flatMap((piece) => (piece.type === 'text' && piece.text !== '' ? [piece.text] : []))
    .join('\n\n')
}
