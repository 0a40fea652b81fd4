/**
 * Reads the address of a PostgreSQL server as libpq does, so that addresses that work with psql and at hosting services
 * work here.
 */
import { userInfo } from 'node:os'
import { wrongAddress } from '../../../core/connection-uri.ts'
import { nearest } from '../../../core/schema/unknown-fields.ts'
import { describeHost, readHosts, type ServerHosts } from './hosts.ts'
import { splitAddress } from './text.ts'
import { readTls, type TlsSettings } from './tls.ts'
import {
  type Environment,
  homeFile,
  READ_WORDS,
  REFUSED_WORDS,
  type ReadWord,
  readChoice,
  TUNING_WORDS,
  type Words,
} from './words.ts'

const TARGETS = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const
export type Target = (typeof TARGETS)[number]

export interface ServerAddress {
  readonly hosts: ServerHosts
  readonly user: string
  readonly password: string | undefined
  /** The file in which passwords are looked up when none is given. */
  readonly passFile: string | undefined
  readonly database: string
  /** The name that the server shows for the sessions. */
  readonly applicationName: string
  /** Options of the server process, such as `-c statement_timeout=5s`. */
  readonly options: string | undefined
  readonly connectTimeoutMs: number
  /** Milliseconds of silence after which the connection is probed; undefined: never. */
  readonly keepAliveMs: number | undefined
  readonly tls: TlsSettings
  readonly target: Target
  /** The hosts are tried in any order. */
  readonly isShuffled: boolean
  /** The address itself says that it leads to a pooler that shares sessions. */
  readonly saysPooled: boolean
}

const APPLICATION_NAME = 'switchboard'
/** Seconds within which one host must answer, and the highest value allowed. */
const CONNECT_TIMEOUT_S = 10
const CONNECT_TIMEOUT_MAX_S = 600
/** Seconds of silence on a connection before it is probed, and the highest value allowed. */
const KEEP_ALIVE_S = 60
const KEEP_ALIVE_MAX_S = 86_400
const SECOND_MS = 1000

/**
 * `environment`: holds libpq's own variables (such as PGPASSWORD), which fill in what the address leaves out.
 * @throws AppError `invalid_input` whose message continues the variable's name, and contains no secret
 */
export function readServerAddress(text: string, environment: Environment = {}): ServerAddress {
  const words = knownWords(splitAddress(text.trim()), environment)
  assertKept(words)
  const user = words.get('user') ?? systemUser()
  const hosts = readHosts(words)
  const isProbed = words.get('keepalives') !== '0'
  return {
    hosts,
    user,
    password: words.get('password'),
    passFile: words.get('passfile') ?? homeFile(environment, '.pgpass'),
    database: words.get('dbname') ?? user,
    applicationName:
      words.get('application_name') ?? words.get('fallback_application_name') ?? APPLICATION_NAME,
    options: words.get('options'),
    connectTimeoutMs:
      SECOND_MS * (readNumber(words, 'connect_timeout', CONNECT_TIMEOUT_MAX_S) || CONNECT_TIMEOUT_S),
    keepAliveMs: isProbed
      ? SECOND_MS * (readNumber(words, 'keepalives_idle', KEEP_ALIVE_MAX_S) || KEEP_ALIVE_S)
      : undefined,
    tls: readTls(words, hosts, environment),
    target: readChoice(words, 'target_session_attrs', TARGETS) ?? 'any',
    isShuffled: readChoice(words, 'load_balance_hosts', ['disable', 'random']) === 'random',
    saysPooled: ['true', '1'].includes(words.get('pgbouncer') ?? ''),
  }
}

/** The address in a form that is safe to show: without name and password. */
export function describeServer({ hosts, database }: ServerAddress): string {
  return `${hosts.map(describeHost).join(',')}/${database}`
}

const WORD = /^[A-Za-z_]\w{0,62}$/

function knownWords(given: ReadonlyMap<string, string>, environment: Environment): Words {
  const words = new Map<ReadWord, string>()
  for (const [name, value] of given) {
    if (value.includes('\0')) throw wrongAddress('holds a NUL character (%00)')
    if (isReadWord(name)) words.set(name, value)
    else if (!TUNING_WORDS.includes(name)) throw unknownWord(name)
  }
  for (const [name, variable] of Object.entries(READ_WORDS) as [ReadWord, string | undefined][]) {
    const value = words.get(name) || (variable === undefined ? undefined : environment[variable])
    if (value) words.set(name, value)
    else words.delete(name)
  }
  return words
}

function isReadWord(name: string): name is ReadWord {
  return Object.hasOwn(READ_WORDS, name)
}

function unknownWord(name: string) {
  // Anything but a plain word may be part of a password.
  if (!WORD.test(name))
    return wrongAddress('has something after its ? that is not an option: write ? in a password as %3F')
  const reason = Object.hasOwn(REFUSED_WORDS, name) ? REFUSED_WORDS[name] : undefined
  if (reason !== undefined) return wrongAddress(`has \`${name}\`, which ${reason}`)
  const near = nearest(name, [...Object.keys(READ_WORDS), ...TUNING_WORDS])
  const hint =
    near === undefined
      ? 'a setting of the session is written options=-c%20name%3Dvalue'
      : `the nearest is ${near}`
  return wrongAddress(`has \`${name}\`, which a PostgreSQL address does not have: ${hint}`)
}

/** An option that cannot be honoured is refused, so that nobody relies on it. */
function assertKept(words: Words): void {
  const encoding = words.get('client_encoding')
  if (encoding !== undefined && !/^(utf-?8|unicode|auto)$/i.test(encoding))
    throw wrongAddress('has `client_encoding`, which is always UTF8 here: leave it out')
  if ((words.get('schema') ?? 'public') !== 'public')
    throw wrongAddress('has `schema`, which is always public here: leave it out, or use a separate database')
  if (readChoice(words, 'gssencmode', ['disable', 'prefer', 'require']) === 'require')
    throw wrongAddress('has `gssencmode`, which is not supported: encrypt with sslmode=require')
  if (readChoice(words, 'sslcertmode', ['disable', 'allow', 'require']) === 'require')
    throw wrongAddress(
      'has `sslcertmode`, which is not supported here: leave it out, and give sslcert and sslkey',
    )
  if (/\bsearch_path\b/.test(words.get('options') ?? ''))
    throw wrongAddress('has `options` with a search_path, which is always public here: leave that out')
}

function systemUser(): string {
  try {
    return userInfo().username
  } catch {
    throw wrongAddress(
      'has no user, and the user of this process has no name: write postgres://name@host/database',
    )
  }
}

function readNumber(words: Words, name: ReadWord, max: number): number | undefined {
  const text = words.get(name)
  if (text === undefined) return undefined
  if (!/^\d+$/.test(text)) throw wrongAddress(`has \`${name}\`, which takes a number of seconds`)
  return Math.min(Number(text), max)
}
