/** Stands between one process and a server it needs: drops connections, and stops at watched statements and their replies. */
import { connect, createServer, type Socket } from 'node:net'
import type { Trap } from '../harness/trap.ts'
import { listenLocal } from './listen-local.ts'
import { createStatementFinder, hasWritten, type Mark } from './postgres-frames.ts'

export interface TcpProxy {
  readonly port: number
  /** Cuts every connection that is open. */
  drop(): void
  close(): Promise<void>
}

export interface TcpProxyOptions {
  readonly to: { readonly host: string; readonly port: number }
  /** Watches for what this process writes to PostgreSQL. */
  readonly watched?: { readonly trap: Trap; readonly process: string }
}

export async function openProxy({ to, watched }: TcpProxyOptions): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(to.port, to.host)
    const cut = () => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', cut)
      socket.on('close', () => {
        sockets.delete(socket)
        cut()
      })
    }
    const relay = { client, upstream, cut }
    if (watched) relayWatched(relay, watched)
    else {
      client.pipe(upstream)
      upstream.pipe(client)
    }
  })
  const port = await listenLocal(server)
  const drop = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port,
    drop,
    async close() {
      drop()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Relay {
  readonly client: Socket
  readonly upstream: Socket
  cut(): void
}

function relayWatched(
  { client, upstream, cut }: Relay,
  watched: NonNullable<TcpProxyOptions['watched']>,
): void {
  const { trap, process } = watched
  const finder = createStatementFinder()
  /** Statements whose replies have not come, in their order. */
  const pending: Mark[] = []

  async function toServer(chunk: Buffer): Promise<void> {
    for (const { bytes, mark } of finder.push(chunk)) {
      if (mark) {
        if ((await trap.pass({ spot: `${mark}.before`, process })) === 'cut') return cut()
        pending.push(mark)
      }
      upstream.write(bytes)
    }
  }

  async function toClient(chunk: Buffer): Promise<void> {
    const [mark] = pending
    const isWritten = mark && hasWritten(mark, chunk)
    if (mark && isWritten !== undefined) {
      pending.shift()
      if (isWritten && (await trap.pass({ spot: `${mark}.done`, process })) === 'cut') return cut()
    }
    client.write(chunk)
  }

  inOrder(client, toServer)
  inOrder(upstream, toClient)
}

/** Handles what a socket brings piece after piece, each when the one before is through. */
function inOrder(socket: Socket, handle: (chunk: Buffer) => Promise<void>): void {
  let last = Promise.resolve()
  socket.on('data', (chunk: Buffer) => {
    last = last.then(() => handle(chunk)).catch(() => socket.destroy() && undefined)
  })
}
