/** The steps of every guarded request, in order: request id, drain, caller, rate limit, the work, errors, the log. */
import type { HttpBindings } from '@hono/node-server'
import type { Context as HonoContext } from 'hono'
import { AppError, ERROR_KINDS, toAppError } from '../../core/errors.ts'
import type { Actor } from '../../core/operation/actor.ts'
import type { Log } from '../../core/operation/context.ts'
import { newId } from '../../core/operation/ids.ts'
import { redactText } from '../../core/text/redact.ts'
import { assertUtf8Address } from './address-text.ts'
import type { Cors } from './cors.ts'
import type { Place, Places } from './places.ts'
import { problemBody, problemHeaders } from './problem.ts'
import { whenFinished } from './relay.ts'

export type Headers = Readonly<Record<string, string>>

/** A request that was let in. */
export interface Admitted {
  readonly request: Request
  readonly actor: Actor
  readonly requestId: string
  /** Path parameters, decoded. */
  pathWords(): Record<string, string>
  /**
   * Counts further calls in the same request.
   * @throws AppError `rate_limited`, `unavailable`, `cancelled`
   */
  addCalls(calls: number): Promise<void>
  /**
   * Call it before an answer without an end.
   * @throws AppError `rate_limited`, `unavailable`, `cancelled`
   */
  becomeStream(): void
}

/** A handler's answer; the gate adds the headers that all answers have. */
export interface Answer {
  readonly status: number
  readonly body: string | null
  readonly headers: Headers
}

export type Handle = (admitted: Admitted) => Promise<Answer | Response>

export interface GateParts {
  readonly log: Log
  readonly cors: Cors
  isDraining(): boolean
  /**
   * Identifies the caller.
   * @throws AppError `unauthenticated`, `forbidden`
   */
  authenticate(request: Request): Promise<Actor>
  /**
   * Counts calls, by default one, without an actor under the address; answers with the rate limit's headers.
   * @throws AppError `rate_limited`
   */
  rateLimit(actor: Actor | undefined, request: Request, calls?: number): Promise<Headers>
  readonly places: Places
  /** The address under which a request without a key is counted. */
  addressOf(request: Request): string
}

export interface Gate {
  /** A handler behind the whole gate. */
  guarded(handle: Handle): (c: GateContext) => Promise<Response>
  /** A handler that anyone may reach, with short answers: no drain, caller or rate limit. */
  open(answer: AnswerAnybody): (c: GateContext) => Promise<Response>
  /** The same for long answers: each address may have a limited number of them under way. */
  page(answer: AnswerAnybody): (c: GateContext) => Promise<Response>
  /** The same for what nobody may try often: each address may call a limited number of times in a minute. */
  visitor(answer: AnswerAnybody): (c: GateContext) => Promise<Response>
  /**
   * The same as `page` for what other services report, who prove it in their own ways: refused while the gateway stops, and
   * without headers for the pages of other sites.
   */
  service(answer: AnswerService): (c: GateContext) => Promise<Response>
}

type AnswerAnybody = (request: Request, requestId: string) => Answer | Promise<Answer>

/** `words`: the path parameters, decoded. */
type AnswerService = (request: Request, words: Readonly<Record<string, string>>) => Promise<Answer>

/** Node's own request and answer, when there is a socket. */
export interface GateEnv {
  Bindings: Partial<HttpBindings>
}

type GateContext = HonoContext<GateEnv>

type SocketAnswer = HttpBindings['outgoing']

/** Milliseconds after which a caller may retry when the gateway is stopping. */
const DRAIN_RETRY_MS = 2000

/** A caller's own request id, by which it can be followed through our log and audit. */
const REQUEST_ID = /^[\w.:-]{1,128}$/

const PLAIN_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

const NO_HEADERS: Headers = {}

/** What is logged as the path of what services report. */
const SERVICE_PATH = '/hooks'

export function createGate(parts: GateParts): Gate {
  const { log, cors } = parts

  function guarded(handle: Handle) {
    return async (c: GateContext): Promise<Response> => {
      const visit = openVisit(c)
      const { request } = visit
      try {
        if (parts.isDraining()) throw draining()
        const actor = await parts.authenticate(request)
        visit.actor = actor
        visit.headers = await parts.rateLimit(actor, request)
        assertUtf8Address(request.url)
        const place = parts.places.take(actor, request)
        visit.socketAnswer?.once('close', place.leave)
        visit.place = place
        const admitted: Admitted = {
          request,
          actor,
          requestId: visit.requestId,
          pathWords: () => c.req.param(),
          async addCalls(calls) {
            visit.headers = await parts.rateLimit(actor, request, calls)
            place.addCalls(calls)
          },
          becomeStream: place.becomeStream,
        }
        return finish(visit, await handle(admitted))
      } catch (thrown) {
        return finish(visit, refusal(visit, thrown))
      }
    }
  }

  function takePage({ request, socketAnswer }: Visit): void {
    const leave = parts.places.takePage(parts.addressOf(request))
    if (socketAnswer === undefined) leave()
    else socketAnswer.once('close', leave)
  }

  function service(answer: AnswerService) {
    return async (c: GateContext): Promise<Response> => {
      // Paths of hooks can hold a secret, which must not be logged.
      const visit = { ...openVisit(c), path: SERVICE_PATH, isForPages: false }
      try {
        if (parts.isDraining()) throw draining()
        takePage(visit)
        return finish(visit, await answer(visit.request, c.req.param()))
      } catch (thrown) {
        return finish(visit, refusal(visit, thrown))
      }
    }
  }

  function page(answer: AnswerAnybody) {
    return async (c: GateContext): Promise<Response> => {
      const visit = openVisit(c)
      try {
        takePage(visit)
        return finish(visit, await answer(visit.request, visit.requestId))
      } catch (thrown) {
        return finish(visit, refusal(visit, thrown))
      }
    }
  }

  function visitor(answer: AnswerAnybody) {
    return page(async (request, requestId) => {
      if (parts.isDraining()) throw draining()
      await parts.rateLimit(undefined, request)
      return await answer(request, requestId)
    })
  }

  function open(answer: AnswerAnybody) {
    return async (c: GateContext): Promise<Response> => {
      const visit = openVisit(c)
      try {
        return finish(visit, await answer(visit.request, visit.requestId))
      } catch (thrown) {
        return finish(visit, refusal(visit, thrown))
      }
    }
  }

  function refusal(visit: Visit, thrown: unknown): Answer {
    const error = toAppError(thrown)
    // An operation's error is logged where it ran; only other errors are logged here.
    if (error !== thrown) log.error({ requestId: visit.requestId, err: thrown }, 'request failed')
    visit.code = error.code
    return problemAnswer(error, visit.requestId)
  }

  function finish(visit: Visit, answer: Answer | Response): Response {
    logVisit(visit, answer.status)
    const sent = visit.socketAnswer === undefined ? leaveWhenRead(visit, answer) : answer
    return withHeaders(visit, sent)
  }

  function withHeaders(visit: Visit, answer: Answer | Response): Response {
    const forPages = visit.isForPages ? cors.headers(visit.request) : undefined
    const common = { 'x-request-id': visit.requestId, ...visit.headers, ...forPages }
    if (!(answer instanceof Response)) {
      const headers = { ...PLAIN_HEADERS, ...answer.headers, ...common }
      return new Response(answer.body, { status: answer.status, headers })
    }
    addHeaders(answer, common, visit.socketAnswer)
    return answer
  }

  function logVisit(visit: Visit, status: number): void {
    const { request, requestId, actor, startedAt, code, path } = visit
    const fields = {
      requestId,
      method: request.method,
      path,
      status,
      durationMs: Math.round(performance.now() - startedAt),
      ...(code === undefined ? {} : { code }),
      ...(actor === undefined ? {} : { actorId: actor.id }),
    }
    if (status < 400) log.debug(fields, 'request')
    else log.info(fields, 'request refused')
  }

  return { guarded, page, visitor, service, open }
}

/** Set on Node's side where possible: changing a finished `Response` costs a tenth of a short call. */
function addHeaders(answer: Response, headers: Headers, socketAnswer: SocketAnswer | undefined): void {
  const to = socketAnswer
    ? socketAnswer.setHeader.bind(socketAnswer)
    : answer.headers.set.bind(answer.headers)
  for (const [name, value] of Object.entries(headers)) to(name, value)
}

/** A request on its way through the gate, and its outcome so far. */
interface Visit {
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

function openVisit(c: GateContext): Visit {
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

/** Without a socket nothing reports when the answer was sent: it counts until its body has been read. */
function leaveWhenRead({ place }: Visit, answer: Answer | Response): Answer | Response {
  if (place === undefined) return answer
  if (answer instanceof Response && answer.body) return whenFinished(answer, place.leave)
  place.leave()
  return answer
}

export function problemAnswer(error: AppError, requestId: string, headers: Headers = NO_HEADERS): Answer {
  return {
    status: ERROR_KINDS[error.code].httpStatus,
    body: JSON.stringify(problemBody(error, requestId)),
    headers: { ...problemHeaders(error), ...headers },
  }
}

function draining(): AppError {
  return new AppError('unavailable', 'The gateway is stopping and takes no new calls.', {
    fix: 'Try again in a moment.',
    retryAfterMs: DRAIN_RETRY_MS,
  })
}

/** Only the path, because a query may contain a person's words. */
export function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2)
  const query = url.indexOf('?', start)
  return query < 0 ? url.slice(start) : url.slice(start, query)
}
