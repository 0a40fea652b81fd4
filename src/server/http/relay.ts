/** Passes an answer's body on: reports when it is finished, and ends it for a reader who falls too far behind. */

/**
 * The most bytes of notices that wait for the reader of a stream, about a thousand notices. For a reader who falls
 * further behind, the stream ends: a client that comes back asks for what it missed, and one that never reads would
 * fill the memory.
 */
const BACKLOG_MAX_BYTES = 262_144

/** The same answer; `finished` runs once, when its body has been read to the end or is no longer wanted. */
export function whenFinished(response: Response, finished: () => void): Response {
  if (!response.body) return response
  const reader = response.body.getReader()
  let isFinished = false
  const finish = (): void => {
    if (!isFinished) finished()
    isFinished = true
  }
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (!done) return controller.enqueue(value)
        finish()
        controller.close()
      } catch (error) {
        finish()
        controller.error(error)
      }
    },
    cancel(reason) {
      finish()
      return reader.cancel(reason)
    },
  })
  const { status, headers } = response
  return new Response(body, { status, headers })
}

/** The same stream of notices, which ends when its reader leaves more than the backlog unread. */
export function withBacklogLimit(response: Response): Response {
  if (!response.body) return response
  const reader = response.body.getReader()
  const backlog: Uint8Array[] = []
  let bytes = 0
  let isOver = false
  let wake = (): void => undefined

  async function fill(): Promise<void> {
    try {
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        if (bytes > BACKLOG_MAX_BYTES) {
          backlog.length = 0
          await reader.cancel()
          break
        }
        backlog.push(read.value)
        bytes += read.value.byteLength
        wake()
      }
    } catch {
      // The source of the stream is gone, so it ends.
    }
    isOver = true
    wake()
  }

  async function pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (backlog.length === 0 && !isOver) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    bytes = 0
    for (const piece of backlog.splice(0)) controller.enqueue(piece)
    if (isOver) controller.close()
  }

  void fill()
  const cancel = (reason: unknown) => reader.cancel(reason)
  const body = new ReadableStream<Uint8Array>({ pull, cancel }, { highWaterMark: 0 })
  const { status, headers } = response
  return new Response(body, { status, headers })
}
