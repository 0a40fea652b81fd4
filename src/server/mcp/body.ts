/** Reads the messages of a request: within limits, and with their arguments as clients mean them. */
import { parseJson } from '../../core/text/json.ts'
import { readBodyText } from '../http/body.ts'
import { withArguments } from './contents/arguments.ts'
import { boundedMessages } from './exchange/bounds.ts'

/** The most bytes of a request's body. */
export const MCP_BODY_MAX_BYTES = 4 * 1024 * 1024

export interface Messages {
  /** One message, or the list of a batch. */
  readonly body: unknown
  readonly count: number
}

/**
 * The messages, or undefined when the body is not JSON.
 * @throws AppError `payload_too_large`, and `invalid_input` when it is not UTF-8
 */
export async function readMessages(request: Request): Promise<Messages | undefined> {
  const sent = parseJson(await readBodyText(request, MCP_BODY_MAX_BYTES))
  if (sent === undefined) return undefined
  const messages = boundedMessages(sent)
  const body = Array.isArray(sent) ? messages.map(withArguments) : withArguments(sent)
  return { body, count: messages.length }
}
