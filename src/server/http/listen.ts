/** Puts the application on a socket, and takes it off again without dropping running calls. */
import { createServer, IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { getRequestListener, RequestError } from '@hono/node-server'
import type { Hono } from 'hono'
import { AppError, toAppError } from '../../core/errors.ts'
import { newId } from '../../core/operation/ids.ts'
import { problemAnswer } from './gate.ts'
import type { GateEnv } from './visit.ts'

interface ListenOptions {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  readonly stalledMs?: number
  /** Receives each request as it comes in, with Node's own. */
  onRequest?(request: Request, incoming: IncomingMessage): void
}

export interface Listening {
  /** The address of the gateway, e.g. `http://127.0.0.1:3000`. */
  readonly url: string
  /** Takes no new connections, waits for running answers, and cuts off what is left after `graceMs`. */
  close(graceMs: number): Promise<void>
}

/**
 * Milliseconds within which a request's head, and the whole request, must have arrived: slow senders must not occupy
 * connections.
 */
const HEADERS_TIMEOUT_MS = 20_000
const REQUEST_TIMEOUT_MS = 120_000

/**
 * Milliseconds without a byte in either direction after which a connection with unsent data is cut: unread data would
 * otherwise be kept for ever.
 */
const STALLED_MS = 60_000

/**
 * Milliseconds for which an idle connection is kept: longer than proxies in front keep theirs (60 s), so that they
 * close first.
 */
const KEEP_ALIVE_TIMEOUT_MS = 65_000

/**
 * Listens.
 * @throws AppError `unavailable` when the port is taken, `forbidden` when it may not be used, `invalid_input` when the
 * host is not an address of this machine.
 */
export async function listen(app: Hono<GateEnv>, options: ListenOptions): Promise<Listening> {
  const { host, port, stalledMs = STALLED_MS, onRequest } = options
  const listener = getRequestListener(
    (request, env) => {
      const { incoming } = env
      if (!(incoming instanceof IncomingMessage) || hasSeveralHosts(incoming))
        return refuse(new RequestError('Several hosts'))
      onRequest?.(request, incoming)
      return app.fetch(request, env)
    },
    { hostname: host, errorHandler: refuse },
  )
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    },
    listener,
  )
  server.on('clientError', refuseGarbage)
  server.setTimeout(stalledMs, (socket) => cutUnlessWaiting(socket, stalledMs))
  await bind(server, host, port)
  const name = host.includes(':') ? `[${host}]` : host
  // A server on a host and port has an address of this form.
  const bound = (server.address() as AddressInfo).port
  return { url: `http://${name}:${bound}`, close: (graceMs) => close(server, graceMs) }
}

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(bindError(error, host, port)))
    server.listen({ host, port, exclusive: true }, resolve)
  })
}

function bindError(error: NodeJS.ErrnoException, host: string, port: number): unknown {
  switch (error.code) {
    case 'EADDRINUSE':
      return new AppError('unavailable', `Port ${port} on ${host} is taken by another program.`, {
        fix: `Stop that program, or choose another port: PORT=${port + 1}.`,
        cause: error,
      })
    case 'EACCES':
      return new AppError('forbidden', `Port ${port} may not be used by this account.`, {
        fix: 'Choose a port above 1023, e.g. PORT=3000.',
        cause: error,
      })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new AppError('invalid_input', `${host} is not an address of this machine.`, {
        fix: 'Set HOST to 127.0.0.1 (this machine only) or 0.0.0.0 (everybody who can reach it).',
        cause: error,
      })
    default:
      return error
  }
}

/**
 * A connection that only waits, for example for the answer of a long call, stays. A connection with unsent data is cut,
 * and so is one between two requests, which Node itself limits.
 */
function cutUnlessWaiting(socket: Socket, stalledMs: number): void {
  if (socket.timeout === stalledMs && socket.writableLength === 0) socket.setTimeout(stalledMs)
  else socket.destroy()
}

/** RFC 9112, 3.2: such a request is refused, because intermediaries may each have used a different one. */
function hasSeveralHosts({ rawHeaders }: IncomingMessage): boolean {
  return rawHeaders.filter((text, index) => index % 2 === 0 && /^host$/i.test(text)).length > 1
}

/**
 * A malformed request (a `Host` that is not a host) never reaches the application, which answers everything else
 * itself.
 */
function refuse(thrown: unknown): Response {
  const error =
    thrown instanceof RequestError
      ? new AppError('invalid_input', 'The request line or the Host header is not valid HTTP.', {
          fix: 'Send an absolute path, and the host and port that you called.',
        })
      : toAppError(thrown)
  const { status, body, headers } = problemAnswer(error, newId('req'))
  return new Response(body, { status, headers })
}

/** Node's parser gave up, so there is no request to answer; the answer is written to the socket itself. */
function refuseGarbage(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const { status, body: problem, headers } = problemAnswer(unreadable(error.code), newId('req'))
  const body = problem ?? ''
  const head = {
    ...headers,
    connection: 'close',
    'content-length': String(Buffer.byteLength(body)),
  }
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`)
}

function unreadable(code: string | undefined): AppError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new AppError('payload_too_large', 'The address and headers of this request are over 16 KiB.', {
        fix: 'Shorten the query, or leave out headers such as cookies; long values belong in a body.',
      })
    case 'HPE_INVALID_URL':
      return new AppError(
        'invalid_input',
        'The address contains a character that HTTP does not allow there.',
        {
          fix: "Write spaces and letters beyond ASCII with percent signs, as curl --get --data-urlencode 'text=café' does.",
        },
      )
    default:
      return new AppError('invalid_input', 'This is not a complete HTTP request.', {
        fix: 'Send HTTP/1.1, the whole request without long pauses.',
      })
  }
}

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), graceMs)
  // Connections that become idle during the wait are not closed automatically.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS)
  await closed
  clearTimeout(timer)
  clearInterval(sweep)
}

/** Milliseconds between two searches for idle connections. */
const SWEEP_MS = 50
