/** Requests to addresses that a caller chose: only to the public internet, or to hosts that the operator allows. */
import { Agent, fetch, type RequestInit, type Response } from 'undici'
import { isAllowedHost, targetFault } from '../../core/outbound/target.ts'
import { lookupPublic } from './dial.ts'
import { readBounded, TooLong } from './read-bounded.ts'

/** Milliseconds within which an answer must have arrived as a whole. */
const ANSWER_MAX_MS = 30_000
/** Bytes of an answer, unpacked: ten years of a busy calendar are about half as many. */
const ANSWER_MAX_BYTES = 20 * 1_048_576
const REDIRECTS_MAX = 5
const SECOND_MS = 1000

/** Why there is no answer, as a phrase that is safe to show. */
export class NoAnswer extends Error {}

export interface PublicAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

export interface PublicRequest {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Absent: they are followed. */
  readonly redirect?: 'manual'
  readonly signal: AbortSignal
}

/** @throws NoAnswer; the error of the signal */
export type FetchPublic = (url: string, request: PublicRequest) => Promise<PublicAnswer>

interface Limits {
  readonly answerMaxMs?: number
  readonly answerMaxBytes?: number
}

// Without kept connections, which would keep a command from ending.
const anywhere = new Agent({ pipelining: 0 })
const onlyPublic = new Agent({ pipelining: 0, connect: { lookup: lookupPublic } })

/** `hosts`: `name:port` of hosts that may be anywhere. */
export function createFetchPublic(hosts: readonly string[], limits: Limits = {}): FetchPublic {
  const { answerMaxMs = ANSWER_MAX_MS, answerMaxBytes = ANSWER_MAX_BYTES } = limits

  async function follow(url: URL, init: RequestInit, redirects = 0): Promise<Response> {
    const fault = targetFault(url, hosts)
    if (fault !== undefined) throw new NoAnswer(`leads to an address that ${fault}`)
    const dispatcher = isAllowedHost(url, hosts) ? anywhere : onlyPublic
    const answer = await fetch(url, { ...init, dispatcher, redirect: 'manual' })
    const to = init.redirect === 'manual' ? undefined : redirectOf(answer, url)
    if (to === undefined) return answer
    await answer.body?.cancel()
    if (redirects === REDIRECTS_MAX) throw new NoAnswer('redirects too often')
    return await follow(to, isSameSite(url, to) ? init : withoutSecrets(init), redirects + 1)
  }

  return async (url, { signal, ...request }) => {
    const late = AbortSignal.timeout(answerMaxMs)
    const init = { ...request, signal: AbortSignal.any([signal, late]) }
    try {
      const answer = await follow(new URL(url), init)
      const text = await readBounded(answer, answerMaxBytes)
      return { status: answer.status, headers: new Headers([...answer.headers]), text }
    } catch (thrown) {
      if (thrown instanceof NoAnswer) throw thrown
      signal.throwIfAborted()
      if (thrown instanceof TooLong)
        throw new NoAnswer(`is larger than ${Math.floor(answerMaxBytes / 1_048_576)} MiB`)
      // What undici throws has a cause; anything else is a fault of ours.
      if (!late.aborted && !(thrown instanceof Error && thrown.cause)) throw thrown
      throw new NoAnswer(
        late.aborted ? `did not answer within ${answerMaxMs / SECOND_MS} seconds` : whyOf(thrown),
      )
    }
  }
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

function redirectOf({ status, headers }: Response, from: URL): URL | undefined {
  const location = headers.get('location')
  if (!REDIRECTS.has(status) || location === null) return undefined
  if (!URL.canParse(location, from.href)) throw new NoAnswer('redirects to what is no address')
  return new URL(location, from)
}

/**
 * Domains whose hosts all belong to one service: iCloud has the calendars of each person at a host beside
 * `caldav.icloud.com`. Under others, such as `co.uk`, hosts of two owners look the same.
 */
const SITES = ['icloud.com']

/** Whether a password for one address may be sent to another. */
export function isSameSite(one: URL, other: URL): boolean {
  if (one.host === other.host) return one.protocol === other.protocol
  const isOf = (site: string) => [one, other].every(({ hostname }) => hostname.endsWith(`.${site}`))
  return SITES.some(isOf) && other.protocol === 'https:' && other.port === one.port
}

function withoutSecrets(init: RequestInit): RequestInit {
  const { authorization: _dropped, ...headers } = (init.headers ?? {}) as Record<string, string>
  return { ...init, headers }
}

const FAILURES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'is at a host that does not exist',
  ECONNREFUSED: 'refuses connections',
  UND_ERR_CONNECT_TIMEOUT: 'cannot be reached',
}

/** The address itself is never in it, because it may be a secret. */
function whyOf(thrown: unknown): string {
  const { cause } = thrown as { cause?: { code?: string; message?: string } }
  if (/is not on the public internet/.test(cause?.message ?? ''))
    return 'leads to an address that is not on the public internet'
  return (
    FAILURES[cause?.code ?? ''] ?? `cannot be reached${cause?.code === undefined ? '' : ` (${cause.code})`}`
  )
}
