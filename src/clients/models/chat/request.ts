/** Writes our request as a request to the Chat Completions API, which OpenAI and many other servers implement. */
import type { JsonSchema } from '../../../core/schema/json-schema.ts'
import type { Message, ModelRequest, Said, Told } from '../model.ts'
import { isRecord, writeToolName } from '../tool-input.ts'
import { type ChatOrigin, findReturned } from './origin.ts'

/** OpenAI's own models that refuse `max_tokens`; other servers know only that. */
const TAKES_COMPLETION_LIMIT = /^(gpt-[5-9]|o\d)/

/** OpenAI's own models that accept tools through this API only when told not to reason. */
const TAKES_TOOLS_UNREASONED = /^gpt-(5\.[4-9]|6)(-|$)/

const OWN_SERVER = 'api.openai.com'

type Fields = Readonly<Record<string, unknown>>

export function writeOpenaiRequest(request: ModelRequest, origin: ChatOrigin): Fields {
  const { model, tools, outputSchema } = request
  const { habits } = origin
  const hasFormat = outputSchema !== undefined && !habits.has('no_response_format')
  return {
    model,
    stream: true,
    // Without it most servers do not report token counts.
    ...(habits.has('no_stream_options') ? {} : { stream_options: { include_usage: true } }),
    messages: [...writeSystem(request, hasFormat), ...writeMessages(request, origin)],
    ...writeLimit(request, origin),
    ...(tools.length === 0 ? {} : { tools: writeTools(request) }),
    ...(tools.length > 0 && TAKES_TOOLS_UNREASONED.test(model) ? { reasoning_effort: 'none' } : {}),
    ...(hasFormat ? { response_format: writeOutputSchema(outputSchema) } : {}),
  }
}

function writeLimit({ model, maxTokens }: ModelRequest, { server, habits }: ChatOrigin): Fields {
  const isGuessed = server === OWN_SERVER || TAKES_COMPLETION_LIMIT.test(model)
  const isNew = habits.has('wants_max_completion_tokens') || (isGuessed && !habits.has('wants_max_tokens'))
  return isNew ? { max_completion_tokens: maxTokens } : { max_tokens: maxTokens }
}

/** A server that does not support schemas is given the schema in words. */
function writeSystem({ system, outputSchema }: ModelRequest, hasFormat: boolean): Fields[] {
  const form =
    outputSchema === undefined || hasFormat
      ? ''
      : `When you are done, answer with JSON of this schema and nothing else:\n${JSON.stringify(outputSchema)}`
  const content = [system, form].filter((text) => text.trim() !== '').join('\n\n')
  return content === '' ? [] : [{ role: 'system', content }]
}

function writeTools({ tools }: ModelRequest): Fields[] {
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

/** Keywords that OpenAI does not accept in a strict schema. */
const NOT_STRICT = ['allOf', 'not', 'if', 'oneOf', 'patternProperties', 'default', 'dependentRequired']

/** Whether all objects require each of their fields and allow no other: only then is the answer sure to fit. */
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

function writeMessages(request: ModelRequest, origin: ChatOrigin): Fields[] {
  const { messages, tools } = request
  const hasTools =
    tools.length > 0 || messages.some(({ content }) => content.some(({ type }) => type === 'tool_call'))
  return messages.flatMap((message: Message) =>
    message.role === 'user' ? writeTold(message.content) : writeSaid(message.content, origin, hasTools),
  )
}

/** Results must follow the calls immediately; text comes after them. */
function writeTold(content: readonly Told[]): Fields[] {
  const results = content.flatMap((told) =>
    told.type === 'tool_result'
      ? [
          {
            role: 'tool',
            tool_call_id: told.callId,
            // The API has no field for errors.
            content: told.isError ? `Error: ${told.text}` : told.text,
          },
        ]
      : [],
  )
  const text = textOf(content)
  return text === '' && results.length > 0 ? results : [...results, { role: 'user', content: text }]
}

/**
 * Fields that are not understood are returned as they came. Thinking is returned where tools are used, as DeepSeek and
 * Kimi demand; in a plain conversation DeepSeek's older models refuse it
 * (https://api-docs.deepseek.com/guides/reasoning_model).
 */
function writeSaid(content: readonly Said[], origin: ChatOrigin, hasTools: boolean): Fields[] {
  const text = textOf(content)
  const calls = content.flatMap((said) => (said.type === 'tool_call' ? [said] : []))
  if (text === '' && calls.length === 0) return []
  const { message, calls: ofCalls } = findReturned(origin, content)
  const { reasoning_content: thinking, ...others } = message
  return [
    {
      role: 'assistant',
      content: text === '' ? null : text,
      ...others,
      ...(thinking === undefined || !hasTools ? {} : { reasoning_content: thinking }),
      ...(calls.length === 0
        ? {}
        : {
            tool_calls: calls.map(({ id, name, input }) => {
              const { function: more, ...fields } = ofCalls[id] ?? {}
              const called = { name: writeToolName(name), arguments: JSON.stringify(input) }
              return { id, type: 'function', function: { ...called, ...(isRecord(more) && more) }, ...fields }
            }),
          }),
    },
  ]
}

function textOf(content: readonly (Told | Said)[]): string {
  return content
    .flatMap((piece) => (piece.type === 'text' && piece.text !== '' ? [piece.text] : []))
    .join('\n\n')
}
