/** A request on its way through the gate: what is known of it, and its outcome so far. */
import type { HttpBindings } from '@hono/node-server'
import type { Context as HonoContext } from 'hono'
import type { AppError } from '../../core/errors.ts'
import type { Actor } from '../../core/operation/actor.ts'
import { newId } from '../../core/operation/ids.ts'
import { redactText } from '../../core/text/redact.ts'
import type { Place } from './places.ts'

export type Headers = Readonly<Record<string, string>>

/** Node's own request and answer, when there is a socket. */
export interface GateEnv {
  Bindings: Partial<HttpBindings>
}

export type GateContext = HonoContext<GateEnv>

export type SocketAnswer = HttpBindings['outgoing']

/** A caller's own request id, by which it can be followed through our log and audit. */
const REQUEST_ID = /^[\w.:-]{1,128}$/

export const NO_HEADERS: Headers = {}

/** A request on its way through the gate, and its outcome so far. */
export interface Visit {
  readonly request: Request
  /** The path as it is logged. */
  readonly path: string
  /** Whether pages of other sites may read the answer, where their origins are allowed. */
  readonly isForPages: boolean
  readonly requestId: string
  readonly startedAt: number
  /** The answer as Node sends it; undefined for a request without a socket. */
  readonly socketAnswer: SocketAnswer | undefined
  actor: Actor | undefined
  place: Place | undefined
  headers: Headers
  code: AppError['code'] | undefined
}

/** A key that was sent here by mistake is not accepted as an id, because ids are logged. */
function isRequestId(sent: string): boolean {
  return REQUEST_ID.test(sent) && redactText(sent) === sent
}

export function openVisit(c: GateContext): Visit {
  const request = c.req.raw
  const sent = request.headers.get('x-request-id')
  const requestId = sent !== null && isRequestId(sent) ? sent : newId('req')
  return {
    request,
    path: pathOf(request.url),
    isForPages: true,
    requestId,
    startedAt: performance.now(),
    socketAnswer: c.env?.outgoing,
    actor: undefined,
    place: undefined,
    headers: NO_HEADERS,
    code: undefined,
  }
}

/** Only the path, because a query may contain a person's words. */
export function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2)
  const query = url.indexOf('?', start)
  return query < 0 ? url.slice(start) : url.slice(start, query)
}
