/** What the starter passes to the command line; a test passes its own. */
import type { ChatState } from '../chat/chat-state.ts'
import type { Area } from '../core/area/area.ts'
import type { Finding } from '../core/area/check.ts'
import type { Gateway } from '../core/area/gateway.ts'
import type { Operation } from '../core/operation/operation.ts'
import type { ServerEvent } from './input/read-events.ts'
import type { Terminal } from './terminal.ts'

/**
 * The events of a streaming operation, to the end of the list: it reconnects when the connection is lost. Throws an
 * `AppError` when it may not, or when it is interrupted.
 */
export type Events = (
  operation: Operation,
  input: object,
  signal: AbortSignal,
) => AsyncGenerator<ServerEvent, void>

/** Receives the exit code of a command. */
export type Finish = (exitCode: number) => void

/** A way to call operations, and to close it. */
export interface Connection {
  readonly gateway: Gateway
  /** The other end: an address or a folder. */
  readonly where: string
  readonly kind: 'gateway' | 'store'
  /** New items of a growing list as they arrive; absent where no gateway is at the other end. */
  readonly events?: Events
  close(): Promise<void>
}

export interface ConnectOptions {
  /** The gateway to call instead of the one that is found. */
  readonly url?: string | undefined
  /** Opens the store itself, even if a gateway runs. */
  readonly local?: boolean | undefined
}

export interface McpOptions extends ConnectOptions {
  /** Areas separated by commas, or `all`. */
  readonly toolsets?: string | undefined
  /** Hides and refuses all writes. */
  readonly readonly?: boolean | undefined
}

export interface ServeOptions {
  readonly role?: string | undefined
  readonly port?: string | undefined
  readonly host?: string | undefined
}

/** A conversation as it is kept between two commands. */
export interface Kept {
  /** The gateway or the store with which it is held. */
  readonly where: string
  readonly saidAt: number
  readonly state: ChatState
  /** What may be said next by its number. */
  readonly choices: readonly { readonly label: string; readonly say: string }[]
}

export interface KeptChat {
  /** Undefined: none, or one that is too old. */
  read(where: string): Promise<Kept | undefined>
  keep(kept: Kept): Promise<void>
}

export interface Surroundings {
  readonly terminal: Terminal
  readonly version: string
  /** Aborted when the person gives up (Ctrl-C), from the first use on. */
  interrupted(): AbortSignal
  areas(): Promise<readonly Area[]>
  operations(): Promise<readonly Operation[]>
  connect(options: ConnectOptions): Promise<Connection>
  /**
   * The same for a program that stays: where no gateway runs, it becomes one, so that the store is not closed to other
   * commands, and agents work.
   */
  stay(options: ConnectOptions): Promise<Connection>
  /** The conversation of `switchboard chat "..."`. */
  keptChat(): Promise<KeptChat>
  /** Runs until stopped. */
  serve(options: ServeOptions): Promise<void>
  /** Serves MCP on the standard streams until they end. */
  serveMcp(options: McpOptions): Promise<void>
  examine(): Promise<readonly Finding[]>
}
