/** One answer over HTTP: plain JSON, or an event stream once there is a notification before the answer. */

/** Milliseconds between comments through an open stream, so that nothing on the way takes it for dead. */
const KEEP_ALIVE_MS = 15_000

/** When more bytes than this wait for the reader of an answer, progress is no longer reported. */
const PROGRESS_MAX_BYTES = 65_536

const JSON_HEADERS = { 'content-type': 'application/json' }

const STREAM_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}

type Notify = (method: string, params: object) => void

export function jsonResponse(json: string): Response {
  return new Response(json, { headers: JSON_HEADERS })
}

/**
 * Runs `work`, which returns the JSON text of the reply and may notify before that: the first notification turns the
 * answer into an event stream.
 */
export function progressStream(work: (notify: Notify) => Promise<string>): Promise<Response> {
  return new Promise((resolve, reject) => {
    let stream: EventStream | undefined
    const notify: Notify = (method, params) => {
      if (!stream) {
        stream = openStream()
        resolve(stream.response)
      }
      if (stream.hasRoom()) stream.write(JSON.stringify({ jsonrpc: '2.0', method, params }))
    }
    work(notify).then(
      (json) => (stream ? stream.end(json) : resolve(jsonResponse(json))),
      (error: unknown) => (stream ? stream.fail(error) : reject(error)),
    )
  })
}

interface EventStream {
  readonly response: Response
  hasRoom(): boolean
  write(json: string): void
  end(json: string): void
  fail(error: unknown): void
}

function openStream(): EventStream {
  const encoder = new TextEncoder()
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>(
    {
      start(opened) {
        controller = opened
      },
      cancel() {
        left()
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: PROGRESS_MAX_BYTES }),
  )
  const hasRoom = (): boolean => (controller?.desiredSize ?? 0) > 0
  const keepAlive = setInterval(() => {
    if (hasRoom()) controller?.enqueue(encoder.encode(': keepalive\n\n'))
  }, KEEP_ALIVE_MS)
  keepAlive.unref()

  /** The reader is gone, or has everything: nothing more is written. */
  function left(): ReadableStreamDefaultController<Uint8Array> | undefined {
    clearInterval(keepAlive)
    const open = controller
    controller = undefined
    return open
  }

  function write(json: string): void {
    controller?.enqueue(encoder.encode(`event: message\ndata: ${json}\n\n`))
  }

  return {
    response: new Response(body, { headers: STREAM_HEADERS }),
    hasRoom,
    write,
    end(json) {
      write(json)
      left()?.close()
    },
    fail: (error) => left()?.error(error),
  }
}
