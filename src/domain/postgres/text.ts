/** Splits a PostgreSQL address, in either of the two forms that libpq reads, into its words. */
import { AppError } from '../../core/errors.ts'

/** What an address says, by libpq's names; a list of hosts is still one text. */
export type AddressWords = Map<string, string>

/** To follow on the name of the variable that holds the address. */
export function wrongAddress(message: string): AppError {
  return new AppError('invalid_input', message)
}

const SCHEME = /^postgres(?:ql)?:\/\//i
const ANY_SCHEME = /^([a-z][\w+.-]*):/i
/** What other programs put before the scheme, or after it. */
const FOREIGN_SCHEME = /^(?:jdbc:)?postgres(?:ql)?\+?\w*:/i

/** @throws AppError `invalid_input` whose message follows on the variable's name */
export function splitAddress(text: string): AddressWords {
  if (SCHEME.test(text)) return splitUri(text.replace(SCHEME, ''))
  if (/^[\w ]+=/.test(text)) return splitPairs(text)
  const [, scheme] = ANY_SCHEME.exec(text) ?? []
  if (FOREIGN_SCHEME.test(text))
    throw wrongAddress('has the form of another program: write postgres:// before name, host and database')
  if (scheme !== undefined)
    throw wrongAddress(
      'is not the address of a PostgreSQL server: it takes one such as postgres://name:password@host:5432/database',
    )
  throw wrongAddress(
    'is not of the right form; it takes an address such as postgres://name:password@host:5432/database',
  )
}

/** `[user[:password]@][host[:port],...][/database][?word=value&...]`, as in libpq's connection URIs. */
function splitUri(text: string): AddressWords {
  const words: AddressWords = new Map()
  const at = endOfUser(text)
  if (at >= 0) readUser(words, text.slice(0, at))
  const [, hosts = '', path = '', query = ''] =
    /^([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(text.slice(at + 1)) ?? []
  if (path.includes('@')) throw unreadablePassword()
  readHosts(words, hosts)
  if (path !== '') words.set('dbname', decoded(path, 'the name of the database'))
  for (const pair of query.split('&')) {
    if (pair === '') continue
    const [name, value = ''] = halves(pair, '=')
    words.set(decoded(name, 'its words'), decoded(value, 'its words'))
  }
  return words
}

/** Where the `@` after name and password stands. Like libpq's it comes before any `/`; the last one counts, for passwords that hold one. */
function endOfUser(text: string): number {
  const [head = ''] = text.split('/', 1)
  const [beforeQuery = ''] = head.split('?', 1)
  return beforeQuery.includes('@') ? beforeQuery.lastIndexOf('@') : head.lastIndexOf('@')
}

function readUser(words: AddressWords, text: string): void {
  const [user, password] = halves(text, ':')
  if (user !== '') words.set('user', decoded(user, 'the name'))
  if (password) words.set('password', decoded(password, 'the password'))
}

function readHosts(words: AddressWords, text: string): void {
  if (text === '') return
  const hosts: string[] = []
  const ports: string[] = []
  for (const each of text.split(',')) {
    const found = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(each)
    if (!found) throw unreadablePassword()
    hosts.push(decoded(found[1] ?? found[2] ?? '', 'the host'))
    ports.push(found[3] ?? '')
  }
  words.set('host', hosts.join(','))
  if (ports.some((port) => port !== '')) words.set('port', ports.join(','))
}

/** The password itself is never repeated. */
function unreadablePassword(): AppError {
  return wrongAddress(
    'has a host that cannot be read. If the password holds / ? # @ or %, write them as %2F %3F %23 %40 and %25; ' +
      'an IPv6 address stands in [ ]',
  )
}

function halves(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + mark.length)]
}

function decoded(text: string, where: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw wrongAddress(`has a % in ${where} that stands for no character: write %25 for the sign itself`)
  }
}

/** `word = value` pairs with blanks between them; a value with blanks stands in single quotes, `\` takes the next as it is. */
function splitPairs(text: string): AddressWords {
  const words: AddressWords = new Map()
  const pair = /\s*(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)(?:[^\s\\]|\\.)*)?)(?=\s|$)\s*/sy
  while (pair.lastIndex < text.length) {
    const at = pair.lastIndex
    const found = pair.exec(text)
    if (!found) {
      const [word = ''] = /\w+/.exec(text.slice(at)) ?? []
      throw wrongAddress(
        `cannot be read from \`${word}\` on: it takes word=value pairs, where a value with blanks stands in ' '`,
      )
    }
    const [, name = '', quoted, plain = ''] = found
    words.set(name, (quoted ?? plain).replace(/\\(.)/gs, '$1'))
  }
  return words
}
