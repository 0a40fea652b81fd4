/** Posts an event to a receiver, signed by the rules of Standard Webhooks (https://www.standardwebhooks.com). */
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { Webhook } from 'standardwebhooks'
import { isAllowedHost, targetFault } from '../../core/outbound/target.ts'
import { createAgents } from '../outbound/dial.ts'

/** Milliseconds within which a receiver must have answered; Standard Webhooks recommends 15 to 30 seconds. */
const ANSWER_MAX_MS = 15_000
/** Bytes of an answer that are read to keep the connection; nothing in them is used. */
const ANSWER_MAX_BYTES = 64 * 1024
const SECOND_MS = 1000

export interface Parcel {
  readonly url: string
  /** The same for every attempt at this delivery. */
  readonly id: string
  /** The moment of this attempt. */
  readonly at: Date
  readonly body: string
  /** The current secret, and an earlier one that is still valid. */
  readonly secrets: readonly string[]
}

export type PostOutcome =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfterMs?: number | undefined }
  /** The words are safe to show to the owner of the webhook. */
  | { readonly kind: 'unreachable'; readonly why: string }

export interface Poster {
  /** Never throws. */
  post(parcel: Parcel): Promise<PostOutcome>
  close(): void
}

/** `hosts`: `name:port` of hosts that may be anywhere; others must be on the public internet. */
export function createPoster(hosts: readonly string[]): Poster {
  const agents = createAgents()

  function send(parcel: Parcel): Promise<IncomingMessage> {
    const url = new URL(parcel.url)
    // Checked again: the operator may have taken back the permission since the webhook was made.
    const fault = targetFault(url, hosts)
    if (fault !== undefined) throw new Error(`the address ${fault}`)
    const isAnywhere = isAllowedHost(url, hosts)
    const isPlain = url.protocol === 'http:'
    const agent = isAnywhere ? agents.anywhere[isPlain ? 'http:' : 'https:'] : agents.public
    const signal = AbortSignal.timeout(ANSWER_MAX_MS)
    const options = { method: 'POST', agent, signal, headers: headersOf(parcel) }
    return new Promise((resolve, reject) => {
      // Redirects are not followed: one could lead to where this gateway alone can go.
      const request = isPlain ? requestHttp(url, options, resolve) : requestHttps(url, options, resolve)
      request.on('error', (error) => {
        if (isStale(request, error)) resolve(send(parcel))
        else reject(error)
      })
      request.end(parcel.body)
    })
  }

  return {
    async post(parcel) {
      try {
        const answer = await send(parcel)
        const { statusCode: status = 0, headers } = answer
        await finish(answer)
        return { kind: 'answered', status, retryAfterMs: retryAfterMs(headers['retry-after'], parcel.at) }
      } catch (thrown) {
        return { kind: 'unreachable', why: whyUnreachable(thrown) }
      }
    },
    close: agents.close,
  }
}

/**
 * Whether a kept connection broke: the receiver may have closed it while it was idle, which says nothing about the
 * receiver. A further attempt takes another, until no kept connection is left and a new one is opened.
 */
function isStale(request: ClientRequest, { code }: NodeJS.ErrnoException): boolean {
  return request.reusedSocket && code === 'ECONNRESET'
}

function headersOf({ id, at, body, secrets }: Parcel) {
  return {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'user-agent': 'Switchboard',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / SECOND_MS)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  }
}

/** Reads to the end, so that the connection can be used again, or gives it up. */
async function finish(answer: IncomingMessage): Promise<void> {
  let bytes = 0
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > ANSWER_MAX_BYTES) return void answer.destroy()
    }
  } catch {
    // The status has arrived: the rest of the answer does not matter.
  }
}

function retryAfterMs(text: string | undefined, now: Date): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text) * SECOND_MS
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime())
}

function whyUnreachable(thrown: unknown): string {
  const { name, message, code } = thrown as Error & { readonly code?: string }
  if (name === 'TimeoutError' || name === 'AbortError' || code === 'ABORT_ERR')
    return `no answer within ${ANSWER_MAX_MS / SECOND_MS} seconds`
  return message === '' ? (code ?? 'no connection') : message
}
