/** A receiver of webhooks on a real socket: it checks signatures as receivers do, and answers as a test wants. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

export interface Received {
  readonly id: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly event: { readonly type: string; readonly version: number; readonly data: Record<string, unknown> }
}

interface Answer {
  readonly status: number
  readonly headers?: Record<string, string>
}

export interface Receiver {
  readonly url: string
  readonly host: string
  /** Every request, oldest first. */
  readonly received: Received[]
  /** How it answers from now on. `undefined`: it breaks the connection. */
  answers(how: (received: Received) => Answer | undefined | Promise<Answer | undefined>): void
  /** Calls `listener` now, and after each request from now on in place of an earlier listener. */
  hears(listener: () => void): void
  close(): Promise<void>
}

const FINE: Answer = { status: 204 }

/** Opens one on a free port, or on `port`. */
export async function openReceiver(port = 0): Promise<Receiver> {
  const received: Received[] = []
  let heard = () => undefined as unknown
  let answer: (received: Received) => Answer | undefined | Promise<Answer | undefined> = () => FINE
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const id = String(request.headers['webhook-id'])
    const each = { id, headers: request.headers, body, event: JSON.parse(body) }
    received.push(each)
    heard()
    const given = await answer(each)
    if (given === undefined) request.socket.destroy()
    else response.writeHead(given.status, given.headers).end()
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const host = `localhost:${(server.address() as AddressInfo).port}`
  return {
    host,
    url: `http://${host}/hook`,
    received,
    answers: (how) => {
      answer = how
    },
    hears: (listener) => {
      heard = listener
      listener()
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The same as `verify` at any time: whether the signature is right for the moment that the request names. */
export function isSigned(secret: string, received: Received | undefined): boolean {
  if (received === undefined) return false
  const { id, body, headers } = received
  const at = new Date(Number(headers['webhook-timestamp']) * 1000)
  return headers['webhook-signature'] === new Webhook(secret).sign(id, at, body)
}

/** What a receiver with this secret reads; throws where the signature is not right. */
export function verify(secret: string, { body, headers }: Received): unknown {
  return new Webhook(secret).verify(body, headers as Record<string, string>)
}
