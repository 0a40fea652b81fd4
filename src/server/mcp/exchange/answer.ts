/** Writes results and errors for MCP: text and structured content from one result, bounded, and never silently cut. */
import { type CallToolResult, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'
import { type AppError, type ErrorCode, errorBody } from '../../../core/errors.ts'
import type { JsonSchema } from '../../../core/schema/json-schema.ts'
import { counted } from '../../../core/text/counts.ts'
import { cutText } from '../../../core/text/cut.ts'

/** The most characters of a result, text and structured content together; about 25,000 tokens. */
export const ANSWER_MAX_CHARS = 100_000

/** The most characters of a result's text; its structured content is complete. */
const TEXT_MAX_CHARS = 20_000

/** `_meta` of an answer that was stored for an earlier call with the same key. */
const REPLAYED_META_KEY = 'switchboard/replayed'

/** A tool's answer: in the SDK's form, and as the text that goes over the wire. */
export interface ToolAnswer {
  readonly result: CallToolResult
  readonly json: string
}

interface AnswerParts {
  readonly text: string
  readonly structured: object
  readonly replayed?: boolean
}

export function toolAnswer({ text, structured, replayed = false }: AnswerParts): ToolAnswer {
  return encoded({
    content: [{ type: 'text', text: shortText(text) }],
    // Plain JSON by the operation's own schema, which the SDK types as a record.
    structuredContent: structured as Record<string, unknown>,
    ...(replayed ? { _meta: { [REPLAYED_META_KEY]: true } } : {}),
  })
}

/** A failed call is an answer too: the model reads it and acts on it. */
export function errorAnswer(error: AppError, requestId: string): ToolAnswer {
  return encoded({
    content: [{ type: 'text', text: errorText(error, requestId) }],
    structuredContent: { error: errorBody(error, requestId) },
    isError: true,
  })
}

/** `<code>: <message> <fix> (request <id>)` */
function errorText(error: AppError, requestId: string): string {
  return `${error.code}: ${[error.message, error.fix].filter(Boolean).join(' ')} (request ${requestId})`
}

/** Wraps a result that was made elsewhere. */
export function encoded(result: CallToolResult): ToolAnswer {
  return { result, json: JSON.stringify(result) }
}

/** Cut at the end of a line if there is one in its second half. */
function shortText(text: string): string {
  if (text.length <= TEXT_MAX_CHARS) return text
  const lineEnd = text.lastIndexOf('\n', TEXT_MAX_CHARS)
  const shown = cutText(text, lineEnd < TEXT_MAX_CHARS / 2 ? TEXT_MAX_CHARS : lineEnd)
  return `${shown}\n... ${counted(text.length - shown.length, 'character')} more, not shown here: all of it is in the structured content.`
}

/**
 * The output schema of a tool: the operation's output, or the error in its place. Nothing is required at the top level,
 * because clients of the older SDK check failed calls by this schema too.
 */
export function answerSchema(output: JsonSchema): JsonSchema {
  const { required: _required, additionalProperties: _closed, properties = {}, ...rest } = output
  return { ...rest, type: 'object', properties: { ...properties, error: ERROR_SCHEMA } }
}

const ERROR_SCHEMA = {
  type: 'object',
  description: 'Only in a failed call',
  properties: { code: { type: 'string' }, message: { type: 'string' }, fix: { type: 'string' } },
}

/** The JSON-RPC code of an error outside tool calls. */
const PROTOCOL_CODES: Partial<Record<ErrorCode, number>> = {
  invalid_input: ProtocolErrorCode.InvalidParams,
  not_found: ProtocolErrorCode.InvalidParams,
  payload_too_large: ProtocolErrorCode.InvalidRequest,
}

/** An error of a method that has no `isError` (resources, prompts, completion), or of a malformed or unknown call. */
export function protocolError(error: AppError, requestId?: string): ProtocolError {
  const code = PROTOCOL_CODES[error.code] ?? ProtocolErrorCode.InternalError
  const message = [error.message, error.fix].filter(Boolean).join(' ')
  return new ProtocolError(code, message, { error: errorBody(error, requestId) })
}
