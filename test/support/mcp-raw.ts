/** Requests of revision 2026-07-28 as they are on the wire, for what no official client sends. */
import { type Reply, replyOf } from './mcp-clients.ts'

export const TASKS = 'io.modelcontextprotocol/tasks'
/** What a client says that follows tasks. */
export const FOLLOWS = { extensions: { [TASKS]: {} } }
/** And that can show forms. */
export const FOLLOWS_AND_ASKS = { ...FOLLOWS, elicitation: {} }

export interface Sender {
  readonly capabilities?: object
  readonly headers?: Readonly<Record<string, string>>
}

export function requestJson(method: string, params: object, capabilities: object): string {
  const { _meta: more } = { _meta: {}, ...params }
  const _meta = {
    ...more,
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': capabilities,
  }
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } })
}

/** By default as a client that follows tasks and shows forms. */
export function post(url: string, method: string, params: object, from: Sender = {}): Promise<Response> {
  const { capabilities = FOLLOWS_AND_ASKS, headers = {} } = from
  const { name, taskId } = { name: undefined, taskId: undefined, ...params }
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(name === undefined && taskId === undefined ? {} : { 'mcp-name': String(name ?? taskId) }),
      ...headers,
    },
    body: requestJson(method, params, capabilities),
  })
}

export async function send(url: string, method: string, params: object, from?: Sender): Promise<Reply> {
  return replyOf(await post(url, method, params, from))
}
