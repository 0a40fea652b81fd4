/** Requests that are measured: over HTTP, and over MCP as clients of either era send them. */
import type { Target } from './measure/load.ts'

const MODERN = '2026-07-28'
const LEGACY = '2025-11-25'

export type Era = typeof MODERN | typeof LEGACY
export const ERAS: readonly Era[] = [MODERN, LEGACY]

const IDENTITY = { name: 'bench', version: '1.0.0' }

const JSON_HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }

export function listTarget(origin: string, query = ''): Target {
  return { origin, method: 'GET', path: `/v1/tasks${query}`, headers: {} }
}

export function createTarget(origin: string): Target {
  return {
    origin,
    method: 'POST',
    path: '/v1/tasks',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(NEW_TASK),
  }
}

export const NEW_TASK = { tasks: [{ title: 'Call Ana about the contract' }] } as const

interface McpCall {
  readonly method: 'tools/call' | 'tools/list'
  readonly name?: string
  readonly arguments?: object
}

/** A request of revision 2026-07-28: it carries all it needs. */
export function modernTarget(origin: string, call: McpCall): Target {
  const { method, ...params } = call
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': MODERN,
    'io.modelcontextprotocol/clientInfo': IDENTITY,
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  return {
    origin,
    method: 'POST',
    path: '/mcp',
    headers: {
      ...JSON_HEADERS,
      'mcp-protocol-version': MODERN,
      'mcp-method': method,
      ...(call.name === undefined ? {} : { 'mcp-name': call.name }),
    },
    body: rpc(method, { ...params, _meta }),
  }
}

/** A request of a 2025 revision, in the session whose headers are given; without a session where the server has none. */
export function legacyTarget(
  origin: string,
  call: McpCall,
  session: Readonly<Record<string, string>>,
): Target {
  const { method, ...params } = call
  return {
    origin,
    method: 'POST',
    path: '/mcp',
    headers: { ...JSON_HEADERS, 'mcp-protocol-version': LEGACY, ...session },
    body: rpc(method, params),
  }
}

/** Opens a session; no headers where the server keeps none. */
export async function openSession(origin: string): Promise<Record<string, string>> {
  const params = { protocolVersion: LEGACY, capabilities: {}, clientInfo: IDENTITY }
  const opened = await post(origin, {}, rpc('initialize', params))
  await opened.text()
  const id = opened.headers.get('mcp-session-id')
  const session: Record<string, string> = id === null ? {} : { 'mcp-session-id': id }
  const headers = { ...session, 'mcp-protocol-version': LEGACY }
  const told = await post(origin, headers, '{"jsonrpc":"2.0","method":"notifications/initialized"}')
  await told.text()
  return session
}

async function post(origin: string, headers: Record<string, string>, body: string): Promise<Response> {
  const answer = await fetch(`${origin}/mcp`, {
    method: 'POST',
    headers: { ...JSON_HEADERS, ...headers },
    body,
  })
  if (!answer.ok) throw new Error(`${body} was answered ${answer.status}: ${await answer.text()}`)
  return answer
}

function rpc(method: string, params: object): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
}
