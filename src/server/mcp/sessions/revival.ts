/** The opening message of a session that continues: its client sent one before, to a session that was closed since. */
import { type ClientCapabilities, LATEST_PROTOCOL_VERSION } from '@modelcontextprotocol/server'
import { SOME_CLIENT } from '../exchange/bounds.ts'

export function initializeAgain(capabilities: ClientCapabilities) {
  return {
    jsonrpc: '2.0',
    id: 'revive',
    method: 'initialize',
    params: {
      protocolVersion: LATEST_PROTOCOL_VERSION,
      capabilities,
      clientInfo: SOME_CLIENT,
    },
  }
}

export function postOf(body: object): Request {
  return new Request('http://localhost/mcp', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify(body),
  })
}
