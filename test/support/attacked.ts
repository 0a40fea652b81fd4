/** A whole gateway on a socket, as somebody attacks it who has keys: each request says whose key it has. */
import type { Actor } from '../../src/core/actor.ts'
import { createApp } from '../../src/server/app.ts'
import { createEventStreams } from '../../src/server/event-stream.ts'
import { listen } from '../../src/server/listen.ts'
import { createMcpDoor, type McpDoorOptions } from '../../src/server/mcp.ts'
import type { GivenLimits } from '../../src/server/places.ts'
import { LOCAL_PERSON, openFixture } from './fixture-operations.ts'
import { createGrowingList } from './growing-list.ts'

export interface AttackedOptions {
  readonly limits?: GivenLimits
  readonly mcp?: McpDoorOptions
  readonly stalledMs?: number
}

/** Who sends a request: a key, and the person whose key it is. Without a key it is the owner at this machine. */
export interface Attacker {
  readonly key?: string
  readonly person?: string
}

export type Attacked = Awaited<ReturnType<typeof openAttacked>>

export async function openAttacked({ limits, mcp, stalledMs }: AttackedOptions = {}) {
  const list = createGrowingList()
  const fixture = openFixture([list.operation])
  const { gateway } = fixture
  const authenticate = async ({ headers }: Request): Promise<Actor> => {
    const keyId = headers.get('x-key')
    const personId = headers.get('x-person') ?? 'mallory'
    return keyId === null
      ? LOCAL_PERSON
      : { kind: 'person', id: personId, personId, scopes: ['tasks:read', 'profile:read'], keyId }
  }
  const door = createMcpDoor(gateway, mcp)
  const streams = createEventStreams({ gateway, authenticate })
  const app = createApp({
    gateway,
    authenticate,
    streams,
    mcp: door,
    ...(limits && { limits }),
    rateLimit: async () => ({}),
    ready: async () => ({ ok: true, checks: {} }),
    isDraining: () => false,
    keysRequired: false,
  })
  const listening = await listen(app, { host: '127.0.0.1', port: 0, ...(stalledMs && { stalledMs }) })
  const controller = new AbortController()

  function from({ key, person }: Attacker): Record<string, string> {
    return { ...(key && { 'x-key': key }), ...(person && { 'x-person': person }) }
  }

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
        headers: { ...from(who), ...(init.headers as Record<string, string>) },
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
          ...from(who),
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

export function initialize(capabilities: object = {}, more: object = {}) {
  const clientInfo = { name: 'attacker', version: '1' }
  const params = { protocolVersion: '2025-11-25', capabilities, clientInfo, ...more }
  return { jsonrpc: '2.0', id: 1, method: 'initialize', params }
}
