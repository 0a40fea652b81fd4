/** Where a request comes from: the address that limits are counted under, and whether it was passed on. */
import { isIPv6 } from 'node:net'

/** What is known of a request's connection. */
export interface Peers {
  /** To be told of each request as it comes in. */
  note(request: Request, socketAddress: string | undefined): void
  /** The address that a request is counted under. */
  addressOf(request: Request): string
}

/**
 * Remembers which connection each request came through. `trustedProxies` is the number of our own proxies in front:
 * each appends to `X-Forwarded-For` the address it was called from, and what stands before theirs anybody can write.
 */
export function createPeers(trustedProxies = 0): Peers {
  const sockets = new WeakMap<Request, string>()

  function addressOf(request: Request): string {
    const socket = sockets.get(request) ?? 'unknown'
    const forwarded = trustedProxies > 0 ? request.headers.get('x-forwarded-for')?.split(',') : undefined
    return networkOf(forwarded?.at(-trustedProxies)?.trim() || socket)
  }

  return {
    note(request, socketAddress) {
      if (socketAddress !== undefined) sockets.set(request, socketAddress)
    },
    addressOf,
  }
}

const IPV4_IN_IPV6 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/** Groups of an IPv6 address that name its network: one caller has all of the addresses below. */
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

/** Headers that proxies and tunnels add: what comes through one may come from anywhere, though the proxy is local. */
const FORWARDING_HEADERS = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-real-ip',
  'via',
  'cf-connecting-ip',
]

/** Whether a request was passed on: then a connection from this machine says nothing of who calls. */
export function wasForwarded(headers: Request['headers']): boolean {
  return FORWARDING_HEADERS.some((name) => headers.has(name))
}
