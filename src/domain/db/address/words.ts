/**
 * The words that a PostgreSQL address may contain: libpq's (https://www.postgresql.org/docs/current/libpq-connect.html,
 * 34.1.2), and those that hosting services and other clients add.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { wrongAddress } from '../../../core/connection-uri.ts'

/** Words with an effect, each with libpq's variable that is used where the address leaves it out. */
export const READ_WORDS = {
  host: 'PGHOST',
  hostaddr: 'PGHOSTADDR',
  port: 'PGPORT',
  dbname: 'PGDATABASE',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  passfile: 'PGPASSFILE',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  client_encoding: undefined,
  options: undefined,
  application_name: 'PGAPPNAME',
  fallback_application_name: undefined,
  keepalives: undefined,
  keepalives_idle: undefined,
  sslmode: 'PGSSLMODE',
  sslnegotiation: 'PGSSLNEGOTIATION',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslpassword: undefined,
  sslrootcert: 'PGSSLROOTCERT',
  sslcrl: 'PGSSLCRL',
  sslsni: 'PGSSLSNI',
  sslcertmode: 'PGSSLCERTMODE',
  ssl_min_protocol_version: 'PGSSLMINPROTOCOLVERSION',
  ssl_max_protocol_version: 'PGSSLMAXPROTOCOLVERSION',
  channel_binding: 'PGCHANNELBINDING',
  gssencmode: 'PGGSSENCMODE',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
  load_balance_hosts: 'PGLOADBALANCEHOSTS',
  /** Prisma and others: the address leads to a pooler that shares sessions between transactions. */
  pgbouncer: undefined,
  /** Prisma: the schema of the tables, and whether a certificate is verified. */
  schema: undefined,
  sslaccept: undefined,
  /** node-postgres and JDBC: whether to encrypt. */
  ssl: undefined,
} as const

export type ReadWord = keyof typeof READ_WORDS

/** The parts of an address, by word. */
export type Words = ReadonlyMap<ReadWord, string>

export type Environment = Readonly<Record<string, string | undefined>>

/** @throws AppError `invalid_input` for anything but one of `choices` */
export function readChoice<Choice extends string>(
  words: Words,
  name: ReadWord,
  choices: readonly Choice[],
): Choice | undefined {
  const text = words.get(name)
  const found = choices.find((choice) => choice === text)
  if (text === undefined || found !== undefined) return found
  throw wrongAddress(`has \`${name}\`, which takes ${choices.join(', ')}`)
}

/** A file in the person's home folder, where libpq looks for it by default; undefined if it does not exist. */
export function homeFile({ HOME }: Environment, ...path: string[]): string | undefined {
  const file = HOME ? join(HOME, ...path) : undefined
  return file !== undefined && existsSync(file) ? file : undefined
}

/** Words that only tune something that works without them, or that configure the pools of other clients. */
export const TUNING_WORDS: readonly string[] = [
  'keepalives_interval',
  'keepalives_count',
  'tcp_user_timeout',
  'sslcompression',
  'krbsrvname',
  'gsslib',
  'gssdelegation',
  'min_protocol_version',
  'max_protocol_version',
  // Prisma's own pool; here SWITCHBOARD_DATABASE_CONNECTIONS sets its size.
  'connection_limit',
  'pool_timeout',
  'socket_timeout',
  'statement_cache_size',
  'max_idle_connection_lifetime',
  'single_use_connections',
  // Selects a meaning of sslmode; here it is always libpq's.
  'uselibpqcompat',
  // Marks by which hosting services recognize their own addresses.
  'supa',
  'pooler',
]

/** Words of libpq for features that do not exist here, with what to do instead; the phrase continues "which". */
export const REFUSED_WORDS: Readonly<Record<string, string>> = {
  service: 'is not read here: write the settings of the service into the address',
  servicefile: 'is not read here: write the settings of the service into the address',
  replication: 'is for replicas: leave it out',
  require_auth: 'is not supported here: leave it out, and let the server refuse what it should not accept',
  requirepeer: 'is not supported here: leave it out',
  sslcrldir: 'is not read here: give one file as sslcrl',
  scram_client_key: 'is not read here: give the password',
  scram_server_key: 'is not read here: give the password',
  sslkeylogfile: 'is not written here: leave it out',
  oauth_issuer: 'is not supported: sign in with a password or a certificate',
  oauth_client_id: 'is not supported: sign in with a password or a certificate',
  oauth_client_secret: 'is not supported: sign in with a password or a certificate',
  oauth_scope: 'is not supported: sign in with a password or a certificate',
  search_path: 'is not read: every table is in the schema public',
  currentSchema: 'is not read: every table is in the schema public',
}
