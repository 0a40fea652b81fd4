/** Where a request may go whose address a caller chose. */
import { isIP } from 'node:net'
import { isPublicAddress } from './public-address.ts'

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' }

/** Whether the operator of this gateway allows this host by name and port, wherever it is. `hosts`: `name:port`. */
export function isAllowedHost({ protocol, hostname, port }: URL, hosts: readonly string[]): boolean {
  return hosts.includes(`${hostname}:${port || DEFAULT_PORTS[protocol]}`)
}

/** What is wrong with an address, as a phrase after it; undefined: a request may try it. */
export function targetFault(url: URL, hosts: readonly string[]): string | undefined {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'is not a web address'
  if (url.username !== '' || url.password !== '')
    return 'contains a name or a password, which would not be sent'
  if (isAllowedHost(url, hosts)) return undefined
  if (url.protocol === 'http:') return 'does not begin with https://'
  const address = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(address) !== 0 && !isPublicAddress(address)) return 'is not on the public internet'
  return /(^|\.)localhost$/.test(url.hostname) ? 'is this machine' : undefined
}
