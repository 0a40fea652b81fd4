/**
 * Splits the address of a server as hosting services give it, where passwords are often not escaped as they should be.
 */
import { AppError } from './errors.ts'

/** `[user[:password]@]host[:port][,...][/path][?word=value&...]`, everything but `hosts` decoded. */
export interface ConnectionUri {
  readonly user: string
  readonly password: string
  readonly hosts: string
  readonly path: string
  readonly words: readonly (readonly [name: string, value: string])[]
}

/**
 * The message continues the name of the variable that holds the address, and repeats nothing that may be a password.
 */
export function wrongAddress(message: string): AppError {
  return new AppError('invalid_input', message)
}

/** The unreadable part is most often a password. */
export function unreadableAddress(): AppError {
  return wrongAddress(
    'has a host that cannot be read. If the password contains / ? # @ or %, write them as %2F %3F %23 %40 and %25; ' +
      'an IPv6 address is written in [ ]',
  )
}

/**
 * `text`: the address after the scheme.
 * @throws AppError `invalid_input`, see `wrongAddress`
 */
export function splitConnectionUri(text: string): ConnectionUri {
  const at = endOfUser(text)
  const [user, password = ''] = halves(text.slice(0, Math.max(at, 0)), ':')
  const [, hosts = '', path = '', query = ''] =
    /^([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(text.slice(at + 1)) ?? []
  if (path.includes('@')) throw unreadableAddress()
  const pairs = query.split('&').filter((pair) => pair !== '')
  return {
    user: decodePart(user),
    password: decodePart(password),
    hosts,
    path: decodePart(path),
    words: pairs.map((pair) => {
      const [name, value = ''] = halves(pair, '=')
      return [decodePart(name), decodePart(value)]
    }),
  }
}

const PORT_MAX = 65_535

/**
 * The one server that an address names; the host is empty where it names only a port.
 * @throws AppError `invalid_input`, see `wrongAddress`
 */
export function readPlace(hosts: string, defaultPort: number): { host: string; port: number } {
  if (hosts.includes(','))
    throw wrongAddress('names several hosts, which is not supported: give the address of one server')
  const found = /^(?:\[([\da-f:.%]+)\]|([\p{L}\p{N}_.%-]*))(?::(\d*))?$/iu.exec(hosts)
  if (!found) throw unreadableAddress()
  const port = Number(found[3] || defaultPort)
  if (port < 1 || port > PORT_MAX) throw wrongAddress(`has a port that is not a number from 1 to ${PORT_MAX}`)
  return { host: decodePart(found[1] || found[2] || ''), port }
}

/**
 * The position of the `@` after user and password, before any `/`. The last one counts, because a password may contain
 * `@`.
 */
function endOfUser(text: string): number {
  const [head = ''] = text.split('/', 1)
  const [beforeQuery = ''] = head.split('?', 1)
  return beforeQuery.includes('@') ? beforeQuery.lastIndexOf('@') : head.lastIndexOf('@')
}

function halves(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + mark.length)]
}

/** @throws AppError `invalid_input`, see `wrongAddress` */
export function decodePart(text: string): string {
  try {
    const decoded = decodeURIComponent(text)
    if (decoded.includes('\0')) throw wrongAddress('holds a NUL character (%00)')
    return decoded
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown
    throw wrongAddress('has a % that does not begin an escaped character: write %25 for the sign itself')
  }
}
