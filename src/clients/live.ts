/**
 * Live text for those who watch at the moment: within this process, and over a wire to the others. It is not stored,
 * and delivery is best effort: the stored step with the whole text follows.
 */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { LiveAudience, LivePiece, LiveSource } from '../core/area/gateway.ts'
import type { Log } from '../core/operation/context.ts'
import { ScopeName } from '../core/operation/scopes.ts'
import { splitText } from '../core/text/cut.ts'
import type { Wire } from './changes.ts'

export interface Live extends LiveSource {
  /** Sends text to the watchers of `uri` who may see it. Never throws; text over the limit is dropped. */
  emitLive(uri: string, audience: LiveAudience, live: LivePiece): void
  /** Sends what has not been sent yet. */
  close(): Promise<void>
}

/** Milliseconds during which text is gathered. */
const GATHER_MS = 50
/** The most bytes of one message: PostgreSQL accepts fewer than 8,000. */
const MESSAGE_MAX_BYTES = 7_900
/** The most characters in one piece of a message: at worst six bytes each, plus ids of a few hundred. */
const PIECE_MAX_CHARS = 1_000
/** The most characters that wait to be sent; beyond that it is a flood, and the rest is dropped. */
const GATHERED_MAX_CHARS = 200_000

/** One piece: uri, the scopes that reading it needs, step, characters before it, text. */
const Piece = z.tuple([z.string(), z.array(ScopeName), z.string(), z.number(), z.string()])
type Piece = z.output<typeof Piece>
const Message = z.object({ from: z.string(), pieces: z.array(Piece) })

interface LiveOptions {
  /** Absent: there is no other process. */
  readonly wire?: Wire | undefined
  readonly log: Log
}

type Listener = Parameters<LiveSource['watchLive']>[1]

export async function createLive({ wire, log }: LiveOptions): Promise<Live> {
  const self = randomUUID()
  const watchers = new Map<string, Set<Listener>>()
  let gathered: Piece[] = []
  let chars = 0
  let timer: NodeJS.Timeout | undefined
  let sending: Promise<void> | undefined

  function tellHere(pieces: readonly Piece[]): void {
    for (const [uri, needs, stepId, at, text] of pieces) {
      for (const listener of watchers.get(uri) ?? []) {
        try {
          listener({ stepId, at, text }, { needs })
        } catch (err) {
          log.error({ err }, 'a watcher failed')
        }
      }
    }
  }

  async function send(carrier: Wire, pieces: readonly Piece[]): Promise<void> {
    try {
      for (const text of writeMessages(self, pieces)) await carrier.send(text)
    } catch (err) {
      log.debug({ err }, 'live text did not reach other processes')
    }
  }

  function flush(): void {
    timer = undefined
    // When the wire is slower than the text, more is gathered meanwhile, up to the limit.
    if (sending !== undefined) return
    const pieces = gathered
    gathered = []
    chars = 0
    tellHere(pieces)
    if (wire === undefined || pieces.length === 0) return
    sending = send(wire, pieces).finally(() => {
      sending = undefined
      if (gathered.length > 0) timer ??= setTimeout(flush, GATHER_MS)
    })
  }

  const stop = await wire?.listen((text) => {
    const message = readMessage(text)
    if (message !== undefined && message.from !== self) tellHere(message.pieces)
  })

  return {
    emitLive(uri, { needs }, { stepId, at, text }) {
      if (text === '' || chars + text.length > GATHERED_MAX_CHARS) return
      chars += text.length
      const last = gathered.at(-1)
      const isNext = last?.[0] === uri && last[2] === stepId && last[3] + last[4].length === at
      if (isNext) last[4] += text
      else gathered.push([uri, [...needs], stepId, at, text])
      timer ??= setTimeout(flush, GATHER_MS)
    },
    watchLive(uri, listener) {
      // Wrapped, so that the same listener can watch twice and be stopped once.
      const watcher: Listener = (text, audience) => listener(text, audience)
      const listeners = watchers.get(uri) ?? new Set()
      watchers.set(uri, listeners.add(watcher))
      return () => {
        listeners.delete(watcher)
        if (listeners.size === 0 && watchers.get(uri) === listeners) watchers.delete(uri)
      }
    },
    async close() {
      clearTimeout(timer)
      await sending
      clearTimeout(timer)
      flush()
      await sending
      await stop?.()
    },
  }
}

function readMessage(text: string): z.output<typeof Message> | undefined {
  try {
    return Message.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** As few messages as can hold everything, in order. */
function writeMessages(from: string, pieces: readonly Piece[]): string[] {
  const envelope = Buffer.byteLength(JSON.stringify({ from, pieces: [] }))
  const messages: Piece[][] = []
  let left = 0
  for (const piece of pieces.flatMap(cut)) {
    const size = Buffer.byteLength(JSON.stringify(piece)) + 1
    const last = messages.at(-1)
    if (last && size <= left) {
      last.push(piece)
      left -= size
    } else {
      messages.push([piece])
      left = MESSAGE_MAX_BYTES - envelope - size
    }
  }
  return messages.map((each) => JSON.stringify({ from, pieces: each }))
}

function cut([uri, needs, stepId, start, text]: Piece): Piece[] {
  let at = start
  return splitText(text, PIECE_MAX_CHARS).map((part) => {
    const piece: Piece = [uri, needs, stepId, at, part]
    at += part.length
    return piece
  })
}
