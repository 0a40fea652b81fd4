/** The steps of every guarded request, in order: request id, drain, caller, rate limit, the work, errors, the log. */
import { AppError, ERROR_KINDS, toAppError } from '../../core/errors.ts'
import type { Actor } from '../../core/operation/actor.ts'
import type { Log } from '../../core/operation/context.ts'
import { assertUtf8Address } from './address-text.ts'
import type { Cors } from './cors.ts'
import type { Places } from './places.ts'
import { problemBody, problemHeaders } from './problem.ts'
import { whenFinished } from './relay.ts'
import {
  type GateContext,
  type Headers,
  NO_HEADERS,
  openVisit,
  type SocketAnswer,
  type Visit,
} from './visit.ts'

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
  becomeStream(): Promise<void>
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
   * without headers for the pages of other sites. `path`: what is logged in place of the address, which may hold a secret.
   */
  service(answer: AnswerService, path: string): (c: GateContext) => Promise<Response>
}

type AnswerAnybody = (request: Request, requestId: string) => Answer | Promise<Answer>

/** `words`: the path parameters, decoded. */
type AnswerService = (request: Request, words: Readonly<Record<string, string>>) => Promise<Answer>

/** Milliseconds after which a caller may retry when the gateway is stopping. */
const DRAIN_RETRY_MS = 2000

const PLAIN_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

export function createGate(parts: GateParts): Gate {
  const { log, cors } = parts

  /** What every visit has in common: an answer or a refusal, with its headers and its line in the log. */
  async function answered(visit: Visit, work: () => Answer | Response | Promise<Answer | Response>) {
    try {
      return finish(visit, await work())
    } catch (thrown) {
      return finish(visit, refusal(visit, thrown))
    }
  }

  function assertTakesCalls(): void {
    if (parts.isDraining()) throw draining()
  }

  function guarded(handle: Handle) {
    return (c: GateContext): Promise<Response> => {
      const visit = openVisit(c)
      return answered(visit, async () => await handle(await admit(c, visit)))
    }
  }

  async function admit(c: GateContext, visit: Visit): Promise<Admitted> {
    const { request } = visit
    assertTakesCalls()
    const actor = await parts.authenticate(request)
    visit.actor = actor
    visit.headers = await parts.rateLimit(actor, request)
    assertUtf8Address(request.url)
    const place = parts.places.take(actor, request)
    visit.socketAnswer?.once('close', place.leave)
    visit.place = place
    return {
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
  }

  function takePage({ request, socketAnswer }: Visit): void {
    const leave = parts.places.takePage(parts.addressOf(request))
    if (socketAnswer === undefined) leave()
    else socketAnswer.once('close', leave)
  }

  function service(answer: AnswerService, path: string) {
    return (c: GateContext): Promise<Response> => {
      const visit = { ...openVisit(c), path, isForPages: false }
      return answered(visit, () => {
        assertTakesCalls()
        takePage(visit)
        return answer(visit.request, c.req.param())
      })
    }
  }

  function page(answer: AnswerAnybody) {
    return (c: GateContext): Promise<Response> => {
      const visit = openVisit(c)
      return answered(visit, () => {
        takePage(visit)
        return answer(visit.request, visit.requestId)
      })
    }
  }

  function visitor(answer: AnswerAnybody) {
    return page(async (request, requestId) => {
      assertTakesCalls()
      await parts.rateLimit(undefined, request)
      return await answer(request, requestId)
    })
  }

  function open(answer: AnswerAnybody) {
    return (c: GateContext): Promise<Response> => {
      const visit = openVisit(c)
      return answered(visit, () => answer(visit.request, visit.requestId))
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
