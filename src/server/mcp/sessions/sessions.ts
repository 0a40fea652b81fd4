/**
 * Sessions of 2025-era clients. A session's signed id contains its client's capabilities, so that a session that was
 * evicted, or whose process was restarted, continues at its next request instead of failing.
 */
import {
  type AuthInfo,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import type { Actor } from '../../../core/operation/actor.ts'
import { ADMINS_RAISE_IT, mcpSessionsLimit, roomWithin } from '../../../domain/limits/held-limits.ts'
import type { KeyEnds } from '../../access/key-ends.ts'
import { whenFinished, withBacklogLimit } from '../../http/relay.ts'
import {
  createShares,
  type FindShares,
  type Full,
  type OwnShares,
  type ShareLimits,
} from '../../http/shares.ts'
import { openingOf } from '../exchange/bounds.ts'
import type { Caller } from '../exchange/caller.ts'
import { ownerKey } from './consent.ts'
import { initializeAgain, postOf } from './revival.ts'
import {
  type Connection,
  cancelRunning,
  isIdle,
  type Opening,
  type OpenSession,
  type Session,
  sessionNotFound,
} from './session.ts'
import { createSessionIds } from './session-ids.ts'

/**
 * Sessions that are open at a time. An idle session makes room for another of the same caller, and can continue later.
 */
export const SESSION_LIMITS: ShareLimits = { perProcess: 1_000, ...roomWithin(mcpSessionsLimit.most) }

/**
 * The most calls that a client may cancel within one session: the SDK's transport remembers each of them for as long as
 * the session lasts. A client whose session has ended opens another on its own.
 */
const CANCELLED_MAX = 1_000

/** How long a session without a request or an open stream is kept, in milliseconds. */
export const SESSION_IDLE_MS = 30 * 60_000

/** How many ids of ended sessions are remembered, so that they stay ended. */
const ENDED_MAX = 10_000

/** How often idle sessions are searched for, in milliseconds. */
const SWEEP_EVERY_MS = 60_000

export interface SessionsOptions {
  /** What signs session ids: the first signs, the others signed before it. */
  readonly secrets: readonly [string, ...string[]]
  readonly createServer: () => Server
  readonly authInfo: (caller: Caller) => AuthInfo
  readonly limits?: Partial<ShareLimits> | undefined
  /** Shares of a person or a team other than those of the limits. */
  readonly findShares?: FindShares | undefined
  readonly idleMs?: number | undefined
  readonly keys: KeyEnds
  /** Milliseconds on a clock that never goes back. */
  readonly now?: (() => number) | undefined
}

export interface Sessions {
  /** An open session of this caller, marked as used; undefined when it must go through `fetch`. */
  find(id: string, caller: Caller): OpenSession | undefined
  /** Serves one request of a session, or the one that opens it. `body` is the parsed body of a POST. */
  fetch(request: Request, caller: Caller, body?: unknown): Promise<Response>
  readonly size: number
  /** How many sessions the keys of a person or a team have. */
  heldBy(personId: string): number
  close(): Promise<void>
}

const SESSIONS_IN_USE = {
  name: 'MCP sessions in use',
  fix: 'Close one, or use a client of revision 2026-07-28, which needs no session.',
  raise: ADMINS_RAISE_IT,
}

export function createSessions(options: SessionsOptions): Sessions {
  const { createServer, authInfo, idleMs = SESSION_IDLE_MS } = options
  const now = options.now ?? (() => performance.now())
  const ids = createSessionIds(options.secrets)
  const shares = createShares(SESSIONS_IN_USE, { ...SESSION_LIMITS, ...options.limits }, options.findShares)
  // In the order of their last use: the first has been idle longest.
  const sessions = new Map<string, Session>()
  const ended = new Set<string>()
  const sweeper = setInterval(sweep, SWEEP_EVERY_MS)
  sweeper.unref()

  function touch(session: Session): Session {
    session.lastUsedAt = now()
    sessions.delete(session.id)
    sessions.set(session.id, session)
    return session
  }

  function sweep(): void {
    const idleSince = now() - idleMs
    for (const session of sessions.values()) {
      if (isIdle(session) && session.lastUsedAt <= idleSince) drop(session)
    }
  }

  function drop(session: Session): void {
    sessions.delete(session.id)
    session.leave()
    // Closed at once, so that it is not notified of another change. A connection that failed to open needs no closing.
    const closed = session.server?.close() ?? session.connection?.then(({ server }) => server.close())
    closed?.catch(() => undefined)
  }

  /** Drops the session that has been idle longest among those that fill the limit in question. */
  function makeRoom({ keyId, personId }: Actor, full: Full): boolean {
    const isInTheWay = (actor: Actor): boolean =>
      full === 'process' || (full === 'person' ? actor.personId === personId : actor.keyId === keyId)
    for (const session of sessions.values()) {
      if (!isIdle(session) || !isInTheWay(session.actor)) continue
      drop(session)
      return true
    }
    return false
  }

  function takePlace(actor: Actor, own: OwnShares): () => void {
    sweep()
    for (let full = shares.full(actor, own); full !== undefined; full = shares.full(actor, own)) {
      if (!makeRoom(actor, full)) break
    }
    return shares.take(actor, 1, own)
  }

  function open(id: string, caller: Caller, opening: Opening): Session {
    const { actor } = caller
    const { capabilities, own } = opening
    const leavePlace = takePlace(actor, own)
    const forget = options.keys.onEnd(actor, () => end(session))
    const session: Session = {
      id,
      actor,
      owner: ownerKey(caller),
      capabilities,
      running: new Map(),
      lastUsedAt: now(),
      open: 0,
      cancelled: 0,
      leave() {
        leavePlace()
        forget()
      },
    }
    sessions.set(id, session)
    return session
  }

  function find(id: string, caller: Caller): Session | undefined {
    const session = sessions.get(id)
    return session && session.owner === ownerKey(caller) ? touch(session) : undefined
  }

  /** The open session with this id, or one that is revived; undefined when it has ended or never was this caller's. */
  async function findOrRevive(id: string, caller: Caller): Promise<Session | undefined> {
    const known = find(id, caller)
    if (known || ended.has(id)) return known
    const capabilities = ids.read(id, ownerKey(caller))
    if (capabilities === undefined) return undefined
    const own = await shares.sharesOf(caller.actor)
    // Another request may have revived or ended it meanwhile.
    const found = find(id, caller)
    return found || ended.has(id) ? found : open(id, caller, { capabilities, own })
  }

  async function connect(session: Session, caller: Caller): Promise<Connection> {
    const server = createServer()
    const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => session.id })
    await server.connect(transport)
    const body = initializeAgain(session.capabilities)
    const response = await transport.handleRequest(postOf(body), {
      parsedBody: body,
      authInfo: authInfo(caller),
    })
    await response.body?.cancel()
    session.server = server
    return { server, transport }
  }

  async function openWith(request: Request, caller: Caller, body: unknown): Promise<Response> {
    const { body: kept, capabilities } = openingOf(body)
    const own = await shares.sharesOf(caller.actor)
    const session = open(ids.make(ownerKey(caller), capabilities), caller, { capabilities, own })
    const server = createServer()
    const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => session.id })
    session.connection = server.connect(transport).then(() => ({ server, transport }))
    await session.connection
    session.server = server
    const response = await transport.handleRequest(request, { parsedBody: kept, authInfo: authInfo(caller) })
    if (!response.ok) drop(session)
    return keptOpen(session, response)
  }

  async function serve(session: Session, request: Request, caller: Caller, body: unknown): Promise<Response> {
    cancelRunning(session, body)
    session.connection ??= connect(session, caller)
    const { transport } = await session.connection
    const response = await transport.handleRequest(request, { parsedBody: body, authInfo: authInfo(caller) })
    if (session.cancelled > CANCELLED_MAX || (request.method === 'DELETE' && response.ok)) end(session)
    return keptOpen(session, request.method === 'GET' ? withBacklogLimit(response) : response)
  }

  function end(session: Session): void {
    drop(session)
    const [oldest] = ended
    if (ended.size >= ENDED_MAX && oldest !== undefined) ended.delete(oldest)
    ended.add(session.id)
  }

  /** Counts the session as in use until the body of this answer is finished or abandoned. */
  function keptOpen(session: Session, response: Response): Response {
    if (!response.body) return response
    session.open += 1
    return whenFinished(response, () => {
      session.open -= 1
      session.lastUsedAt = now()
    })
  }

  return {
    find,
    async fetch(request, caller, body) {
      const id = request.headers.get('mcp-session-id')
      if (id === null) return openWith(request, caller, body)
      const session = await findOrRevive(id, caller)
      return session ? serve(session, request, caller, body) : sessionNotFound()
    },
    heldBy: shares.heldBy,
    get size() {
      return sessions.size
    },
    async close() {
      clearInterval(sweeper)
      const closing = [...sessions.values()].map(async ({ connection, leave }) => {
        leave()
        await (await connection)?.server.close()
      })
      sessions.clear()
      await Promise.allSettled(closing)
    },
  }
}
