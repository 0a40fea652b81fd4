/** How a connection is encrypted, and who may be at its other end: libpq's sslmode and the words around it. */

import { wrongAddress } from '../../../core/connection-uri.ts'
import type { ServerHost } from './hosts.ts'
import { type Environment, homeFile, readChoice, type Words } from './words.ts'

const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
export type SslMode = (typeof SSL_MODES)[number]

const TLS_VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const
type TlsVersion = (typeof TLS_VERSIONS)[number]

/** In place of a file: the certificate authorities that come with Node. */
export const SYSTEM_ROOTS = 'system'

export interface TlsSettings {
  readonly mode: SslMode
  /** The file of trusted authorities, or `system`; undefined where nothing is verified. */
  readonly rootCert: string | undefined
  /** The files of this client's own certificate. */
  readonly own:
    | { readonly cert: string; readonly key: string; readonly password: string | undefined }
    | undefined
  /** The file of revoked certificates. */
  readonly revoked: string | undefined
  readonly sendsName: boolean
  /** Encrypted from the first byte on, without asking the server first. */
  readonly isDirect: boolean
  readonly minVersion: TlsVersion | undefined
  readonly maxVersion: TlsVersion | undefined
}

export function readTls(words: Words, hosts: readonly ServerHost[], environment: Environment): TlsSettings {
  const isDirect = readChoice(words, 'sslnegotiation', ['postgres', 'direct']) === 'direct'
  const mode = chooseMode(words, isDirect ? 'require' : defaultMode(hosts))
  if (isDirect && !isForced(mode))
    throw wrongAddress('has `sslnegotiation`, which needs sslmode=require or stricter')
  return {
    mode,
    rootCert: readRootCert(words, mode, environment),
    own: readOwnCert(words, environment),
    revoked: words.get('sslcrl'),
    sendsName: words.get('sslsni') !== '0',
    isDirect,
    minVersion: readChoice(words, 'ssl_min_protocol_version', TLS_VERSIONS),
    maxVersion: readChoice(words, 'ssl_max_protocol_version', TLS_VERSIONS),
  }
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/

/**
 * libpq prefers encryption everywhere. Between two programs of one machine there is nobody to listen, and encryption
 * takes time.
 */
function defaultMode(hosts: readonly ServerHost[]): SslMode {
  return hosts.every((host) => host.kind === 'socket' || LOOPBACK.test(host.name)) ? 'allow' : 'prefer'
}

function isForced(mode: SslMode): boolean {
  return mode === 'require' || mode === 'verify-ca' || mode === 'verify-full'
}

/**
 * Channel binding proves that nobody is in between. The drivers do not support it; a fully verified certificate proves
 * the same. With the system's roots anything less proves nothing, because anybody can get a certificate there.
 */
function chooseMode(words: Words, fallback: SslMode): SslMode {
  const asked = readMode(words)
  if (readChoice(words, 'channel_binding', ['disable', 'prefer', 'require']) === 'require') {
    if (asked === 'disable') throw wrongAddress('has `channel_binding` although sslmode=disable')
    return 'verify-full'
  }
  if (words.get('sslrootcert') !== SYSTEM_ROOTS) return asked ?? fallback
  if (asked === undefined || asked === 'verify-full') return 'verify-full'
  throw wrongAddress(`has \`sslrootcert\`=system, which needs sslmode=verify-full instead of ${asked}`)
}

const YES = ['true', '1', 'on', 'require', 'no-verify']
const NO = ['false', '0', 'off', 'disable']

/** Also reads the forms of other clients; undefined when no mode is given. */
function readMode(words: Words): SslMode | undefined {
  // node-postgres' name for libpq's `require`: encrypted, without checking the server.
  const mode = words.get('sslmode') === 'no-verify' ? 'require' : readChoice(words, 'sslmode', SSL_MODES)
  const accept = readChoice(words, 'sslaccept', ['strict', 'accept_invalid_certs'])
  if (accept === 'strict' && mode !== 'disable') return 'verify-full'
  const ssl = words.get('ssl')
  if (mode !== undefined || ssl === undefined) return mode
  if (YES.includes(ssl)) return 'require'
  if (NO.includes(ssl)) return 'disable'
  throw wrongAddress('has `ssl`, which takes true or false')
}

/** With a file of trusted authorities, `require` verifies by it, as in libpq. */
function readRootCert(words: Words, mode: SslMode, environment: Environment): string | undefined {
  if (!isForced(mode)) return undefined
  const file = words.get('sslrootcert') ?? homeFile(environment, '.postgresql', 'root.crt')
  if (file !== undefined || mode === 'require') return file
  if (mode === 'verify-full') return SYSTEM_ROOTS
  throw wrongAddress('has sslmode=verify-ca without `sslrootcert`, the file of the trusted authority')
}

function readOwnCert(words: Words, environment: Environment): TlsSettings['own'] {
  const cert = words.get('sslcert') ?? homeFile(environment, '.postgresql', 'postgresql.crt')
  const key = words.get('sslkey') ?? homeFile(environment, '.postgresql', 'postgresql.key')
  if (cert !== undefined && key !== undefined) return { cert, key, password: words.get('sslpassword') }
  if (!words.has('sslcert')) return undefined
  throw wrongAddress(
    'has `sslcert`, a certificate of this client, without `sslkey`; the certificate of an authority is `sslrootcert`',
  )
}
