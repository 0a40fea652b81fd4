/** The MCP door: one URL for clients of revision 2026-07-28 and, with sessions, for those of 2025. */
import { randomBytes } from 'node:crypto'
import {
  type AuthInfo,
  createMcpHandler,
  isJsonContentType,
  isLegacyRequest,
  legacyStatelessFallback,
  type McpHttpHandler,
  ProtocolErrorCode,
  type ServerContext,
  SUPPORTED_PROTOCOL_VERSIONS,
} from '@modelcontextprotocol/server'
import type { Gateway } from '../../core/area/gateway.ts'
import { AppError, ERROR_KINDS, toAppError } from '../../core/errors.ts'
import type { Actor } from '../../core/operation/actor.ts'
import { newId } from '../../core/operation/ids.ts'
import { toolsetsOf } from '../../core/operation/name.ts'
import { createKeyEnds, type KeyEnds } from '../access/key-ends.ts'
import { acceptedBy, BOTH_TYPES, EVENT_STREAM_TYPE, JSON_TYPE } from '../http/accept.ts'
import type { Admitted } from '../http/gate.ts'
import { withBacklogLimit } from '../http/relay.ts'
import type { FindShares, ShareLimits } from '../http/shares.ts'
import { MCP_BODY_MAX_BYTES, readMessages } from './body.ts'
import { answeredAs } from './exchange/accept.ts'
import { protocolError } from './exchange/answer.ts'
import { type Caller, createSelectionReader, selectionWords } from './exchange/caller.ts'
import { createFastLane, MODERN_REVISION } from './fast.ts'
import { createMcpParts, createMcpServer, createModernServer, type McpExtras } from './server.ts'
import type { OpenSession } from './sessions/session.ts'
import { createSessions } from './sessions/sessions.ts'
import { countTaskIds, listensUndeclared, listenToTasks } from './tasks/listen.ts'
import { missingTasks } from './tasks/methods.ts'
import { changesOf, createAskedUris, isListen, watchable } from './watch.ts'

const SECRET_BYTES = 32

const KNOWN_REVISIONS: readonly string[] = [...SUPPORTED_PROTOCOL_VERSIONS, MODERN_REVISION]

export interface McpDoorOptions {
  /**
   * Signs session ids, and the state that clients carry between asking a person and calling again; 32 characters or
   * more. Use the same secret for every process, so that sessions survive a restart and move between gateways. Default:
   * a new one at each start.
   */
  readonly secret?: string | undefined
  /** Secrets that signed session ids before. */
  readonly earlierSecrets?: readonly string[] | undefined
  readonly sessions?: Partial<ShareLimits> | undefined
  /** How many sessions a person or a team may have in use. */
  readonly findSessionShares?: FindShares | undefined
  /** How long an unused session is kept, in milliseconds. */
  readonly sessionIdleMs?: number | undefined
  /** Milliseconds on a clock that never goes back. */
  readonly now?: (() => number) | undefined
  /** Tells when a key ends, and with it everything that is open for it. */
  readonly keys?: KeyEnds | undefined
  readonly extras?: McpExtras | undefined
}

/** What the gate passes with a request. */
export interface McpGiven extends Partial<Pick<Admitted, 'addCalls' | 'becomeStream'>> {
  readonly requestId?: string
}

export interface McpDoor {
  /** Serves one request of an authenticated caller. Never rejects. */
  fetch(request: Request, actor: Actor, given?: McpGiven): Promise<Response>
  /** Sessions open in this process. */
  readonly sessionCount: number
  /** How many of them the keys of a person or a team have. */
  sessionsOf(personId: string): number
  /** Ends every session and stream. */
  close(): Promise<void>
}

export function createMcpDoor(gateway: Gateway, options: McpDoorOptions = {}): McpDoor {
  const keys = options.keys ?? createKeyEnds({ watch: gateway.watch, now: () => new Date() })
  const secret = options.secret ?? randomBytes(SECRET_BYTES).toString('base64url')
  const parts = createMcpParts(gateway, { callerOf: callerInContext, secret, extras: options.extras })
  const readSelection = createSelectionReader(toolsetsOf(gateway.operations))
  const sdkOptions = {
    legacy: 'reject',
    maxRequestBodySize: MCP_BODY_MAX_BYTES,
    onerror: (err: Error) => gateway.log.debug({ err }, 'mcp request refused'),
  } as const
  const createServer = () => createMcpServer(parts)
  const createModern = () => createModernServer(parts)
  const modern = createMcpHandler(createModern, sdkOptions)
  const withoutSession = legacyStatelessFallback(createServer, sdkOptions.onerror)
  const sessions = createSessions({
    secrets: [secret, ...(options.earlierSecrets ?? [])],
    createServer,
    authInfo,
    limits: options.sessions,
    findShares: options.findSessionShares,
    idleMs: options.sessionIdleMs,
    now: options.now,
    keys,
  })
  const fast = createFastLane(parts)
  const listeners = new Set<McpHttpHandler>()

  async function servePost(request: Request, caller: Caller, given: McpGiven): Promise<Response> {
    // Without reading its body, because the SDK refuses it by its header alone.
    if (!isJsonContentType(request.headers.get('content-type'))) return modern.fetch(request)
    const read = await readMessages(request)
    if (read === undefined) return notJson()
    const { body, count } = read
    if (count > 1) await given.addCalls?.(count - 1)
    const session = sessionOf(request, caller)
    const answer = fast({ request, body, caller, session })
    if (answer) return answer
    const parsed = { parsedBody: body, authInfo: authInfo(caller) }
    if (opensSession(request, body) || (await isLegacyRequest(request, body))) {
      const isInSession = session !== null || isInitialize(body)
      // The SDK looks for both types by name.
      request.headers.set('accept', BOTH_TYPES)
      return isInSession ? sessions.fetch(request, caller, body) : withoutSession(request, parsed)
    }
    return isListen(body) ? listen({ request, caller, body, given }) : modern.fetch(request, parsed)
  }

  async function serveSession(request: Request, caller: Caller, given: McpGiven): Promise<Response> {
    const { method, headers } = request
    if (!headers.has('mcp-session-id')) return methodNotAllowed()
    if (method === 'GET') {
      if (!caller.takesStream) return notAcceptable('A session reports changes')
      await given.becomeStream?.()
      headers.set('accept', BOTH_TYPES)
    }
    return sessions.fetch(request, caller)
  }

  function sessionOf(request: Request, caller: Caller): OpenSession | null | undefined {
    const id = request.headers.get('mcp-session-id')
    return id === null ? null : sessions.find(id, caller)
  }

  /** A listening stream has its own handler, because the SDK's would notify everybody of everything. */
  async function listen({ request, caller, body, given }: Listening): Promise<Response> {
    if (!caller.takesStream) return notAcceptable('A subscription is answered')
    if (parts.tasks.areOffered && listensUndeclared(body)) return lacksTasks(body)
    const requestId = caller.requestId ?? newId('req')
    const asked = createAskedUris()
    const call = { caller, requestId, signal: request.signal }
    const filter = await watchable(body, asked, (uri) => parts.resources.watchedUri(uri, call))
    await given.addCalls?.(countTaskIds(filter))
    await given.becomeStream?.()
    const tasks = await listenToTasks(parts.tasks, filter, call)
    const forget = keys.onEnd(caller.actor, () => void handler.close())
    const bus = changesOf({ gateway, personId: caller.actor.personId, asked }, () => {
      forget()
      listeners.delete(handler)
    })
    const handler = createMcpHandler(createModern, {
      ...sdkOptions,
      bus: {
        publish: bus.publish,
        subscribe(listener) {
          listeners.add(handler)
          return bus.subscribe(listener)
        },
      },
    })
    const parsed = { parsedBody: tasks?.body ?? filter, authInfo: authInfo(caller) }
    const response = withBacklogLimit(await handler.fetch(request, parsed))
    if (!listeners.has(handler)) forget()
    return tasks ? tasks.told(response) : response
  }

  return {
    async fetch(request, actor, given = {}) {
      try {
        const selection = readSelection(selectionWords(request))
        const accepted = acceptedBy(request.headers.get('accept'))
        if (!accepted.json && !accepted.stream) return notAcceptable()
        const caller = { actor, selection, takesStream: accepted.stream, requestId: given.requestId }
        if (request.method !== 'POST') return await serveSession(request, caller, given)
        const response = await servePost(request, caller, given)
        return accepted.json && accepted.stream ? response : await answeredAs(accepted, response)
      } catch (thrown) {
        if (!(thrown instanceof AppError)) gateway.log.error({ err: thrown }, 'door failed')
        return refusal(toAppError(thrown))
      }
    },
    sessionsOf: sessions.heldBy,
    get sessionCount() {
      return sessions.size
    },
    async close() {
      await Promise.all([
        modern.close(),
        sessions.close(),
        ...[...listeners].map((handler) => handler.close()),
      ])
    },
  }
}

/** A request to listen. */
interface Listening {
  readonly request: Request
  readonly caller: Caller
  readonly body: unknown
  readonly given: McpGiven
}

/** The SDK carries the caller from here to its handlers beside each message. */
function authInfo(caller: Caller): AuthInfo {
  return { token: '', clientId: caller.actor.id, scopes: [...caller.actor.scopes], extra: { caller } }
}

function callerInContext(ctx: ServerContext): Caller {
  const caller = ctx.http?.authInfo?.extra?.caller
  if (!caller) throw new Error('a request reached the MCP server without its caller')
  // Set by `authInfo` above.
  return caller as Caller
}

function methodOf(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'method' in body ? body.method : undefined
}

function isInitialize(body: unknown): boolean {
  return methodOf(body) === 'initialize'
}

/**
 * Whether a request opens a session, whatever revision its header names: an unknown revision is negotiated, like one in
 * the body. A known revision is left to the SDK, which knows what fits it.
 */
function opensSession({ headers }: Request, body: unknown): boolean {
  const revision = headers.get('mcp-protocol-version')
  return isInitialize(body) && revision !== null && !KNOWN_REVISIONS.includes(revision)
}

function notAcceptable(what?: string): Response {
  const message =
    what === undefined
      ? `Not Acceptable: answers are ${JSON_TYPE} or ${EVENT_STREAM_TYPE}, and Accept allows neither.`
      : `Not Acceptable: ${what} by an event stream; send Accept: ${BOTH_TYPES}.`
  return refused(406, { code: -32000, message })
}

/** GET and DELETE belong to sessions. */
function methodNotAllowed(): Response {
  const response = refused(405, { code: -32000, message: 'Method not allowed.' })
  response.headers.set('allow', 'POST')
  return response
}

function notJson(): Response {
  return refused(400, { code: ProtocolErrorCode.ParseError, message: 'The request body is not valid JSON.' })
}

/** A request that was refused before it became a call. */
function refusal(error: AppError): Response {
  const { code, message, data } = protocolError(error)
  const response = refused(ERROR_KINDS[error.code].httpStatus, { code, message, data })
  if (error.retryAfterMs !== undefined) {
    response.headers.set('retry-after', String(Math.ceil(error.retryAfterMs / 1000)))
  }
  return response
}

function lacksTasks(body: unknown): Response {
  const { code, message, data } = missingTasks()
  const id = typeof body === 'object' && body !== null && 'id' in body ? body.id : null
  return Response.json({ jsonrpc: '2.0', error: { code, message, data }, id }, { status: 400 })
}

function refused(status: number, error: { code: number; message: string; data?: unknown }): Response {
  return Response.json({ jsonrpc: '2.0', error, id: null }, { status })
}
