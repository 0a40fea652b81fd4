/** Watches one call on the wire: ends it when its caller goes or no byte comes for too long, and counts what came. */
import { fetchThere } from './no-redirect.ts'

/** Why a call was ended from this side. */
export type Ended = 'caller' | 'idle' | 'endless'

/** Bytes that no answer has: a server that sends more never stops. */
const ANSWER_MAX_BYTES = 64 * 1024 * 1024

interface WatchOptions {
  /** Aborts when the caller no longer wants the answer. */
  readonly signal: AbortSignal
  /** Milliseconds without a byte after which a call counts as hung. */
  readonly idleTimeoutMs: number
  readonly answerMaxBytes?: number
}

export interface CallWatch {
  /** Aborts for any of the reasons. */
  readonly signal: AbortSignal
  /** Like the platform's, and watched: bytes that SDKs keep to themselves, such as pings, count as life. */
  readonly fetch: typeof fetch
  ended(): Ended | undefined
  /** Bytes of the question, once the provider has begun to answer it; 0 before. */
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
  // A timer that was cleared would start again.
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
