/** The events of a gateway in another process: they go on after the last one when the connection is lost. */
import { setTimeout as pause } from 'node:timers/promises'
import { AppError, ERROR_KINDS, toAppError } from '../../core/errors.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { readEvents, type ServerEvent } from '../input/read-events.ts'
import type { Events } from '../surroundings.ts'
import {
  addressed,
  cancelled,
  errorFrom,
  type HttpGatewayOptions,
  networkError,
  readAnswer,
  send,
} from './http-gateway.ts'

/** Connections in a row that bring nothing, before it is given up: a gateway that restarts is back by then. */
const ATTEMPTS_MAX = 30
/** Between two of them, at first and at most, unless the gateway names a time. */
const PAUSE_MS = 200
const PAUSE_MAX_MS = 3000

type Options = Pick<HttpGatewayOptions, 'url' | 'authorize'>

export function createHttpEvents(options: Options): Events {
  return async function* events(operation, input, signal) {
    let lastId = ''
    let failures = 0
    for (;;) {
      let error = new AppError('unavailable', 'The gateway ended the stream early.')
      try {
        for await (const event of connection(options, { operation, input, lastId, signal })) {
          failures = 0
          // A new connection says no id before its first item.
          lastId = event.lastId || lastId
          if (event.type === 'end') return
          yield event
        }
      } catch (thrown) {
        if (signal.aborted) throw cancelled()
        error = toAppError(thrown)
      }
      failures += 1
      await comeBack(error, { failures, isKnown: lastId !== '', signal })
    }
  }
}

interface Attempts {
  readonly failures: number
  /** It was there before. */
  readonly isKnown: boolean
  readonly signal: AbortSignal
}

/** Waits until it is worth another try. @throws AppError when it is not */
async function comeBack(error: AppError, { failures, isKnown, signal }: Attempts): Promise<void> {
  if (!isKnown || failures >= ATTEMPTS_MAX || ERROR_KINDS[error.code].retry !== 'later') throw error
  const waitMs = Math.min(error.retryAfterMs ?? PAUSE_MS * 2 ** (failures - 1), PAUSE_MAX_MS)
  await pause(waitMs, undefined, { signal }).catch(() => {
    throw cancelled()
  })
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
  const response = await send(`${url}${addressed(operation, input).path}`, { headers, signal })
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
