/** Where a request comes from: the address that limits count, and whether the request was forwarded. */
import type { IncomingMessage } from 'node:http'
import { isIP, isIPv6 } from 'node:net'
import { type Received, signOfForwarding } from './forwarding.ts'

/** What is known of a request's connection. */
export interface Peers {
  /** Records each request as it comes in. */
  note(request: Request, incoming: Incoming): void
  /** The address that limits count a request under. */
  addressOf(request: Request): string
  /** The sign that a request was forwarded; undefined: there is none. */
  signOfForwarding(request: Request): string | undefined
}

/** The used parts of Node's own request. */
export interface Incoming extends Pick<IncomingMessage, 'httpVersion' | 'url' | 'rawHeaders'> {
  readonly socket: Pick<IncomingMessage['socket'], 'remoteAddress' | 'localPort'>
}

/**
 * Stored separately from the socket, which forgets its addresses when it closes, while a stream's caller is still
 * checked again.
 */
interface Noted extends Received {
  readonly address: string | undefined
}

/**
 * Remembers which connection each request came through. `trustedProxies` is the number of our own proxies in front.
 * Each appends the address that called it to `X-Forwarded-For`; anyone can write the entries before those.
 */
export function createPeers(trustedProxies = 0): Peers {
  const noted = new WeakMap<Request, Noted>()

  function addressOf(request: Request): string {
    const socket = noted.get(request)?.address ?? 'unknown'
    const forwarded = trustedProxies > 0 ? request.headers.get('x-forwarded-for')?.split(',') : undefined
    return networkOf(addressIn(forwarded?.at(-trustedProxies) ?? '') ?? socket)
  }

  return {
    note(request, { httpVersion, url, rawHeaders, socket: { remoteAddress, localPort } }) {
      noted.set(request, { httpVersion, url, rawHeaders, address: remoteAddress, port: localPort })
    },
    addressOf,
    signOfForwarding(request) {
      return signOfForwarding(noted.get(request) ?? receivedOf(request))
    },
  }
}

/** The facts of a request without a socket. */
function receivedOf({ headers }: Request): Received {
  return { httpVersion: '1.1', url: '/', rawHeaders: [...headers].flat(), port: undefined }
}

/** An address with a port, as Azure writes it, or in brackets. */
const WITH_PORT = /^(?:([^:[\]]+)|\[([^[\]]+)\])(?::\d+)?$/

/** The address in an item of `X-Forwarded-For`; undefined for other text, such as `unknown`. */
function addressIn(item: string): string | undefined {
  const [, name, bracketed] = WITH_PORT.exec(item.trim()) ?? []
  const address = name ?? bracketed ?? item.trim()
  return isIP(address) === 0 ? undefined : address
}

const IPV4_IN_IPV6 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/** How many groups of an IPv6 address name its network: one caller has all the addresses in it. */
const NETWORK_GROUPS = 4
const GROUPS = 8

/** The address itself, or for IPv6 its network (/64). */
export function networkOf(address: string): string {
  const [, embedded] = IPV4_IN_IPV6.exec(address) ?? []
  if (embedded !== undefined) return embedded
  if (!isIPv6(address)) return address
  const [head = '', tail] = (address.toLowerCase().split('%')[0] ?? '').split('::')
  const before = head.split(':').filter(Boolean)
  const after = (tail ?? '').split(':').filter(Boolean)
  const gap = Array.from({ length: GROUPS - before.length - after.length }, () => '0')
  const groups = [...before, ...gap, ...after].map((group) => group.replace(/^0+(?=.)/, ''))
  return `${groups.slice(0, NETWORK_GROUPS).join(':')}::/64`
}
