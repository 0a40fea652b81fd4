/** The HTTP door: an operation as a REST route, its input from the request, its output as JSON. */
import type { Gateway } from '../core/area/gateway.ts'
import type { Call } from '../core/call/call.ts'
import { AppError } from '../core/errors.ts'
import type { Operation } from '../core/operation/operation.ts'
import { decodeInput } from '../core/operation/wire.ts'
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
    // Created on first use: it costs as much as the rest of a short call.
    get signal() {
      return request.signal
    },
    ...(idempotencyKey === null ? {} : { idempotencyKey }),
  }
}

/**
 * The parts of the request, as one input. A DELETE may also have fields in a body, because some clients only send JSON.
 * @throws AppError `invalid_input` for a field with different values in two places
 */
async function readInput(operation: Operation, admitted: Admitted): Promise<object> {
  const { request } = admitted
  const path = operation.pathFields.length > 0 ? admitted.pathWords() : {}
  const query = queryOf(request.url)
  if (operation.method === 'GET') assertNoBody(request)
  const body = operation.method === 'GET' ? undefined : await readBody(request)
  return decodeInput(operation, { path, query, body })
}

/** A filter in a body that nobody reads would be left out without a word. @throws AppError `invalid_input` */
function assertNoBody({ headers }: Request): void {
  if (Number(headers.get('content-length') ?? 0) === 0 && !headers.has('transfer-encoding')) return
  throw new AppError('invalid_input', 'A GET has no body, and this one does.', {
    fix: 'Put its fields in the query: ?limit=10.',
  })
}

async function readBody(request: Request): Promise<JsonObject | undefined> {
  try {
    return await readJsonObject(request)
  } catch (thrown) {
    if (request.signal.aborted) throw new AppError('cancelled', 'The caller went away.', { cause: thrown })
    throw thrown
  }
}

function queryOf(url: string): string {
  const start = url.indexOf('?')
  return start < 0 ? '' : url.slice(start + 1)
}
