/** MCP over standard input and output, for clients that start the gateway themselves. */
import { randomBytes } from 'node:crypto'
import type { Readable, Writable } from 'node:stream'
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/server'
import { type StdioServerHandle, StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio'
import type { Gateway } from '../../core/area/gateway.ts'
import type { Actor } from '../../core/operation/actor.ts'
import { newId } from '../../core/operation/ids.ts'
import { toolsetsOf } from '../../core/operation/name.ts'
import { withArguments } from './contents/arguments.ts'
import { createSelectionReader, type SelectionWords } from './exchange/caller.ts'
import { createMcpParts, createMcpServer, createModernServer, type McpExtras } from './server.ts'
import { messageLines } from './stdio-lines.ts'
import { createAskedUris, isListen, tellAllChanges, watchable } from './watch.ts'

const SECRET_BYTES = 32

export interface McpStdioOptions extends SelectionWords {
  readonly extras?: McpExtras | undefined
  /** Default: this process's own standard input. */
  readonly stdin?: Readable | undefined
  /** Default: this process's own standard output. */
  readonly stdout?: Writable | undefined
}

/**
 * Serves one client of either era until it leaves. Nothing else may write to standard output.
 * @throws AppError `invalid_input` for an unknown toolset.
 */
export function serveMcpStdio(
  gateway: Gateway,
  actor: Actor,
  { extras, stdin = process.stdin, stdout = process.stdout, ...words }: McpStdioOptions = {},
): StdioServerHandle {
  const caller = {
    actor,
    selection: createSelectionReader(toolsetsOf(gateway.operations))(words),
    takesStream: true,
  }
  const secret = randomBytes(SECRET_BYTES).toString('base64url')
  const parts = createMcpParts(gateway, { callerOf: () => caller, secret, extras })
  const asked = createAskedUris()
  const readListen = async (message: JSONRPCMessage) => {
    const call = { caller, requestId: newId('req'), signal: new AbortController().signal }
    const limited = await watchable(message, asked, (uri) => parts.resources.watchedUri(uri, call))
    return limited as JSONRPCMessage
  }
  const lines = messageLines((refusal) => stdout.write(`${JSON.stringify(refusal)}\n`))
  return serveStdio(
    ({ era }) => {
      if (era !== 'modern') return createMcpServer(parts)
      const server = createModernServer(parts)
      // The SDK routes these to the client's subscriptions; a 2025 client subscribes URI by URI instead.
      tellAllChanges(server, { gateway, personId: actor.personId, asked })
      return server
    },
    {
      onerror: (err) => gateway.log.debug({ err }, 'mcp message refused'),
      transport: readingMessages(new StdioServerTransport(stdin.pipe(lines), stdout), readListen),
    },
  )
}

/** The same transport, with the arguments of each call as an object, and each request to listen as `readListen` reads it. */
function readingMessages(
  inner: Transport,
  readListen: (message: JSONRPCMessage) => Promise<JSONRPCMessage>,
): Transport {
  const outer: Transport = {
    start: () => inner.start(),
    send: (message, options) => inner.send(message, options),
    close: () => inner.close(),
  }
  inner.onmessage = (message, extra) => {
    if (isListen(message)) {
      readListen(message).then(
        (read) => outer.onmessage?.(read, extra),
        (thrown) => outer.onerror?.(thrown),
      )
      return
    }
    // At most the arguments of a message are changed.
    outer.onmessage?.(withArguments(message) as JSONRPCMessage, extra)
  }
  inner.onclose = () => outer.onclose?.()
  inner.onerror = (error) => outer.onerror?.(error)
  return outer
}
