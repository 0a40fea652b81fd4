/** Server-sent events as text: items carry their position as id; comments and live text carry none. */
import type { LiveText } from '../../core/area/gateway.ts'
import type { StreamItem } from '../../core/operation/stream.ts'

const encoder = new TextEncoder()

/** Milliseconds after which a client with a lost connection comes back. */
const RETRY_MS = 1000

/** The first bytes: they also open the way through proxies that hold back an empty answer. */
export const OPENING = encoder.encode(`retry: ${RETRY_MS}\n\n`)
export const HEARTBEAT = encoder.encode(': still here\n\n')
export const END = encoder.encode('event: end\ndata: {}\n\n')

export function encodeItem({ position, type, data }: StreamItem): Uint8Array {
  return encoder.encode(`id: ${position}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`)
}

export function encodeDelta({ stepId, text }: LiveText): Uint8Array {
  return encoder.encode(`event: delta\ndata: ${JSON.stringify({ stepId, text })}\n\n`)
}

/** Why a stream ends early. It is not named `error`, which browsers use for a lost connection. */
export function encodeProblem(problem: object): Uint8Array {
  return encoder.encode(`event: problem\ndata: ${JSON.stringify(problem)}\n\n`)
}

/** One piece, without copying a single one. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces
  return only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces)
}
