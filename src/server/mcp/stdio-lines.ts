/**
 * Reads standard input line by line, and answers each line that is not a message with an error: the SDK would drop it
 * silently.
 */
import { Transform, type TransformCallback } from 'node:stream'
import {
  ProtocolErrorCode,
  parseJSONRPCMessage,
  STDIO_DEFAULT_MAX_BUFFER_SIZE,
} from '@modelcontextprotocol/server'
import { AppError } from '../../core/errors.ts'
import { decodeUtf8 } from '../../core/schema/utf8.ts'
import { isJsonObject, parseJson } from '../../core/text/json.ts'

/** A refusal as it is written to the client. */
interface Refusal {
  readonly jsonrpc: '2.0'
  readonly id?: string | number
  readonly error: { readonly code: number; readonly message: string }
}

const NEWLINE = 0x0a

/** Passes on lines that are messages, and gives `refuse` the answer to any other line. */
export function messageLines(refuse: (refusal: Refusal) => void): Transform {
  let begun: Buffer[] = []
  let begunBytes = 0

  function take(this: Transform, line: Buffer): void {
    const refusal = refusalOf(line)
    if (refusal === undefined) this.push(Buffer.concat([line, Buffer.from([NEWLINE])]))
    else refuse(refusal)
  }

  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      let from = 0
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
        const line = Buffer.concat([...begun, chunk.subarray(from, end)])
        begun = []
        begunBytes = 0
        from = end + 1
        if (line.toString('latin1').trim() !== '') take.call(this, line)
      }
      begun.push(chunk.subarray(from))
      begunBytes += chunk.length - from
      // The SDK closes the connection over a line of this length.
      if (begunBytes > STDIO_DEFAULT_MAX_BUFFER_SIZE) for (const part of begun.splice(0)) this.push(part)
      done()
    },
  })
}

function refusalOf(line: Buffer): Refusal | undefined {
  const { ParseError, InvalidRequest } = ProtocolErrorCode
  try {
    const message = parseJson(decodeUtf8(line, 'This message'))
    if (message === undefined) return refused(undefined, ParseError, NOT_JSON)
    if (Array.isArray(message)) return refused(undefined, InvalidRequest, NO_BATCH)
    return isMessage(message) ? undefined : refused(message, InvalidRequest, NO_MESSAGE)
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown
    const words = [thrown.message, thrown.fix].filter(Boolean).join(' ')
    return refused(parseJson(line.toString('utf8')), ParseError, words)
  }
}

function isMessage(value: unknown): boolean {
  try {
    parseJSONRPCMessage(value)
    return true
  } catch {
    return false
  }
}

const NOT_JSON = 'This line is not JSON. Send each message as JSON on a line of its own.'
const NO_BATCH = 'A batch is not read here. Send each message on a line of its own.'
const NO_MESSAGE =
  'This is not a message of JSON-RPC 2.0: it needs jsonrpc, method, and an id that is text or a whole number.'

/**
 * Answers the request that the line was meant as, if its id is known. Otherwise MCP leaves out the id, where JSON-RPC
 * has null.
 */
function refused(message: unknown, code: number, words: string): Refusal {
  const id = isJsonObject(message) && 'method' in message ? message.id : undefined
  const isId = typeof id === 'string' || typeof id === 'number'
  return { jsonrpc: '2.0', ...(isId && { id }), error: { code, message: words } }
}
