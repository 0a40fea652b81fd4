/** The shared parts of every operation's description: problems, headers, keys. */

import { IDEMPOTENCY_KEY_MAX_CHARS } from '../../core/call/keyed-call.ts'
import { AppError, ERROR_CODES, ERROR_KINDS, type ErrorCode } from '../../core/errors.ts'
import { exampleId } from '../../core/operation/ids.ts'
import type { JsonObject } from '../../core/text/json.ts'
import { PROBLEM_MEDIA_TYPE, problemBody } from '../http/problem.ts'

/** The name of the response that describes a status. */
export function responseName(status: number): string {
  return `Problem${status}`
}

/** The components that the operations' descriptions refer to. */
export function components(): JsonObject {
  return {
    securitySchemes: {
      key: { type: 'http', scheme: 'bearer', description: 'An API key, `sb_...`' },
      keyHeader: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key, `sb_...`' },
    },
    parameters: {
      IdempotencyKey: {
        name: 'Idempotency-Key',
        in: 'header',
        description: 'Makes a retry safe: the same key and input get the first answer again. A random UUID.',
        schema: { type: 'string', minLength: 1, maxLength: IDEMPOTENCY_KEY_MAX_CHARS },
      },
      LastEventId: {
        name: 'Last-Event-ID',
        in: 'header',
        description:
          'For a stream: continues after the event with this id, instead of the position in the input.',
        schema: { type: 'string', pattern: '^\\d{1,15}$' },
      },
    },
    headers: {
      RequestId: { description: 'Names this call in the log and the audit', schema: { type: 'string' } },
      Replayed: {
        description: '`true` when this is the stored answer of an earlier call with the same key',
        schema: { type: 'string', const: 'true' },
      },
      RetryAfter: { description: 'Seconds after which the call may succeed', schema: { type: 'integer' } },
    },
    schemas: { Problem: PROBLEM_SCHEMA },
    responses: problemResponses(),
  }
}

const PROBLEM_SCHEMA: JsonObject = {
  type: 'object',
  description: 'Problem details (RFC 9457)',
  properties: {
    type: { type: 'string', description: 'Names the kind of problem' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What is wrong with this call' },
    code: { type: 'string', enum: ERROR_CODES, description: 'Stable: branch on it' },
    fix: { type: 'string', description: 'The way out' },
    issues: {
      type: 'array',
      items: {
        type: 'object',
        properties: { path: { type: 'string' }, message: { type: 'string' } },
        required: ['path', 'message'],
      },
    },
    retryAfterMs: { type: 'number' },
    requestId: { type: 'string' },
  },
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
}

/** One response for each status; codes that share a status are described together. */
function problemResponses(): JsonObject {
  const statuses = [...new Set(Object.values(ERROR_KINDS).map(({ httpStatus }) => httpStatus))]
  return Object.fromEntries(statuses.map((status) => [responseName(status), problemResponse(status)]))
}

function problemResponse(status: number): JsonObject {
  const codes = ERROR_CODES.filter((code) => ERROR_KINDS[code].httpStatus === status)
  const mayRetry = codes.some((code) => ERROR_KINDS[code].retry === 'later')
  const examples = codes.map((code) => [code, { value: exampleProblem(code) }])
  return {
    description: codes.map((code) => `${ERROR_KINDS[code].title} (\`${code}\`)`).join(', or '),
    ...(mayRetry ? { headers: { 'Retry-After': ref('headers', 'RetryAfter') } } : {}),
    content: {
      [PROBLEM_MEDIA_TYPE]: { schema: ref('schemas', 'Problem'), examples: Object.fromEntries(examples) },
    },
  }
}

function exampleProblem(code: ErrorCode) {
  const { title } = ERROR_KINDS[code]
  return problemBody(new AppError(code, `${title}.`), exampleId('req'))
}

export function ref(kind: string, name: string): JsonObject {
  return { $ref: `#/components/${kind}/${name}` }
}
