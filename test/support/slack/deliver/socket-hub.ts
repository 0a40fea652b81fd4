/** Socket Mode: up to ten connections of one app, any of which may get any envelope. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Json } from '../world/wire.ts'
import type { World } from '../world/world.ts'

const CONNECTIONS_MAX = 10

/** How long a connection lives, and how long with `debug_reconnects`. */
const LIFE_SECONDS = 18_060
const DEBUG_LIFE_SECONDS = 360

/** How long before its end a connection is warned. */
const WARNING_MS = 10_000

/** How often the server pings; not verified, clients want one in 30 s. */
const PING_EVERY_MS = 10_000

export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets'

interface Waiting {
  readonly acknowledge: (payload: Json | undefined) => void
}

export class SocketHub {
  readonly #world: World
  readonly #server = new WebSocketServer({ noServer: true })
  readonly #tickets = new Set<string>()
  readonly #open: WebSocket[] = []
  readonly #tcp = new Set<Duplex>()
  readonly #waiting = new Map<string, Waiting>()
  /** Connections that Slack counts although what it sends there arrives nowhere. */
  readonly #deaf = new Set<WebSocket>()
  readonly #timers = new Map<WebSocket, (() => void)[]>()
  /** Acknowledgements of envelopes that nobody waits for any more, or twice. */
  readonly lateAcks: string[] = []

  constructor(world: World) {
    this.#world = world
  }

  get connections(): number {
    return this.#open.length
  }

  openUrl(): string {
    const ticket = randomUUID()
    this.#tickets.add(ticket)
    const url = new URL(this.#world.url)
    return `ws://${url.host}/link/?ticket=${ticket}&app_id=${this.#world.app.id}`
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (url.pathname !== '/link/' || !this.#tickets.delete(url.searchParams.get('ticket') ?? '')) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n')
      return
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      this.#keepOpen(socket, webSocket)
      const isDebug = url.searchParams.get('debug_reconnects') === 'true'
      this.#welcome(webSocket, isDebug ? DEBUG_LIFE_SECONDS : LIFE_SECONDS)
    })
  }

  /** Slack leaves the TCP connection open after the close handshake; the client must end it. */
  #keepOpen(socket: Duplex, webSocket: WebSocket): void {
    this.#tcp.add(socket)
    socket.on('close', () => this.#tcp.delete(socket))
    // The library ends the connection here, once both sides said that they close.
    socket.end = () => {
      this.#forget(webSocket)
      return socket
    }
  }

  #welcome(webSocket: WebSocket, lifeSeconds: number): void {
    if (this.#open.length >= CONNECTIONS_MAX) {
      this.#disconnect(webSocket, 'too_many_websockets')
      return
    }
    this.#open.push(webSocket)
    webSocket.on('close', () => this.#forget(webSocket))
    webSocket.on('error', () => this.#forget(webSocket))
    webSocket.on('message', (data) => this.#hear(String(data)))
    const { clock, app } = this.#world
    const lifeMs = lifeSeconds * 1000
    this.#timers.set(webSocket, [
      clock.after(lifeMs - WARNING_MS, () => this.#tell(webSocket, 'warning')),
      clock.after(lifeMs, () => this.#disconnect(webSocket, 'refresh_requested')),
    ])
    this.#ping(webSocket)
    this.#send(webSocket, {
      type: 'hello',
      num_connections: this.#open.length,
      connection_info: { app_id: app.id },
      debug_info: { ...this.#debugInfo(), approximate_connection_time: lifeSeconds },
    })
    this.#world.changed()
  }

  #ping(webSocket: WebSocket): void {
    const stop = this.#world.clock.after(PING_EVERY_MS, () => {
      if (webSocket.readyState !== webSocket.OPEN) return
      webSocket.ping('Ping from the stand-in')
      this.#ping(webSocket)
    })
    this.#timers.get(webSocket)?.push(stop)
  }

  /** Sends to the connection whose turn it is; `undefined` where none is open. */
  deliver(envelope: Json & { envelope_id: string }): Promise<Json | undefined> | undefined {
    const webSocket = this.#open.shift()
    if (webSocket === undefined) return undefined
    this.#open.push(webSocket)
    return new Promise((resolve) => {
      this.#waiting.set(envelope.envelope_id, { acknowledge: resolve })
      if (!this.#deaf.has(webSocket)) this.#send(webSocket, envelope)
    })
  }

  /** Stops waiting for an acknowledgement. */
  giveUp(envelopeId: string): void {
    this.#waiting.delete(envelopeId)
  }

  #hear(data: string): void {
    const { envelope_id: id, payload } = JSON.parse(data) as { envelope_id: string; payload?: Json }
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (waiting === undefined) this.lateAcks.push(id)
    else waiting.acknowledge(payload)
  }

  /** Asks connections to go: the oldest, or all. After a warning they stay open. */
  disconnect(reason: DisconnectReason, which: 'oldest' | 'all' = 'all'): void {
    for (const webSocket of which === 'all' ? [...this.#open] : this.#open.slice(0, 1)) {
      if (reason === 'warning') this.#tell(webSocket, reason)
      else this.#disconnect(webSocket, reason)
    }
  }

  /** Breaks connections without a word, as a network does. */
  drop(): void {
    for (const webSocket of [...this.#open]) {
      webSocket.terminate()
      this.#forget(webSocket)
    }
  }

  /** From now on, the oldest connection or all get pings and no envelopes, as when a network is half broken. */
  deafen(which: 'oldest' | 'all' = 'all'): void {
    for (const webSocket of which === 'all' ? this.#open : this.#open.slice(0, 1)) this.#deaf.add(webSocket)
  }

  #disconnect(webSocket: WebSocket, reason: DisconnectReason): void {
    this.#tell(webSocket, reason)
    this.#forget(webSocket)
    webSocket.close(1000)
  }

  #tell(webSocket: WebSocket, reason: DisconnectReason): void {
    this.#send(webSocket, { type: 'disconnect', reason, debug_info: this.#debugInfo() })
  }

  #debugInfo(): Json {
    return { host: 'stand-in', build_number: 1, started: new Date(this.#world.clock.now()).toISOString() }
  }

  #send(webSocket: WebSocket, message: Json): void {
    if (webSocket.readyState === webSocket.OPEN) webSocket.send(JSON.stringify(message))
  }

  #forget(webSocket: WebSocket): void {
    for (const stop of this.#timers.get(webSocket) ?? []) stop()
    this.#timers.delete(webSocket)
    this.#deaf.delete(webSocket)
    const index = this.#open.indexOf(webSocket)
    if (index === -1) return
    this.#open.splice(index, 1)
    this.#world.changed()
  }

  close(): void {
    this.drop()
    for (const socket of this.#tcp) socket.destroy()
    this.#server.close()
  }
}
