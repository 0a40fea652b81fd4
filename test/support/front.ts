/** The gateway's doors on a real socket, opened as `serve` opens them, on a database of the test's own. */
import { connect, type Socket } from 'node:net'
import { openDoors } from '../../src/start/compose-doors.ts'
import { createHookReports } from '../../src/start/compose-hooks.ts'
import { readConfig } from '../../src/start/read-config.ts'
import { createSlackApp } from '../../src/start/slack/compose-slack.ts'
import { operations } from '../../src/tools/registry.ts'
import { openTestGateway, type TestGateway, type TestGatewayOptions } from './world/database.ts'

export interface TestFront {
  readonly gateway: TestGateway
  readonly url: string
  readonly port: number
  /** What proves a program to be the owner's. */
  readonly machineSecret: string
  /** Sends JSON as nobody in particular, unless a header says who. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
  /** The headers of a call by the owner at this machine. */
  readonly asOwner: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** Opens them in `local` mode on a free port, unless variables say otherwise. Close it in `afterAll`. */
export async function openFront(
  variables: Record<string, string> = {},
  lent: Pick<
    TestGatewayOptions,
    | 'operations'
    | 'models'
    | 'agentFiles'
    | 'connectors'
    | 'areas'
    | 'environment'
    | 'channels'
    | 'mails'
    | 'keys'
  > = {},
): Promise<TestFront> {
  const gateway = await openTestGateway({ operations, now: new Date(), ...lent })
  return await openFrontOf(gateway, variables, lent.areas)
}

/** The same for a gateway that is open already, which is closed with its doors. */
export async function openFrontOf(
  gateway: TestGateway,
  variables: Record<string, string> = {},
  areas: NonNullable<TestGatewayOptions['areas']> = [],
): Promise<TestFront> {
  const config = readConfig({ SWITCHBOARD_HOME: '/nowhere', PORT: '0', LOG_LEVEL: 'silent', ...variables })
  const parts = {
    gateway,
    database: gateway.database,
    now: gateway.clock.now,
    keyRing: gateway.keyRing,
    linkKeys: gateway.linkKeys,
    connectors: gateway.runtime.resources.connectors,
    messages: gateway.runtime.resources.messages,
    held: gateway.runtime.resources.held ?? new Map(),
    listensAt: () => undefined,
    hooks: createHookReports(gateway.runtime, { openSecret: gateway.openSecret, areas }),
    slack: createSlackApp(config.settings, { ...gateway, publicUrl: config.publicUrl }),
    openQueue: async () => undefined,
    ready: async () => ({ ok: true, checks: {} }),
    idle: async () => undefined,
    close: async () => undefined,
  }
  const front = await openDoors(config, parts, undefined)
  const { url, machineSecret } = front
  return {
    gateway,
    url,
    port: Number(new URL(url).port),
    machineSecret,
    asOwner: { authorization: `Bearer ${machineSecret}` },
    send: (method, path, body, headers = {}) =>
      fetch(`${url}${path}`, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    async close() {
      await front.close(0)
      await gateway.close()
    },
  }
}

export interface RawAnswer {
  /** 0 where the connection ended without an answer. */
  readonly status: number
  readonly text: string
}

/** Sends these very bytes, and answers with what comes back until the gateway ends the connection. */
export function sendRaw(port: number, bytes: string | Uint8Array): Promise<RawAnswer> {
  return exchange(port, (socket) => socket.write(bytes))
}

/** The same for what is no whole request: says that no more comes, upon which no answer under way is waited for. */
export function sendRawAndEnd(port: number, bytes: string | Uint8Array): Promise<RawAnswer> {
  return exchange(port, (socket) => socket.end(bytes))
}

function exchange(port: number, send: (socket: Socket) => void): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port })
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('error', reject)
    socket.on('close', () =>
      resolve({ status: Number(/^HTTP\/1\.\d ([2-5]\d\d)/m.exec(text)?.[1] ?? 0), text }),
    )
    send(socket)
  })
}
