/** One session of a 2025-era client. */
import type {
  ClientCapabilities,
  RequestId,
  Server,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import type { Actor } from '../../../core/operation/actor.ts'
import { isJsonObject } from '../../../core/text/json.ts'
import type { OwnShares } from '../../http/shares.ts'

/** The parts of a session that the fast lane needs. */
export interface OpenSession {
  /** Running calls by their JSON-RPC id, so that the client can cancel them. */
  readonly running: Map<RequestId, AbortController>
}

export interface Session extends OpenSession {
  readonly id: string
  readonly actor: Actor
  readonly owner: string
  readonly capabilities: ClientCapabilities
  lastUsedAt: number
  /** Unfinished answers and streams. */
  open: number
  cancelled: number
  /** Frees its place among the sessions. */
  leave(): void
  connection?: Promise<Connection>
  /** The server of the connection once it is open, so that it can be closed without waiting. */
  server?: Server
}

export interface Opening {
  readonly capabilities: ClientCapabilities
  readonly own: OwnShares
}

export interface Connection {
  readonly server: Server
  readonly transport: WebStandardStreamableHTTPServerTransport
}

/** The fast lane runs calls that the SDK does not know, so we cancel them ourselves. */
export function cancelRunning(session: Session, body: unknown): void {
  for (const message of Array.isArray(body) ? body : [body]) {
    if (!isJsonObject(message) || message.method !== 'notifications/cancelled') continue
    session.cancelled += 1
    const { requestId } = isJsonObject(message.params) ? message.params : {}
    if (typeof requestId === 'string' || typeof requestId === 'number')
      session.running.get(requestId)?.abort()
  }
}

export function isIdle({ open, running }: Session): boolean {
  return open === 0 && running.size === 0
}

export function sessionNotFound(): Response {
  const error = { code: -32001, message: 'Session not found: initialize a new one.' }
  return Response.json({ jsonrpc: '2.0', error, id: null }, { status: 404 })
}
