/** Splits a PostgreSQL address, in either of libpq's two forms, into its words. */
import {
  decodePart,
  splitConnectionUri,
  unreadableAddress,
  wrongAddress,
} from '../../../core/connection-uri.ts'

/** The parts of an address, by libpq's names; a list of hosts is still one text. */
export type AddressWords = Map<string, string>

const SCHEME = /^postgres(?:ql)?:\/\//i
/** Prefixes that other programs put before the scheme, or suffixes after it. */
const FOREIGN_SCHEME = /^(?:jdbc:)?postgres(?:ql)?(?:\+\w+)?:/i

/** @throws AppError `invalid_input` whose message continues the variable's name */
export function splitAddress(text: string): AddressWords {
  if (SCHEME.test(text)) return splitUri(text.replace(SCHEME, ''))
  if (/^\w+\s*=/.test(text)) return splitPairs(text)
  if (FOREIGN_SCHEME.test(text))
    throw wrongAddress('has the form of another program; write postgres:// before name, host and database')
  throw wrongAddress(
    'is not of the right form; it takes an address such as postgres://name@host:5432/database',
  )
}

function splitUri(text: string): AddressWords {
  const { user, password, hosts, path, words } = splitConnectionUri(text)
  const found: AddressWords = new Map()
  if (user !== '') found.set('user', user)
  if (password !== '') found.set('password', password)
  if (path !== '') found.set('dbname', path)
  readHosts(found, hosts)
  for (const [name, value] of words) found.set(name, value)
  return found
}

function readHosts(words: AddressWords, text: string): void {
  if (text === '') return
  const hosts: string[] = []
  const ports: string[] = []
  for (const each of text.split(',')) {
    const found = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(each)
    if (!found) throw unreadableAddress()
    hosts.push(decodePart(found[1] ?? found[2] ?? ''))
    ports.push(found[3] ?? '')
  }
  words.set('host', hosts.join(','))
  if (ports.some((port) => port !== '')) words.set('port', ports.join(','))
}

/**
 * `word = value` pairs separated by blanks. A value with blanks is in single quotes; `\` takes the next character as it
 * is.
 */
function splitPairs(text: string): AddressWords {
  const words: AddressWords = new Map()
  const pair = /\s*(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)(?:[^\s\\]|\\.)*)?)(?=\s|$)\s*/sy
  while (pair.lastIndex < text.length) {
    const found = pair.exec(text)
    if (!found)
      throw wrongAddress(
        "cannot be read: it takes word=value pairs separated by blanks, with a value that contains blanks in ' '",
      )
    const [, name = '', quoted, plain = ''] = found
    words.set(name, (quoted ?? plain).replace(/\\(.)/gs, '$1'))
  }
  return words
}
