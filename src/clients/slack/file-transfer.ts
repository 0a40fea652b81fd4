/** Fetches files from Slack and sends files to it, each once: the caller decides what may be repeated. */
import type { SlackApi, SlackDownload, SlackDownloaded, SlackUploaded } from '../../core/outbound/slack.ts'
import { waitOf, whyOf } from './http.ts'

/** Milliseconds within which a file must have arrived, and within which one must have been sent. */
const DOWNLOAD_MAX_MS = 30_000
const UPLOAD_MAX_MS = 15_000
/** Addresses that are tried one after the other for one file. */
const REDIRECTS_MAX = 5
const TOO_MANY_REQUESTS = 429
const REQUEST_TIMEOUT = 408

/** `apiUrl`: where the methods of the Web API are; its host is Slack's also where it is a stand-in. */
export function createFileTransfer(apiUrl: string): Pick<SlackApi, 'download' | 'upload'> {
  const isSlack = isSlackWith(new URL(apiUrl))
  return {
    async download(url, wanted) {
      try {
        return await follow(url, wanted, isSlack)
      } catch (thrown) {
        return { kind: 'failed', why: whyOf(thrown) }
      }
    },
    async upload(url, content, signal) {
      if (!isSlack(url)) return { kind: 'refused', why: 'Slack named an address that is not its own' }
      try {
        return readUploaded(
          await fetch(url, {
            ...{ method: 'POST', redirect: 'manual', body: Buffer.from(content) },
            headers: { 'content-type': 'application/octet-stream' },
            signal: AbortSignal.any([signal, AbortSignal.timeout(UPLOAD_MAX_MS)]),
          }),
        )
      } catch (thrown) {
        return { kind: 'failed', why: whyOf(thrown) }
      }
    },
  }
}

/** Whether the token of the bot may be sent to an address. */
function isSlackWith(api: URL): (address: string) => boolean {
  return (address) => {
    if (!URL.canParse(address)) return false
    const { protocol, hostname, port, host, username, password } = new URL(address)
    if (username !== '' || password !== '') return false
    if (protocol === api.protocol && host === api.host) return true
    return (
      protocol === 'https:' && port === '' && (hostname === 'slack.com' || hostname.endsWith('.slack.com'))
    )
  }
}

async function follow(
  first: string,
  wanted: SlackDownload,
  isSlack: (address: string) => boolean,
): Promise<SlackDownloaded> {
  const signal = AbortSignal.any([wanted.signal, AbortSignal.timeout(DOWNLOAD_MAX_MS)])
  let url = first
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects += 1) {
    if (!isSlack(url)) return { kind: 'elsewhere' }
    // Redirects are followed here, since `fetch` would drop the token at another host of Slack.
    const answer: Response = await fetch(url, {
      ...{ redirect: 'manual', signal },
      headers: { authorization: `Bearer ${wanted.token}`, 'accept-encoding': 'identity' },
    })
    const next = redirectOf(answer, url)
    if (next === undefined) return await read(answer, wanted.maxBytes)
    await answer.body?.cancel()
    url = next.href
  }
  return { kind: 'failed', why: `more than ${REDIRECTS_MAX} redirects` }
}

function redirectOf({ status, headers }: Response, from: string): URL | undefined {
  const location = headers.get('location')
  if (status < 300 || status >= 400 || location === null || !URL.canParse(location, from)) return undefined
  return new URL(location, from)
}

const GONE: ReadonlySet<number> = new Set([404, 410])
const FORBIDDEN: ReadonlySet<number> = new Set([401, 403])

async function read(answer: Response, maxBytes: number): Promise<SlackDownloaded> {
  const { status, headers, body } = answer
  if (status !== 200) {
    await body?.cancel()
    if (status === TOO_MANY_REQUESTS) return { kind: 'limited', retryAfterMs: waitOf(headers) }
    if (GONE.has(status)) return { kind: 'gone' }
    return FORBIDDEN.has(status) ? { kind: 'forbidden' } : { kind: 'failed', why: `status ${status}` }
  }
  const content = await readUpTo(answer, maxBytes)
  const isPage = /^\s*text\/html\b/i.test(headers.get('content-type') ?? '')
  return content === undefined ? { kind: 'too large' } : { kind: 'ok', content, isPage }
}

/** Counts what was unpacked too, so that a small answer cannot become a large file. Undefined: there is more. */
async function readUpTo({ body }: Response, maxBytes: number): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = []
  let sizeBytes = 0
  // Leaving the loop ends the transfer.
  for await (const piece of body ?? []) {
    sizeBytes += piece.byteLength
    if (sizeBytes > maxBytes) return undefined
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

function readUploaded({ status, headers }: Response): SlackUploaded {
  if (status === 200) return { kind: 'ok' }
  if (status === TOO_MANY_REQUESTS) return { kind: 'limited', retryAfterMs: waitOf(headers) }
  const isForLater = status >= 500 || status === REQUEST_TIMEOUT
  return { kind: isForLater ? 'failed' : 'refused', why: `status ${status}` }
}
