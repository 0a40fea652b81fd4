/** The MCP door over real HTTP on a free port, and official clients of every kind that talk to it. */
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Client as ModernClient, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Gateway } from '../../src/core/area/gateway.ts'
import { type Actor, LOCAL_PERSON } from '../../src/core/operation/actor.ts'
import { createMcpDoor, type McpDoor, type McpDoorOptions } from '../../src/server/mcp/mcp.ts'
import { KEPT_ALIVE } from './keep-alive.ts'

export interface McpService {
  readonly door: McpDoor
  readonly url: string
  close(): Promise<void>
}

export interface McpServiceOptions extends McpDoorOptions {
  /** Who a request comes from; everybody is the local person by default. */
  readonly actorOf?: (request: Request) => Actor
}

export async function openMcp(gateway: Gateway, options: McpServiceOptions = {}): Promise<McpService> {
  const { actorOf = () => LOCAL_PERSON, ...doorOptions } = options
  const door = createMcpDoor(gateway, doorOptions)
  const server = serve({
    fetch: (request) => door.fetch(request, actorOf(request)),
    port: 0,
    hostname: '127.0.0.1',
    serverOptions: KEPT_ALIVE,
  })
  if (!server.listening) await new Promise<void>((resolve) => server.once('listening', () => resolve()))
  const { port } = server.address() as AddressInfo
  return {
    door,
    url: `http://127.0.0.1:${port}/mcp`,
    async close() {
      await door.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

type ModernOptions = NonNullable<ConstructorParameters<typeof ModernClient>[1]>
type OldOptions = NonNullable<ConstructorParameters<typeof OldClient>[1]>

const IDENTITY = { name: 'test', version: '1' }

/** The current client, speaking revision 2026-07-28. */
export async function connectModern(url: string, options: ModernOptions = {}): Promise<ModernClient> {
  const client = new ModernClient(IDENTITY, { versionNegotiation: { mode: 'auto' }, ...options })
  await client.connect(new StreamableHTTPClientTransport(new URL(url)))
  return client
}

/**
 * A client in a session opens the stream of what it is told on its own, after it has connected. What is told before that
 * stream is open nobody hears, so tests wait for it.
 */
function fetchWithStream() {
  let hearOpen = (): void => undefined
  const isOpen = new Promise<void>((resolve) => {
    hearOpen = resolve
  })
  return {
    isOpen,
    async fetch(url: string | URL, init?: RequestInit): Promise<Response> {
      const response = await fetch(url, init)
      if (init?.method === 'GET') hearOpen()
      return response
    },
  }
}

/** The current client, speaking a 2025 revision within a session. */
export async function connectSession(
  url: string,
  options: ModernOptions = {},
  headers: Record<string, string> = {},
): Promise<ModernClient> {
  const client = new ModernClient(IDENTITY, options)
  const stream = fetchWithStream()
  const requestInit = { headers }
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { fetch: stream.fetch, requestInit }))
  await stream.isOpen
  return client
}

/** The client of the older SDK, which most programs still carry. */
export async function connectOld(url: string, options: OldOptions = {}): Promise<OldClient> {
  const client = new OldClient(IDENTITY, options)
  const stream = fetchWithStream()
  const transport = new OldTransport(new URL(url), { fetch: stream.fetch })
  // The older SDK's own types do not agree about optional fields.
  await client.connect(transport as unknown as Parameters<typeof client.connect>[0])
  await stream.isOpen
  return client
}

/** A JSON-RPC reply, for requests that no client sends. */
export interface Reply {
  readonly result: Readonly<Record<string, unknown>>
  readonly error: { readonly code: number; readonly message: string }
}

export async function replyOf(response: Response): Promise<Reply> {
  return (await response.json()) as Reply
}
