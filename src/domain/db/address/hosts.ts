/** Reads the hosts of an address. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { wrongAddress } from '../../../core/connection-uri.ts'
import type { Words } from './words.ts'

/** One way to reach a server. */
export type ServerHost =
  | { readonly kind: 'socket'; readonly path: string }
  | {
      readonly kind: 'network'
      readonly name: string
      /** Its IP address, when the name must not be looked up. */
      readonly ip: string | undefined
      readonly port: number
    }

export type ServerHosts = readonly [ServerHost, ...ServerHost[]]

const DEFAULT_PORT = 5432
const PORT_MAX = 65_535

/** Folders of Unix sockets: Debian's default, and PostgreSQL's own. */
const SOCKET_FOLDERS = ['/var/run/postgresql', '/tmp']

/** The host in a form to show to people. */
export function describeHost(host: ServerHost): string {
  if (host.kind === 'socket') return host.path
  return `${host.name.includes(':') ? `[${host.name}]` : host.name}:${host.port}`
}

export function readHosts(words: Words): ServerHosts {
  const names = listOf(words.get('host'))
  const ips = listOf(words.get('hostaddr'))
  const ports = listOf(words.get('port'))
  const count = Math.max(names.length, ips.length)
  if (names.length > 0 && ips.length > 0 && names.length !== ips.length)
    throw wrongAddress('does not have as many `hostaddr` as hosts')
  if (ports.length > 1 && ports.length !== count) throw wrongAddress('does not have as many ports as hosts')
  const hosts = Array.from({ length: count }, (_, index) => {
    const port = readPort(ports.length > 1 ? ports[index] : ports[0])
    return readHost(names[index] || ips[index], ips[index], port)
  })
  const [first = localHost(readPort(ports[0])), ...others] = hosts
  return [first, ...others]
}

function listOf(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(',').map((part) => part.trim())
}

function readPort(text: string | undefined): number {
  if (!text) return DEFAULT_PORT
  const port = Number(text)
  if (/^\d+$/.test(text) && port >= 1 && port <= PORT_MAX) return port
  throw wrongAddress(`has a port that is not a number from 1 to ${PORT_MAX}`)
}

const NETWORK_NAME = /^[\p{L}\p{N}_.:%-]+$/u

function readHost(name: string | undefined, ip: string | undefined, port: number): ServerHost {
  if (!name) return localHost(port)
  if (name.startsWith('/')) {
    const path = /\.s\.PGSQL\.\d+$/.test(name) ? name : join(name, `.s.PGSQL.${port}`)
    return { kind: 'socket', path }
  }
  if (!NETWORK_NAME.test(name))
    throw wrongAddress('has a host that is not a name, an IP address or the folder of a socket')
  return { kind: 'network', name, ip, port }
}

/** Without a host it is the server of this machine: on its socket, if there is one. */
function localHost(port: number): ServerHost {
  const path = SOCKET_FOLDERS.map((folder) => join(folder, `.s.PGSQL.${port}`)).find((each) =>
    existsSync(each),
  )
  return path === undefined
    ? { kind: 'network', name: 'localhost', ip: undefined, port }
    : { kind: 'socket', path }
}
