/** Every way in, behind one form: what went in, and the answer or the error that came out. */
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { createHttpGateway } from '../../src/cli/connect/http-gateway.ts'
import type { Gateway } from '../../src/core/area/gateway.ts'
import { wordsFor } from '../../src/core/command-line/command-line.ts'
import { AppError, ERROR_KINDS, type ErrorCode, errorBody } from '../../src/core/errors.ts'
import type { Actor } from '../../src/core/operation/actor.ts'
import { LOCAL_PERSON } from '../../src/core/operation/actor.ts'
import type { Operation } from '../../src/core/operation/operation.ts'
import { encodeInput } from '../../src/core/operation/wire.ts'
import { createApp } from '../../src/server/app.ts'
import { createMcpDoor } from '../../src/server/mcp/mcp.ts'
import { createTyping } from '../cli/typing.ts'
import { KEPT_ALIVE } from '../support/keep-alive.ts'

export interface Failure {
  readonly code: string
  readonly message: string
  readonly fix?: string | undefined
  readonly issues?: unknown
}

export type Answer = { readonly output: unknown } | { readonly error: Failure }

type Input = Readonly<Record<string, unknown>>

export interface WayIn {
  readonly name: string
  call(operation: Operation, input: Input): Promise<Answer>
}

export interface Doors {
  readonly process: WayIn
  readonly others: readonly WayIn[]
  /** Who calls through every door that asks who calls, from now on. */
  actAs(actor: Actor): void
  close(): Promise<void>
}

export async function openDoors(gateway: Gateway): Promise<Doors> {
  let current = LOCAL_PERSON
  const mcp = createMcpDoor(gateway)
  const app = createApp({
    gateway,
    authenticate: async () => current,
    rateLimit: async () => ({}),
    mcp,
    ready: async () => ({ ok: true, checks: {} }),
    isDraining: () => false,
    keysRequired: false,
  })
  const send = async (request: Request) => app.fetch(request)
  const client = await connect(send)
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1', serverOptions: KEPT_ALIVE })
  if (!server.listening) await new Promise<void>((resolve) => server.once('listening', () => resolve()))
  // An address that is listened on is no pipe's name.
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const { operations, log, version } = gateway
  const remote = createHttpGateway({ url, operations, log, version })
  return {
    process: inProcess(gateway, () => current),
    others: [
      overHttp(send),
      overMcp('MCP', client, asTool),
      overMcp('MCP, by call_operation', client, (operation, input) => ({
        name: 'call_operation',
        arguments: { name: operation.name, input },
      })),
      onCommandLine('command line, on the store', gateway),
      onCommandLine('command line, through a gateway', remote),
    ],
    actAs(actor) {
      current = actor
    },
    async close() {
      await client.close()
      await mcp.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The official client, whose requests go through `send`. */
export async function connect(send: Send): Promise<Client> {
  const client = new Client({ name: 'parity', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  const fetch = (url: string | URL, init?: RequestInit) => send(new Request(url, init))
  await client.connect(new StreamableHTTPClientTransport(new URL('http://127.0.0.1/mcp'), { fetch }))
  return client
}

function inProcess(gateway: Gateway, actor: () => Actor): WayIn {
  return {
    name: 'in process',
    async call(operation, input) {
      try {
        const { output } = await gateway.invoke(operation, input, { actor: actor(), door: 'process' })
        return { output }
      } catch (thrown) {
        if (!(thrown instanceof AppError)) throw thrown
        return { error: failureOf(errorBody(thrown)) }
      }
    },
  }
}

type Send = (request: Request) => Promise<Response>

export function overHttp(send: Send): WayIn {
  return {
    name: 'HTTP',
    async call(operation, input) {
      const response = await send(httpRequest(operation, input))
      const body = record(await response.json())
      if (response.ok) return { output: body }
      const { detail, ...members } = body
      const failure = failureOf({ ...members, message: detail })
      return statusOf(failure.code) === response.status
        ? { error: failure }
        : unfit('status', response.status, failure)
    },
  }
}

export function httpRequest(operation: Operation, input: Input, origin = 'http://127.0.0.1'): Request {
  const { target, body } = encodeInput(operation, input)
  const headers = { 'content-type': 'application/json' }
  return new Request(new URL(target, origin), {
    method: operation.method,
    ...(body && { headers, body: JSON.stringify(body) }),
  })
}

export const asTool: ToolCallOf = (operation, input) => ({ name: operation.toolName, arguments: input })

type ToolCallOf = (operation: Operation, input: Input) => { name: string; arguments: Record<string, unknown> }

export function overMcp(name: string, client: Client, toolCallOf: ToolCallOf): WayIn {
  return {
    name,
    async call(operation, input) {
      try {
        const result = await client.callTool(toolCallOf(operation, { ...input }))
        const content = record(result.structuredContent)
        return result.isError === true ? { error: failureOf(record(content.error)) } : { output: content }
      } catch (thrown) {
        // What is refused before it becomes a call is a protocol error that carries our own error.
        if (!(thrown instanceof Error && 'data' in thrown)) throw thrown
        return { error: failureOf(record(record(thrown.data).error)) }
      }
    },
  }
}

export function onCommandLine(name: string, gateway: Gateway): WayIn {
  const type = createTyping(gateway)
  return {
    name,
    async call(operation, input) {
      const { exitCode, out, err } = await type([...typed(operation, input), '--json'])
      if (out !== '') return { output: JSON.parse(out) }
      const failure = failureOf(record(record(JSON.parse(err)).error))
      return exitCodeOf(failure.code) === exitCode
        ? { error: failure }
        : unfit('exit code', exitCode, failure)
    },
  }
}

/** As a person types it where it is valid, else as one JSON object: words cannot say everything wrong. */
function typed(operation: Operation, input: Input): readonly string[] {
  if (operation.input.safeParse(input).success && !('doesNotExist' in input))
    return wordsFor(operation, input)
  const { confirm, ...fields } = input
  const yes = confirm === true ? ['--yes'] : []
  return [...operation.command.split(' '), '--input', JSON.stringify(fields), ...yes]
}

/** A status or an exit code that is not its error code's own. */
function unfit(what: string, found: number, { code, ...rest }: Failure): Answer {
  return { error: { ...rest, code: `${code} with the ${what} ${found}` } }
}

function statusOf(code: string): number | undefined {
  return isCode(code) ? ERROR_KINDS[code].httpStatus : undefined
}

function exitCodeOf(code: string): number | undefined {
  return isCode(code) ? ERROR_KINDS[code].exitCode : undefined
}

function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_KINDS, code)
}

function failureOf(body: object): Failure {
  const { code, message, fix, issues } = record(body)
  return {
    code: String(code),
    message: String(message),
    ...(fix === undefined ? {} : { fix: String(fix) }),
    ...(issues === undefined ? {} : { issues }),
  }
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new Error(`not an object: ${JSON.stringify(value)}`)
  return { ...value }
}
