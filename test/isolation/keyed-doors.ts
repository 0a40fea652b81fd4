/** Every door of a gateway on its socket, opened with one key. What comes back through the doors of the network is kept. */
import type { Client } from '@modelcontextprotocol/client'
import { authorizeNamed } from '../../src/cli/connect/authorize.ts'
import { createHttpGateway } from '../../src/cli/connect/http-gateway.ts'
import type { Operation } from '../../src/core/operation/operation.ts'
import {
  type Answer,
  asTool,
  connect,
  onCommandLine,
  overHttp,
  overMcp,
  type WayIn,
} from '../parity/doors.ts'
import type { TestFront } from '../support/front.ts'
import { codeIn } from './team-world.ts'

export const DOORS = ['HTTP', 'MCP', 'command line'] as const
export type DoorName = (typeof DOORS)[number]

export interface Heard {
  readonly code: string
  /** All that the caller was sent. */
  readonly said: string
}

export interface KeyedDoors {
  call(door: DoorName, operation: Operation): Promise<Heard>
  close(): Promise<void>
}

export function openKeyedDoors({ url, gateway }: TestFront, key: string): KeyedDoors {
  let sent: string[] = []
  let client: Client | undefined
  async function send(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url)
    const keyed = new Request(new URL(`${pathname}${search}`, url), request)
    keyed.headers.set('authorization', `Bearer ${key}`)
    const response = await fetch(keyed)
    const text = await response.text()
    sent.push(text)
    return new Response(text === '' ? null : text, response)
  }
  const { operations, log, version } = gateway
  const remote = createHttpGateway({
    ...{ url, operations, log, version },
    authorize: authorizeNamed(url, key, false),
  })
  const doors: Readonly<Record<DoorName, WayIn['call']>> = {
    HTTP: overHttp(send).call,
    async MCP(operation, input) {
      client ??= await connect(send).catch(() => undefined)
      // To connect is refused already where the key is not accepted.
      return client ? await overMcp('MCP', client, asTool).call(operation, input) : refusalIn(sent)
    },
    'command line': onCommandLine('command line', remote).call,
  }
  return {
    async call(door, operation) {
      sent = []
      const answer = await doors[door](operation, operation.example)
      return {
        code: 'error' in answer ? answer.error.code : codeIn(answer.output),
        said: [...sent, JSON.stringify(answer)].join('\n'),
      }
    },
    async close() {
      await client?.close()
    },
  }
}

/** Why the gate let nobody through. */
function refusalIn(sent: readonly string[]): Answer {
  const { code, detail } = JSON.parse(sent.at(-1) ?? '{}')
  return { error: { code, message: detail } }
}
