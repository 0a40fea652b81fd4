/** Apps for the stand-in's own tests, by Socket Mode and at addresses, which answer as a test wants. */
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocket } from 'ws'
import { KEPT_ALIVE } from '../keep-alive.ts'
import type { RequestUrls } from './world/app.ts'
import type { Json } from './world/wire.ts'

export interface SocketClient {
  /** Everything that came, oldest first. */
  readonly received: Json[]
  readonly socket: WebSocket
  acknowledge(envelope: Json, payload?: Json): void
  /** The next message that `isWanted` accepts, of those that came or will come. */
  next(isWanted: (message: Json) => boolean): Promise<Json>
}

/** Connects, and resolves once Slack said hello (or what it says in its place). */
export async function connectSocket(url: string, options = { isAcknowledging: true }): Promise<SocketClient> {
  const received: Json[] = []
  const waiting = new Set<() => void>()
  const socket = new WebSocket(url)
  const client: SocketClient = {
    received,
    socket,
    acknowledge(envelope, payload) {
      socket.send(JSON.stringify({ envelope_id: envelope.envelope_id, ...(payload && { payload }) }))
    },
    next: (isWanted) =>
      new Promise((resolve) => {
        const look = () => {
          const found = received.find(isWanted)
          if (found === undefined) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
  }
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Json
    received.push(message)
    if (options.isAcknowledging && message.envelope_id !== undefined) client.acknowledge(message)
    for (const look of [...waiting]) look()
  })
  await client.next(({ type }) => type === 'hello' || type === 'disconnect')
  return client
}

export interface Request {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

interface Response {
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: unknown
}

export interface HttpApp {
  readonly urls: RequestUrls
  readonly received: Request[]
  /** How it answers from now on; `undefined`: not at all. */
  answers(how: (request: Request) => Response | undefined): void
  close(): Promise<void>
}

/** An app that Slack calls at its addresses. */
export async function listenHttp(): Promise<HttpApp> {
  const received: Request[] = []
  let answer = (_request: Request): Response | undefined => ({ status: 200 })
  const server = createServer(KEPT_ALIVE, async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const request = { path: incoming.url ?? '', headers: incoming.headers, body }
    received.push(request)
    const response = answer(request)
    if (response === undefined) return
    outgoing.writeHead(response.status, response.headers)
    outgoing.end(response.body === undefined ? undefined : JSON.stringify(response.body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    urls: { events: `${url}/events`, interactions: `${url}/interactions`, commands: `${url}/commands` },
    received,
    answers: (how) => {
      answer = how
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
