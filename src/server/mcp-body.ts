/** Reads the messages of a request: within bounds, and their arguments as clients mean them. */
import { readRequestBody } from '@modelcontextprotocol/server'
import { AppError } from '../core/errors.ts'
import { parseJson } from '../core/json.ts'
import { withArguments } from './mcp-arguments.ts'
import { boundedMessages } from './mcp-bounds.ts'

/** Bytes of a request's body. */
export const MCP_BODY_MAX_BYTES = 4 * 1024 * 1024

export interface Messages {
  /** One message, or the list of a batch. */
  readonly body: unknown
  readonly count: number
}

/**
 * The messages, or undefined when the body is not JSON.
 * @throws AppError `payload_too_large`
 */
export async function readMessages(request: Request): Promise<Messages | undefined> {
  const sent = parseJson(await readText(request))
  if (sent === undefined) return undefined
  const messages = boundedMessages(sent)
  const body = Array.isArray(sent) ? messages.map(withArguments) : withArguments(sent)
  return { body, count: messages.length }
}

async function readText(request: Request): Promise<string> {
  const announced = request.headers.get('content-length')
  if (announced !== null && Number(announced) <= MCP_BODY_MAX_BYTES) return request.text()
  const read = await readRequestBody(request, MCP_BODY_MAX_BYTES)
  if (!read.tooLarge) return read.text
  throw new AppError('payload_too_large', `The request body is over ${MCP_BODY_MAX_BYTES} bytes.`)
}
