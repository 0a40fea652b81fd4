/**
 * One connection of Socket Mode: open once Slack has said hello, alive while frames arrive. An envelope is acknowledged once
 * it was taken over, so that Slack repeats it otherwise.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { Agent, buildConnector, ping, WebSocket } from 'undici'

export interface Envelope {
  readonly type: string
  readonly envelopeId: string
  readonly payload: unknown
}

/** Takes an envelope over; answers with the body of its acknowledgement. @throws when Slack is to send it again */
export type TakeEnvelope = (envelope: Envelope) => Promise<object | undefined>

export interface ConnectionOptions {
  readonly takeEnvelope: TakeEnvelope
  /** An envelope was not taken over. */
  onFailure(thrown: unknown): void
  /** Aborted when the process stops: no hello is waited for any longer. */
  readonly signal: AbortSignal
  /** Milliseconds: see `STANDARD_TIMES`. */
  readonly times?: Times
}

interface Times {
  readonly helloMaxMs: number
  readonly pingEveryMs: number
  readonly silenceMaxMs: number
}

const STANDARD_TIMES: Times = {
  /** For the connection and Slack's hello. */
  helloMaxMs: 10_000,
  /** Between two pings. */
  pingEveryMs: 10_000,
  /** Without any frame, not even a pong, after which a connection is deaf. */
  silenceMaxMs: 25_000,
}

/** Milliseconds for acknowledgements under way when a connection is closed, and for the close itself. */
const CLOSE_MAX_MS = 3_000

/** Why a connection is over, or soon will be: Slack's reason, or `closed`, `deaf`. */
export type EndReason = string

export interface Connection {
  /** Seconds for which Slack means to keep it; undefined: it does not say. */
  readonly lifeSeconds: number | undefined
  /** Resolves when it is to be replaced, or is gone already. */
  readonly ending: Promise<EndReason>
  /** Whether envelopes still arrive. */
  isOpen(): boolean
  /** Finishes what has arrived, and closes. */
  close(): Promise<void>
}

/** Slack did not welcome a connection. */
export class NotWelcome extends Error {
  readonly reason: EndReason

  constructor(reason: EndReason) {
    super(`Slack did not say hello: ${reason}`)
    this.name = 'NotWelcome'
    this.reason = reason
  }
}

/** @throws NotWelcome */
export async function openConnection(
  url: string,
  { takeEnvelope, onFailure, signal, times = STANDARD_TIMES }: ConnectionOptions,
): Promise<Connection> {
  const line = openLine(url)
  const { socket } = line
  const underWay = new Set<Promise<void>>()
  let heardAt = performance.now()
  const state: { hello?: Message; isEnded: boolean } = { isEnded: false }
  const settled = { welcome: (_hello: Message) => {}, end: (_reason: EndReason) => {} }
  const hello = new Promise<Message>((resolve) => {
    settled.welcome = resolve
  })
  const ending = new Promise<EndReason>((resolve) => {
    settled.end = resolve
  })

  async function take(envelope: Envelope): Promise<void> {
    try {
      const payload = await takeEnvelope(envelope)
      if (socket.readyState !== WebSocket.OPEN) return
      socket.send(JSON.stringify({ envelope_id: envelope.envelopeId, ...(payload && { payload }) }))
    } catch (thrown) {
      onFailure(thrown)
    }
  }

  function hear(data: unknown): void {
    heardAt = performance.now()
    const message = readMessage(data)
    if (message?.type === 'hello') settled.welcome(message)
    else if (message?.type === 'disconnect') settled.end(message.reason ?? 'disconnect')
    else if (message?.envelope_id !== undefined) {
      const { type, envelope_id: envelopeId, payload } = message
      const taken = take({ type, envelopeId, payload }).finally(() => underWay.delete(taken))
      underWay.add(taken)
    }
  }

  const unwatch = watchFrames(socket, () => {
    heardAt = performance.now()
  })
  const timer = setInterval(() => {
    if (performance.now() - heardAt > times.silenceMaxMs) finish('deaf')
    else ping(socket)
  }, times.pingEveryMs)

  function finish(reason: EndReason): void {
    if (state.isEnded) return
    state.isEnded = true
    clearInterval(timer)
    unwatch()
    line.destroy()
    settled.end(reason)
  }

  socket.addEventListener('message', ({ data }) => hear(data))
  socket.addEventListener('close', () => finish('closed'))
  // The connection closes after an error, which says no more than that.
  socket.addEventListener('error', () => finish('closed'))
  const late = AbortSignal.any([signal, AbortSignal.timeout(times.helloMaxMs)])
  const giveUp = () => finish('no hello')
  late.addEventListener('abort', giveUp)
  const first = await Promise.race([hello, ending])
  late.removeEventListener('abort', giveUp)
  if (typeof first === 'string') {
    finish(first)
    throw new NotWelcome(first)
  }
  return {
    lifeSeconds: first.debug_info?.approximate_connection_time,
    ending,
    isOpen: () => !state.isEnded,
    async close() {
      await within(CLOSE_MAX_MS, Promise.all(underWay))
      // Slack answers the close frame, and leaves the connection open.
      if (!state.isEnded) socket.close(1000)
      finish('closed')
    },
  }
}

interface Message {
  readonly type: string
  readonly reason?: string
  readonly envelope_id?: string
  readonly payload?: unknown
  readonly debug_info?: { readonly approximate_connection_time?: number }
}

/** Slack's own messages are taken as they are; anything else is left out. */
function readMessage(data: unknown): Message | undefined {
  try {
    const message: unknown = JSON.parse(String(data))
    return typeof message === 'object' && message !== null ? (message as Message) : undefined
  } catch {
    return undefined
  }
}

interface Line {
  readonly socket: WebSocket
  /** Ends the connection beneath, which undici keeps until the other side ends it. */
  destroy(): void
}

function openLine(url: string): Line {
  const connect = buildConnector({ allowH2: false })
  let beneath: Socket | undefined
  const dispatcher = new Agent({
    connect(options, callback) {
      connect(options, (...outcome) => {
        beneath = outcome[1] ?? undefined
        callback(...outcome)
      })
    },
  })
  return {
    socket: new WebSocket(url, { dispatcher }),
    destroy() {
      beneath?.destroy()
      dispatcher.destroy().catch(() => undefined)
    },
  }
}

const FRAMES = ['undici:websocket:ping', 'undici:websocket:pong'] as const

/** Calls `listener` for each ping and pong of this socket: undici tells of them nowhere else. */
function watchFrames(socket: WebSocket, listener: () => void): () => void {
  const heard = (frame: unknown) => {
    if ((frame as { websocket?: unknown }).websocket === socket) listener()
  }
  for (const channel of FRAMES) subscribe(channel, heard)
  return () => {
    for (const channel of FRAMES) unsubscribe(channel, heard)
  }
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work, late])
  clearTimeout(timer)
}
