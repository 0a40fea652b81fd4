/** The OpenAPI 3.1 description of the HTTP door, derived from the operations. */

import type { Gateway } from '../../core/area/gateway.ts'
import { ERROR_KINDS, type ErrorCode } from '../../core/errors.ts'
import { isForCallers } from '../../core/operation/catalog.ts'
import type { Event } from '../../core/operation/event.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { encodeInput, placeOf, takesBody } from '../../core/operation/wire.ts'
import type { JsonSchema } from '../../core/schema/json-schema.ts'
import type { JsonObject } from '../../core/text/json.ts'
import type { Answer } from '../http/gate.ts'
import { components, ref, responseName } from './openapi-components.ts'
import { webhooksOf } from './openapi-events.ts'

interface OpenApiOptions {
  readonly version: string
  /** Whether every call needs a key; otherwise the person at the machine needs none. */
  readonly keysRequired: boolean
  /** What webhooks are told of. */
  readonly events: readonly Event[]
}

const ABOUT = `Tasks, projects and the agents that work on them. The same operations are tools at \`/mcp\` and commands of \`switchboard\`.

- **Keys**: \`Authorization: Bearer sb_...\`. On this machine alone, none is needed unless the gateway requires keys.
- **Safe retries**: send \`Idempotency-Key\` with a write; the same key and input get the first answer again.
- **Lists** answer \`items\` and \`nextCursor\`; pass it as \`cursor\` for the next page.
- **Streams**: a list that grows answers \`Accept: text/event-stream\` with server-sent events. Close at \`event: end\`; after a lost connection send \`Last-Event-ID\`.
- **Errors** are problem details (RFC 9457) with a stable \`code\`, a \`fix\`, and the \`requestId\` to report.`

/** Codes that any call may return. */
const COMMON_CODES: readonly ErrorCode[] = [
  'invalid_input',
  'unauthenticated',
  'forbidden',
  'rate_limited',
  'internal',
  'unavailable',
]

/** Serves the description: it is the same for everybody, so it is built once, on first request. */
export function createOpenApi(
  { operations, version, events = [] }: Gateway,
  keysRequired: boolean,
): () => Answer {
  let body: string | undefined
  return () => {
    body ??= JSON.stringify(openApiOf(operations.filter(isForCallers), { version, keysRequired, events }))
    return { status: 200, body, headers: { 'content-type': 'application/json', 'cache-control': 'no-cache' } }
  }
}

export function openApiOf(operations: readonly Operation[], options: OpenApiOptions): JsonObject {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Switchboard',
      version: options.version,
      description: ABOUT,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'This gateway' }],
    security: [...(options.keysRequired ? [] : [{}]), { key: [] }, { keyHeader: [] }],
    tags: [...new Set(operations.map(({ area }) => area))].map((name) => ({ name })),
    paths: pathsOf(operations),
    webhooks: webhooksOf(options.events),
    components: components(),
  }
}

function pathsOf(operations: readonly Operation[]): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {}
  for (const operation of operations) {
    const path = operation.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describeOperation(operation) }
  }
  return paths
}

function describeOperation(operation: Operation): JsonObject {
  const hasBody = takesBody(operation)
  return {
    operationId: operation.name,
    summary: operation.summary,
    ...(operation.details === undefined ? {} : { description: operation.details }),
    tags: [operation.area],
    parameters: parametersOf(operation),
    ...(hasBody ? { requestBody: requestBodyOf(operation) } : {}),
    responses: responsesOf(operation, hasBody),
    'x-scope': operation.scope,
    'x-effect': operation.effect,
    'x-repeat': operation.repeat,
    'x-mcp-tool': operation.toolName,
  }
}

function parametersOf(operation: Operation): JsonObject[] {
  const fields = Object.entries(operation.inputSchema.properties ?? {}).filter(
    ([name]) => placeOf(operation, name) !== 'body',
  )
  const parameters = fields.map(([name, schema]) => parameterOf(operation, name, schema as JsonObject))
  if (operation.stream !== undefined) parameters.push(ref('parameters', 'LastEventId'))
  return operation.effect === 'read' ? parameters : [...parameters, ref('parameters', 'IdempotencyKey')]
}

function parameterOf(operation: Operation, name: string, { description, ...schema }: JsonObject): JsonObject {
  const place = placeOf(operation, name)
  const example = exampleOf(operation)[name]
  return {
    name,
    in: place,
    required: place === 'path' || operation.inputSchema.required?.includes(name) === true,
    ...(description === undefined ? {} : { description }),
    ...(example === undefined ? {} : { example }),
    // An object in a query is JSON text.
    ...(schema.type === 'object' ? { content: { 'application/json': { schema } } } : { schema }),
  }
}

function requestBodyOf(operation: Operation): JsonObject {
  const schema = withoutFields(operation.inputSchema, operation.pathFields)
  const { body: example } = encodeInput(operation, exampleOf(operation))
  return {
    required: (schema.required ?? []).length > 0,
    content: { 'application/json': { schema, example } },
  }
}

function withoutFields(schema: JsonSchema, fields: readonly string[]): JsonSchema {
  const { required, properties = {}, ...rest } = schema
  const left = required?.filter((name) => !fields.includes(name)) ?? []
  return {
    ...rest,
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !fields.includes(name))),
    ...(left.length > 0 ? { required: left } : {}),
  }
}

function exampleOf(operation: Operation): JsonObject {
  return operation.example
}

function responsesOf(operation: Operation, hasBody: boolean): JsonObject {
  const isWrite = operation.effect !== 'read'
  return {
    200: {
      description: 'The answer of the operation',
      headers: {
        'X-Request-Id': ref('headers', 'RequestId'),
        ...(isWrite ? { 'Idempotency-Replayed': ref('headers', 'Replayed') } : {}),
      },
      content: {
        'application/json': { schema: operation.outputSchema },
        ...(operation.stream === undefined ? {} : { 'text/event-stream': EVENT_STREAM }),
      },
    },
    ...Object.fromEntries(
      statusesOf(operation, hasBody).map((status) => [status, ref('responses', responseName(status))]),
    ),
  }
}

const EVENT_STREAM: JsonObject = {
  schema: {
    type: 'string',
    description:
      'Server-sent events: each item with its position as id, then new items as they are added, until `event: end`. `event: delta` is live text, which is not stored; `event: problem` says why the stream ends early.',
  },
}

function statusesOf(operation: Operation, hasBody: boolean): number[] {
  const codes: ErrorCode[] = [
    ...COMMON_CODES,
    ...(operation.pathFields.length > 0 ? (['not_found'] as const) : []),
    ...(hasBody ? (['payload_too_large', 'unsupported_media_type'] as const) : []),
    ...(operation.effect === 'read' ? [] : (['conflict', 'idempotency_mismatch'] as const)),
    ...(operation.effect === 'destroy' ? (['confirmation_required'] as const) : []),
  ]
  return [...new Set(codes.map((code) => ERROR_KINDS[code].httpStatus))].toSorted((a, b) => a - b)
}
