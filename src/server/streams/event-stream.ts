/**
 * A growing list as server-sent events: first the existing items, read page by page as the client takes them, then new
 * items, from the tail that all watchers of the list share. Positions decide what comes next, so that nothing is lost,
 * doubled or out of order in between.
 */

import type { Gateway } from '../../core/area/gateway.ts'
import { parseInput } from '../../core/call/input.ts'
import { AppError } from '../../core/errors.ts'
import type { Actor } from '../../core/operation/actor.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { Position } from '../../core/schema/ranges.ts'
import { createKeyEnds, type KeyEnds } from '../access/key-ends.ts'
import type { Admitted } from '../http/gate.ts'
import { createSource, type Source, type StreamTimes } from './event-source.ts'
import { createTails, type Watched } from './event-tail.ts'

/** Milliseconds without an event after which a comment shows that the connection lives. */
const HEARTBEAT_MS = 15_000
/** The most milliseconds after which a watcher's right to read is checked again. */
const RECHECK_MS = 60_000
/** Milliseconds between two searches for more, in case a notice got lost. */
const POLL_MS = 5_000

interface EventStreamParts {
  readonly gateway: Gateway
  /**
   * Authenticates the sender of this request again.
   * @throws AppError
   */
  authenticate(request: Request): Promise<Actor>
  readonly keys?: KeyEnds | undefined
  readonly times?: Partial<StreamTimes> | undefined
}

export interface EventStreams {
  /** @throws AppError when the list may not be read, does not exist, or too many streams are open */
  open(operation: Operation, input: object, admitted: Admitted): Promise<Response>
  /** Ends all streams: their clients reconnect elsewhere. */
  close(): void
}

const HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store, no-transform',
  'x-content-type-options': 'nosniff',
  // Asks proxies such as nginx to pass each event on at once.
  'x-accel-buffering': 'no',
}

export function createEventStreams(parts: EventStreamParts): EventStreams {
  const { gateway, authenticate, times: given } = parts
  const keys = parts.keys ?? createKeyEnds({ watch: gateway.watch, now: () => new Date() })
  const times = { heartbeatMs: HEARTBEAT_MS, recheckMs: RECHECK_MS, pollMs: POLL_MS, ...given }
  const tails = createTails(gateway, times.pollMs)
  const closers = new Set<() => void>()

  return {
    async open(operation, input, admitted) {
      const watched = watchedBy(operation, input, admitted.actor)
      const { actor, requestId, request } = admitted
      const source = createSource({
        gateway,
        keys,
        tails,
        times,
        watched,
        requestId,
        authenticate: () => authenticate(request),
      })
      await admitted.becomeStream()
      try {
        const opening = await source.open(actor, startOf(watched, request))
        // The body of an answer to HEAD is never read, and nothing reports that.
        if (request.method !== 'HEAD') {
          return new Response(streamOf(source, opening, closers), { headers: HEADERS })
        }
      } catch (thrown) {
        source.close()
        throw thrown
      }
      source.close()
      return new Response(null, { headers: HEADERS })
    },
    close() {
      for (const closeStream of [...closers]) closeStream()
    },
  }
}

function watchedBy(operation: Operation, input: object, actor: Actor): Watched {
  const { personId, within, logSpace, scopes } = actor
  const { stream } = operation
  if (stream === undefined) throw new AppError('internal', `${operation.name} is not a stream.`)
  return { operation, stream, input: parseInput(operation, input), personId, within, logSpace, scopes }
}

/** The position that the client has already: from its header, or else from the input. */
function startOf({ input }: Watched, request: Request): number {
  const said = request.headers.get('last-event-id') ?? ''
  if (said === '') return typeof input.after === 'number' ? input.after : 0
  const position = Position.safeParse(/^\d+$/.test(said) ? Number(said) : undefined)
  if (position.success) return position.data
  throw new AppError('invalid_input', 'Last-Event-ID is not an id of this stream.', {
    fix: 'Send the id of the last event that you received, or leave out the header.',
  })
}

/**
 * Nothing is read before the client takes it, so that a slow client holds only what is on its way. `closers` end the
 * open streams.
 */
function streamOf(source: Source, opening: Uint8Array, closers: Set<() => void>): ReadableStream<Uint8Array> {
  let first: Uint8Array | undefined = opening
  let close = (): void => undefined
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        close = () => {
          if (!closers.delete(close)) return
          source.close()
          controller.close()
        }
        closers.add(close)
      },
      async pull(controller) {
        const chunk = first ?? (await source.next())
        first = undefined
        if (!closers.has(close)) return
        if (chunk === undefined) close()
        else controller.enqueue(chunk)
      },
      cancel() {
        closers.delete(close)
        source.close()
      },
    },
    { highWaterMark: 0 },
  )
}
