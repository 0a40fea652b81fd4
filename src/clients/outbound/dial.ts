/** Connections to receivers: only to addresses on the public internet, which is checked for each address dialled. */
import { lookup } from 'node:dns'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { LookupFunction } from 'node:net'
import { isPublicAddress } from '../../core/outbound/public-address.ts'

/** Milliseconds for which a connection is kept for the next delivery. */
const KEPT_MS = 10_000

const OPTIONS = { keepAlive: true, keepAliveMsecs: KEPT_MS, timeout: KEPT_MS }

/** A name that leads to an address which is not on the public internet. */
class NotPublic extends Error {
  constructor(hostname: string) {
    super(`${hostname} is not on the public internet`)
  }
}

/**
 * Resolves a name for the connection itself, so that a name cannot lead elsewhere between a check and the dialling. A
 * name with one address that is not public is refused altogether.
 */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, [])
    if (!addresses.every(({ address }) => isPublicAddress(address)))
      return callback(new NotPublic(hostname), [])
    if (options.all) return callback(null, addresses)
    const [first] = addresses
    callback(null, first?.address ?? '', first?.family)
  })
}

/** For hosts that the operator allows, which may be anywhere. */
export interface Agents {
  readonly anywhere: { readonly 'http:': HttpAgent; readonly 'https:': HttpsAgent }
  readonly public: HttpsAgent
  close(): void
}

export function createAgents(): Agents {
  const anywhere = { 'http:': new HttpAgent(OPTIONS), 'https:': new HttpsAgent(OPTIONS) }
  const onlyPublic = new HttpsAgent({ ...OPTIONS, lookup: lookupPublic })
  return {
    anywhere,
    public: onlyPublic,
    close() {
      for (const agent of [anywhere['http:'], anywhere['https:'], onlyPublic]) agent.destroy()
    },
  }
}
