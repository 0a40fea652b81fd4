/** The events of a gateway in another process: when the connection is lost, they continue after the last one. */
import { AppError, ERROR_KINDS, toAppError } from '../../core/errors.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { encodeInput } from '../../core/operation/wire.ts'
import { backoff, retry } from '../../core/retry.ts'
import { readEvents, type ServerEvent } from '../input/read-events.ts'
import type { Events } from '../surroundings.ts'
import {
  cancelled,
  errorFrom,
  type HttpGatewayOptions,
  networkError,
  readAnswer,
  send,
} from './http-gateway.ts'

/** How many connections in a row may bring nothing before it gives up: a gateway that restarts is back by then. */
const ATTEMPTS_MAX = 30
/** The pause between two of them, unless the gateway names a time. */
const DELAY_MS = backoff({ firstMs: 200, maxMs: 3000 })

type Options = Pick<HttpGatewayOptions, 'url' | 'authorize'>

export function createHttpEvents(options: Options): Events {
  return async function* events(operation, input, signal) {
    let lastId = ''
    let stream: AsyncGenerator<ServerEvent, void> | undefined
    async function next(): Promise<ServerEvent> {
      try {
        stream ??= connection(options, { operation, input, lastId, signal })
        const { value } = await stream.next()
        if (value) return value
      } catch (thrown) {
        stream = undefined
        throw signal.aborted ? cancelled() : toAppError(thrown)
      }
      stream = undefined
      throw new AppError('unavailable', 'The gateway ended the stream early.')
    }
    // A gateway that never sent an event may not exist at all.
    const retryIf = (thrown: unknown) =>
      lastId !== '' && ERROR_KINDS[toAppError(thrown).code].retry === 'later'
    const plan = { attempts: ATTEMPTS_MAX, retryIf, delayMs: DELAY_MS, signal }
    try {
      for (;;) {
        const event = await retry(next, plan)
        // A new connection sends no id before its first item.
        lastId = event.lastId || lastId
        if (event.type === 'end') return
        yield event
      }
    } catch (thrown) {
      throw signal.aborted ? cancelled() : thrown
    } finally {
      await stream?.return()
    }
  }
}

interface Asked {
  readonly operation: Operation
  readonly input: object
  readonly lastId: string
  readonly signal: AbortSignal
}

/** One connection, until it ends. @throws AppError */
async function* connection(
  { url, authorize }: Options,
  { operation, input, lastId, signal }: Asked,
): AsyncGenerator<ServerEvent, void> {
  const headers = new Headers({ accept: 'text/event-stream' })
  const authorization = await authorize?.()
  if (authorization !== undefined) headers.set('authorization', authorization)
  if (lastId !== '') headers.set('last-event-id', lastId)
  const response = await send(`${url}${encodeInput(operation, { ...input }).target}`, { headers, signal })
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true
  if (!response.ok || !isStream || response.body === null) {
    throw errorFrom(response, await readAnswer(response, signal))
  }
  try {
    for await (const event of readEvents(response.body)) {
      if (event.type === 'problem') throw errorFrom(response, JSON.parse(event.data))
      yield event
    }
  } catch (thrown) {
    throw thrown instanceof AppError ? thrown : networkError(response.url, signal, thrown)
  }
}
