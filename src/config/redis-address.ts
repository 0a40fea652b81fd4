/**
 * Reads the address of a Redis server in the forms that hosting services give. Anything not understood is refused
 * rather than ignored.
 */
import type { RedisAddress } from '../clients/queue/redis.ts'
import { type ConnectionUri, readPlace, splitConnectionUri, wrongAddress } from '../core/connection-uri.ts'
import { nearest } from '../core/schema/unknown-fields.ts'

const DEFAULT_PORT = 6379
const DB_MAX = 65_535

const SCHEME = /^(rediss?|valkeys?|unix|redis\+unix|redis-socket):\/\//i

/** @throws AppError `invalid_input` whose message continues the variable's name, and contains no secret */
export function readRedisAddress(text: string): RedisAddress {
  const [, scheme = ''] = SCHEME.exec(text) ?? []
  if (scheme === '' && !text.startsWith('/')) throw wrongForm(text)
  const uri = splitConnectionUri(text.replace(SCHEME, ''))
  const words = readWords(uri)
  const isSocket = scheme === '' || /unix|socket/i.test(scheme)
  const place = isSocket ? { path: `/${uri.path}` } : readServer(uri)
  const db = readDb(words.get('db') ?? (isSocket ? '' : uri.path))
  const user = uri.user || words.get('username') || ''
  const password = uri.password || words.get('password') || ''
  return {
    ...place,
    ...(user !== '' && password !== '' && { username: user }),
    ...(password !== '' && { password }),
    ...(db !== 0 && { db }),
    ...(words.has('family') && { family: readFamily(words.get('family')) }),
    ...(/^(rediss|valkeys)$/i.test(scheme) ? { tls: readTls(words) } : {}),
  }
}

function wrongForm(text: string) {
  if (/^redis\S*(sentinel|cluster)/i.test(text))
    return wrongAddress(
      'leads to a sentinel or a cluster, which are not supported: give the address of one server',
    )
  return wrongAddress('is not of the right form; it takes an address such as redis://host:6379/0')
}

/** The words of redis-py for TLS, and of ioredis for the IP version. */
const WORDS = ['db', 'username', 'password', 'ssl_cert_reqs', 'ssl_ca_certs', 'family']

function readWords({ words }: ConnectionUri): ReadonlyMap<string, string> {
  for (const [name] of words) {
    if (WORDS.includes(name)) continue
    if (!/^\w{1,64}$/.test(name))
      throw wrongAddress('has something after its ? that is not an option: write ? in a password as %3F')
    const near = nearest(name, WORDS)
    throw wrongAddress(
      `has \`${name}\`, which is not read here${near === undefined ? ': leave it out' : `: the nearest is ${near}`}`,
    )
  }
  return new Map(words)
}

function readServer({ hosts }: ConnectionUri): { host: string; port: number } {
  const { host, port } = readPlace(hosts, DEFAULT_PORT)
  return { host: host || 'localhost', port }
}

function readDb(text: string): number {
  const number = Number(text)
  if (/^\d*$/.test(text) && number <= DB_MAX) return number
  throw wrongAddress('has a database that is not a number, such as the 0 in redis://host:6379/0')
}

/** 0 accepts either version. */
function readFamily(text: string | undefined): number {
  if (text === '0' || text === '4' || text === '6') return Number(text)
  throw wrongAddress('has `family`, which takes 0, 4 or 6')
}

/** Words of redis-py, which hosting services with self-signed certificates tell their users to add. */
function readTls(words: ReadonlyMap<string, string>): NonNullable<RedisAddress['tls']> {
  const asked = words.get('ssl_cert_reqs') ?? 'required'
  if (!['required', 'optional', 'none'].includes(asked))
    throw wrongAddress('has `ssl_cert_reqs`, which takes required or none')
  const caFile = words.get('ssl_ca_certs')
  return { isVerified: asked !== 'none', ...(caFile !== undefined && { caFile }) }
}
