/**
 * Watches one call on the wire: ends it when its caller leaves or no byte arrives for too long, and counts the bytes.
 */
import { fetchThere } from './no-redirect.ts'

/** Why our side ended a call. */
export type Ended = 'caller' | 'idle' | 'endless'

/** More bytes than any answer has: a server that sends more never stops. */
const ANSWER_MAX_BYTES = 64 * 1024 * 1024

interface WatchOptions {
  /** Aborts when the caller no longer wants the answer. */
  readonly signal: AbortSignal
  /** Milliseconds without a byte after which a call counts as hung. */
  readonly idleTimeoutMs: number
  readonly answerMaxBytes?: number
}

export interface CallWatch {
  /** Aborts for any of these reasons. */
  readonly signal: AbortSignal
  /** Like the platform's `fetch`, but watched: bytes that SDKs hide, such as pings, count as signs of life. */
  readonly fetch: typeof fetch
  ended(): Ended | undefined
  /** Bytes of the question, once the provider has begun to answer it; 0 before that. */
  questionBytes(): number
  stop(): void
}

export function watchCall({
  signal,
  idleTimeoutMs,
  answerMaxBytes = ANSWER_MAX_BYTES,
}: WatchOptions): CallWatch {
  const controller = new AbortController()
  let ended: Ended | undefined
  let questionBytes = 0
  let answerBytes = 0

  function end(reason: Ended): void {
    ended ??= reason
    controller.abort()
  }
  const onAbort = () => end('caller')
  const timer = setTimeout(() => end('idle'), idleTimeoutMs)
  // Prevents a cleared timer from starting again.
  let isStopped = false
  const live = () => {
    if (!isStopped) timer.refresh()
  }
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })

  const watchedFetch: typeof fetch = async (input, init) => {
    const response = await fetchThere(input, init)
    live()
    if (response.ok && typeof init?.body === 'string') questionBytes = Buffer.byteLength(init.body)
    if (response.body === null) return response
    const life = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, stream) {
        live()
        answerBytes += chunk.byteLength
        if (answerBytes > answerMaxBytes) end('endless')
        else stream.enqueue(chunk)
      },
    })
    return new Response(response.body.pipeThrough(life), response)
  }

  return {
    signal: controller.signal,
    fetch: watchedFetch,
    ended: () => ended,
    questionBytes: () => questionBytes,
    stop() {
      isStopped = true
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    },
  }
}
