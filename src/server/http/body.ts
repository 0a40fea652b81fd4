/** Reads the body of a request: only JSON, and no more than the limit. */
import { AppError } from '../../core/errors.ts'
import { decodeUtf8 } from '../../core/schema/utf8.ts'
import { cutText } from '../../core/text/cut.ts'
import { isJsonObject, type JsonObject } from '../../core/text/json.ts'
import { findJsonFault } from './json-position.ts'

/** The most bytes of a request's body: a batch of tasks with long notes is far smaller. */
export const BODY_MAX_BYTES = 1_048_576

const JSON_MEDIA_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i

const FIRST_CHARS = 40

/**
 * The request's body as a JSON object; undefined when there is no body.
 * @throws AppError `payload_too_large`, `unsupported_media_type`, `invalid_input` (with the place of the fault).
 */
export async function readJsonObject(request: Request): Promise<JsonObject | undefined> {
  // Checked without a body too: a form without fields is still a form, and its input may be in the address.
  if (request.headers.has('content-type')) requireJson(request)
  const text = await readBodyText(request, BODY_MAX_BYTES)
  if (text === '') return undefined
  requireJson(request)
  const value = parseJson(text)
  if (isJsonObject(value)) return value
  throw new AppError('invalid_input', `The body is ${kindOf(value)}; it must be a JSON object.`, {
    fix: 'Send an object with the fields of the operation, e.g. {"title": "..."}.',
    issues: [{ path: '', message: 'must be a JSON object' }],
  })
}

/**
 * The request's body as text, '' when there is none.
 * @throws AppError `payload_too_large`, and `invalid_input` when it is not UTF-8
 */
export async function readBodyText(request: Request, maxBytes: number): Promise<string> {
  const bytes = await readBodyBytes(request, maxBytes)
  return bytes.byteLength === 0 ? '' : decodeUtf8(bytes, 'The body')
}

/** The request's body as it was sent. @throws AppError `payload_too_large` */
export async function readBodyBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  const declared = declaredBytes(request, maxBytes)
  if (declared === 0) return new Uint8Array(0)
  const bytes = declared === undefined ? await readChunks(request, maxBytes) : await request.arrayBuffer()
  return new Uint8Array(bytes)
}

/**
 * The number of bytes that the request declares; undefined when it declares none.
 * @throws AppError `payload_too_large`
 */
function declaredBytes(request: Request, maxBytes: number): number | undefined {
  const header = request.headers.get('content-length')
  if (header === null) return undefined
  const bytes = Number(header)
  if (!(bytes <= maxBytes)) throw tooLarge(maxBytes)
  return bytes
}

async function readChunks(request: Request, maxBytes: number): Promise<ArrayBuffer> {
  if (request.body === null) return new ArrayBuffer(0)
  return new Response(request.body.pipeThrough(byteLimit(maxBytes))).arrayBuffer()
}

function byteLimit(maxBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength
      if (bytes > maxBytes) controller.error(tooLarge(maxBytes))
      else controller.enqueue(chunk)
    },
  })
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('payload_too_large', `The body is larger than ${maxBytes} bytes.`, {
    fix: 'Send less at once: split the batch into several calls.',
  })
}

/** Other media types are refused rather than guessed: a form of another site can send text, but not JSON. */
function requireJson(request: Request): void {
  const type = request.headers.get('content-type')
  const encoding = request.headers.get('content-encoding')
  if (type !== null && JSON_MEDIA_TYPE.test(type) && (encoding === null || encoding === 'identity')) return
  const sent = encoding
    ? `encoded as ${encoding}`
    : type === null
      ? 'of no stated type'
      : `of the type ${type}`
  throw new AppError('unsupported_media_type', `The body is ${sent}; only plain JSON is read here.`, {
    fix: 'Send JSON with the header Content-Type: application/json.',
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const fault = findJsonFault(text)
    const where = fault
      ? `at line ${fault.line}, column ${fault.column} (offset ${fault.offset}), where ${fault.expected} should be`
      : `beginning with ${cutText(text, FIRST_CHARS)}`
    throw new AppError('invalid_input', `The body is not JSON: it breaks ${where}.`, {
      fix: 'Correct the JSON at that place: double quotes around names and text, no comma before a closing bracket.',
      issues: [{ path: '', message: `not JSON ${where}` }],
      cause,
    })
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`
}
