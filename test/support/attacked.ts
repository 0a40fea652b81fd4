/** A whole gateway on a socket, as somebody attacks it who has keys: each request says whose key it has. */
import type { Actor } from '../../src/core/operation/actor.ts'
import { createKeyEnds, endingWithKey } from '../../src/server/access/key-ends.ts'
import { createRateLimit, type RateLimits } from '../../src/server/access/rate-limit.ts'
import { createApp } from '../../src/server/app.ts'
import { listen } from '../../src/server/http/listen.ts'
import type { GivenLimits } from '../../src/server/http/places.ts'
import { createMcpDoor, type McpDoorOptions } from '../../src/server/mcp/mcp.ts'
import { createEventStreams } from '../../src/server/streams/event-stream.ts'
import { LOCAL_PERSON, openFixture } from './world/fixture-operations.ts'
import { createGrowingList } from './world/growing-list.ts'

export interface AttackedOptions {
  readonly limits?: GivenLimits
  readonly mcp?: McpDoorOptions
  readonly stalledMs?: number
  readonly now?: () => Date
  /** Keys that have ended though nobody told this process; it asks for them all the time. */
  readonly endedUnheard?: ReadonlySet<string>
  /** Without limit by default. */
  readonly rateLimits?: Partial<RateLimits>
}

/** Who sends a request: a key, and the person whose key it is. Without a key it is the owner at this machine. */
export interface Attacker {
  readonly key?: string
  readonly person?: string
  /** When the key expires, as text. */
  readonly expiresAt?: string
}

export type Attacked = Awaited<ReturnType<typeof openAttacked>>

export async function openAttacked(options: AttackedOptions = {}) {
  const { limits, mcp, stalledMs, rateLimits, endedUnheard, now = () => new Date() } = options
  const list = createGrowingList()
  const fixture = openFixture([list.operation])
  const keys = createKeyEnds({
    watch: fixture.gateway.watch,
    now,
    ...(endedUnheard && { findEnded: async () => [...endedUnheard], askEveryMs: 1 }),
  })
  const gateway = { ...fixture.gateway, invoke: endingWithKey(fixture.gateway.invoke, keys) }
  const authenticate = async ({ headers }: Request): Promise<Actor> => {
    const keyId = headers.get('x-key')
    const personId = headers.get('x-person') ?? 'mallory'
    const expiresAt = headers.get('x-expires-at')
    if (keyId === null) return LOCAL_PERSON
    return {
      ...{ kind: 'person', id: personId, personId, scopes: ['tasks:read', 'profile:read'], keyId },
      ...(expiresAt !== null && { keyExpiresAtMs: Date.parse(expiresAt) }),
    }
  }
  const door = createMcpDoor(gateway, { keys, ...mcp })
  const streams = createEventStreams({ gateway, authenticate, keys })
  const app = createApp({
    gateway,
    authenticate,
    streams,
    mcp: door,
    ...(limits && { limits }),
    rateLimit: createRateLimit({
      limits: { user: null, ...rateLimits },
      log: gateway.log,
      addressOf: () => 'somewhere',
    }),
    ready: async () => ({ ok: true, checks: {} }),
    isDraining: () => false,
    keysRequired: false,
  })
  const listening = await listen(app, { host: '127.0.0.1', port: 0, ...(stalledMs && { stalledMs }) })
  const controller = new AbortController()

  return {
    ...fixture,
    list,
    door,
    url: listening.url,
    /** Any request. */
    send: (path: string, who: Attacker, init: RequestInit = {}) =>
      fetch(`${listening.url}${path}`, {
        signal: controller.signal,
        ...init,
        headers: { ...headersOf(who), ...(init.headers as Record<string, string>) },
      }),
    /** A message of a 2025-era client, or several. */
    mcp: (body: unknown, who: Attacker, session?: string) =>
      fetch(`${listening.url}/mcp`, {
        method: 'POST',
        signal: controller.signal,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...(session && { 'mcp-session-id': session }),
          ...headersOf(who),
        },
        body: JSON.stringify(body),
      }),
    async close() {
      controller.abort()
      streams.close()
      const closed = listening.close(0)
      await door.close()
      await closed
    },
  }
}

export function headersOf({ key, person, expiresAt }: Attacker): Record<string, string> {
  return {
    ...(key && { 'x-key': key }),
    ...(person && { 'x-person': person }),
    ...(expiresAt && { 'x-expires-at': expiresAt }),
  }
}

export function initialize(capabilities: object = {}, more: object = {}) {
  const clientInfo = { name: 'attacker', version: '1' }
  const params = { protocolVersion: '2025-11-25', capabilities, clientInfo, ...more }
  return { jsonrpc: '2.0', id: 1, method: 'initialize', params }
}
