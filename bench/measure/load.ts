/** The load: a fixed number of connections, each sending the same request again as soon as it is answered. */
import { Client, type Dispatcher } from 'undici'

export interface Target {
  /** e.g. `http://127.0.0.1:3000`. */
  readonly origin: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** What each request has of its own, such as the id of an event. */
  vary?(): Partial<Pick<Target, 'path' | 'headers' | 'body'>>
}

/** What one target did under load. */
export interface Load {
  readonly perSecond: number
  /** Milliseconds that each answer took, unsorted. */
  readonly latenciesMs: readonly number[]
  /** Share of one core that sending took: near 1, the load and not the server was the limit. */
  readonly senderBusy: number
}

/**
 * Sends for `seconds` over `connections`.
 * @throws Error when any answer is not a success: failing fast must not count as speed.
 */
export async function runLoad(target: Target, connections: number, seconds: number): Promise<Load> {
  const latenciesMs: number[] = []
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  const until = startedAt + seconds * 1000
  await Promise.all(Array.from({ length: connections }, () => sendUntil(target, until, latenciesMs)))
  const elapsedMs = performance.now() - startedAt
  const { user, system } = process.cpuUsage(cpuBefore)
  return {
    perSecond: (latenciesMs.length * 1000) / elapsedMs,
    latenciesMs,
    senderBusy: (user + system) / 1000 / elapsedMs,
  }
}

async function sendUntil(target: Target, until: number, latenciesMs: number[]): Promise<void> {
  const client = new Client(target.origin)
  const same = requestOf(target)
  try {
    while (performance.now() < until) {
      const request = target.vary === undefined ? same : requestOf(target)
      const sentAt = performance.now()
      const status = await send(client, request)
      if (status >= 300) throw new Error(`${target.method} ${target.path} answered ${status} under load`)
      latenciesMs.push(performance.now() - sentAt)
    }
  } finally {
    await client.close()
  }
}

function requestOf(target: Target): Dispatcher.DispatchOptions {
  const { method, path, headers, body } = { ...target, ...target.vary?.() }
  return { method, path, headers, ...(body === undefined ? {} : { body }) }
}

/** Sends one request, reads the whole answer and gives its status: half the CPU of `client.request`. */
function send(client: Client, request: Dispatcher.DispatchOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    let status = 0
    client.dispatch(request, {
      onRequestStart() {},
      onResponseStart(_controller, statusCode) {
        status = statusCode
      },
      onResponseData() {},
      onResponseEnd() {
        resolve(status)
      },
      onResponseError(_controller, error) {
        reject(error)
      },
    })
  })
}

/** Sends one request and gives its answer as text, so that a measure can check that it measures what it says. */
export async function sendOnce(target: Target): Promise<string> {
  const client = new Client(target.origin)
  try {
    const { statusCode, body } = await client.request(requestOf(target))
    const text = await body.text()
    if (statusCode >= 300) throw new Error(`${target.method} ${target.path} answered ${statusCode}: ${text}`)
    return text
  } finally {
    await client.close()
  }
}
