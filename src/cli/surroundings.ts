/** What the command line is given by its starter; a test gives its own. */
import type { Area } from '../core/area/area.ts'
import type { Finding } from '../core/area/check.ts'
import type { Gateway } from '../core/area/gateway.ts'
import type { Operation } from '../core/operation/operation.ts'
import type { ServerEvent } from './input/read-events.ts'
import type { Terminal } from './terminal.ts'

/**
 * The events of an operation that streams, to the end of the list: it comes back by itself when the connection is lost.
 * Throws an `AppError` when it may not, or was interrupted.
 */
export type Events = (
  operation: Operation,
  input: object,
  signal: AbortSignal,
) => AsyncGenerator<ServerEvent, void>

/** Where an exit code goes when a command has run. */
export type Finish = (exitCode: number) => void

/** A way to call operations, and its end. */
export interface Connection {
  readonly gateway: Gateway
  /** What is at the other end: an address or a folder. */
  readonly where: string
  readonly kind: 'gateway' | 'store'
  /** What is added to a list that grows, as it comes; absent where no gateway is at the other end. */
  readonly events?: Events
  close(): Promise<void>
}

export interface ConnectOptions {
  /** The gateway to call, instead of the one that is found. */
  readonly url?: string | undefined
  /** Open the store itself, whatever runs. */
  readonly local?: boolean | undefined
}

export interface McpOptions extends ConnectOptions {
  /** Areas with commas between them, or `all`. */
  readonly toolsets?: string | undefined
  /** Hide and refuse all that writes. */
  readonly readonly?: boolean | undefined
}

export interface ServeOptions {
  readonly role?: string | undefined
  readonly port?: string | undefined
  readonly host?: string | undefined
}

export interface Surroundings {
  readonly terminal: Terminal
  readonly version: string
  /** Aborted when the person gives up (Ctrl-C), from the first asking on. */
  interrupted(): AbortSignal
  areas(): Promise<readonly Area[]>
  operations(): Promise<readonly Operation[]>
  connect(options: ConnectOptions): Promise<Connection>
  /** Runs until stopped. */
  serve(options: ServeOptions): Promise<void>
  /** Serves MCP on the standard streams until they end. */
  serveMcp(options: McpOptions): Promise<void>
  examine(): Promise<readonly Finding[]>
}
