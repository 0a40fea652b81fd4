/** The HTTP door: an operation as a REST route, its input from path, query and body, its output as JSON. */
import { isDeepStrictEqual } from 'node:util'
import type { Gateway } from '../core/area/gateway.ts'
import type { Call } from '../core/call/call.ts'
import { AppError } from '../core/errors.ts'
import type { Operation } from '../core/operation/operation.ts'
import { readWords } from '../core/schema/words.ts'
import type { JsonObject } from '../core/text/json.ts'
import { prefersEvents } from './http/accept.ts'
import { readJsonObject } from './http/body.ts'
import type { Admitted, Answer, Handle } from './http/gate.ts'
import type { EventStreams } from './streams/event-stream.ts'

const JSON_HEADERS = { 'content-type': 'application/json' }

const REPLAYED_HEADERS = { ...JSON_HEADERS, 'idempotency-replayed': 'true' }

/** Operations in the order in which a router must try them: `/v1/tasks/suggest` before `/v1/tasks/:taskId`. */
export function inRouteOrder(operations: readonly Operation[]): Operation[] {
  const key = ({ path }: Operation) => path.replaceAll('/:', '/~')
  return operations.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
}

/** The handler of one operation's route. Every success is a 200 with the operation's output, or a stream of it. */
export function operationHandler(gateway: Gateway, operation: Operation, streams: EventStreams): Handle {
  return async (admitted): Promise<Answer | Response> => {
    const input = await readInput(operation, admitted)
    if (operation.stream && prefersEvents(admitted.request.headers.get('accept'))) {
      return streams.open(operation, input, admitted)
    }
    const { output, replayed } = await gateway.invoke(operation, input, callOf(admitted))
    return {
      status: 200,
      body: JSON.stringify(output),
      headers: replayed ? REPLAYED_HEADERS : JSON_HEADERS,
    }
  }
}

function callOf({ actor, requestId, request }: Admitted): Call {
  const idempotencyKey = request.headers.get('idempotency-key')
  return {
    actor,
    door: 'http',
    requestId,
    // Made when somebody listens: it costs as much as the rest of a short call.
    get signal() {
      return request.signal
    },
    ...(idempotencyKey === null ? {} : { idempotencyKey }),
  }
}

/**
 * Query, body and path as one input.
 * @throws AppError `invalid_input` for a field that two of them give differently
 */
async function readInput(operation: Operation, admitted: Admitted): Promise<object> {
  const { request } = admitted
  const words = queryWords(request.url)
  if (operation.pathFields.length > 0) {
    for (const [name, word] of Object.entries(admitted.pathWords())) {
      if (words[name]?.some((inQuery) => inQuery !== word)) throw givenTwice(name)
      words[name] = [word]
    }
  }
  const fields = readWords(operation.inputSchema, words)
  if (operation.method === 'GET') return fields
  try {
    const body = await readJsonObject(request)
    return body === undefined ? fields : joined(body, fields)
  } catch (thrown) {
    if (request.signal.aborted) throw new AppError('cancelled', 'The caller went away.', { cause: thrown })
    throw thrown
  }
}

function joined(body: JsonObject, fields: Readonly<Record<string, unknown>>): object {
  for (const [name, value] of Object.entries(fields)) {
    if (Object.hasOwn(body, name) && !isDeepStrictEqual(body[name], value)) throw givenTwice(name)
  }
  return { ...body, ...fields }
}

function givenTwice(path: string): AppError {
  return new AppError('invalid_input', `${path} is given twice, with different values.`, {
    fix: 'Give it once: in the path where the route has it, else in the body or in the query.',
    issues: [{ path, message: 'is given twice, with different values' }],
  })
}

function queryWords(url: string): Record<string, string[]> {
  const query = url.indexOf('?')
  if (query < 0) return {}
  const words = new Map<string, string[]>()
  for (const [name, word] of new URLSearchParams(url.slice(query + 1))) {
    const earlier = words.get(name)
    if (earlier) earlier.push(word)
    else words.set(name, [word])
  }
  return Object.fromEntries(words)
}
