/** Opens connections to a server as its address says, encrypted or not: the drivers receive sockets that are ready. */
import { readFileSync } from 'node:fs'
import { connect, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, checkServerIdentity, connect as encrypt } from 'node:tls'
import { AppError } from '../../../core/errors.ts'
import type { ServerAddress } from './address.ts'
import { describeHost, type ServerHost } from './hosts.ts'
import { SYSTEM_ROOTS, type TlsSettings } from './tls.ts'

/**
 * Asks whether the server encrypts (SSLRequest: its length, and a number in place of the version); it answers S or N.
 */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])
const ENCRYPTS = 'S'

/**
 * Connects to the first host that answers; each has `connectTimeoutMs`.
 * @throws Error of the network or of TLS; AppError `not_configured` when a certificate file cannot be read
 */
export async function dial(address: ServerAddress): Promise<Socket> {
  const hosts = address.isShuffled ? address.hosts.toSorted(() => Math.random() - 0.5) : address.hosts
  const errors: unknown[] = []
  for (const host of hosts) {
    try {
      return await dialHost(host, address)
    } catch (error) {
      errors.push(error)
    }
  }
  throw errors.length === 1
    ? errors[0]
    : new AggregateError(errors, `no host of ${hosts.length} can be reached`)
}

async function dialHost(host: ServerHost, address: ServerAddress): Promise<Socket> {
  const { tls, connectTimeoutMs, keepAliveMs } = address
  const isPlain = host.kind === 'socket' || tls.mode === 'disable' || tls.mode === 'allow'
  const options = isPlain ? undefined : secureOptions(host.name, tls)
  const socket = host.kind === 'socket' ? connect(host.path) : connect(host.port, host.ip ?? host.name)
  const late = setTimeout(() => socket.destroy(timedOut(host, connectTimeoutMs)), connectTimeoutMs)
  try {
    await heard(socket, 'connect')
    socket.setNoDelay(true)
    if (keepAliveMs !== undefined) socket.setKeepAlive(true, keepAliveMs)
    if (options === undefined) return socket
    if (tls.isDirect || (await offersTls(socket))) return await secure(socket, options)
    if (tls.mode === 'prefer') return socket
    throw Object.assign(new Error('the server does not encrypt'), { code: 'ENCRYPTION_REFUSED' })
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    clearTimeout(late)
  }
}

function timedOut(host: ServerHost, timeoutMs: number): Error {
  const message = `${describeHost(host)} does not answer within ${timeoutMs / 1000} s`
  return Object.assign(new Error(message), { code: 'ETIMEDOUT' })
}

/** The server ended the connection when it should have answered. */
export function hungUp(): Error {
  return Object.assign(new Error('the server hung up'), { code: 'ECONNRESET' })
}

/** Resolves with the data of an event; rejects at an error or the end of the connection. */
function heard(socket: Socket, event: string, closing: Socket = socket): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => settle(() => reject(error))
    const close = () => settle(() => reject(hungUp()))
    const hear = (value: unknown) => settle(() => resolve(value))
    function settle(done: () => void): void {
      socket.off(event, hear)
      for (const each of new Set([socket, closing])) each.off('error', fail).off('close', close)
      done()
    }
    socket.on(event, hear)
    for (const each of new Set([socket, closing])) each.on('error', fail).on('close', close)
  })
}

/**
 * Nothing may follow the answer: it would be unencrypted, and mistaken for what the server sends later
 * (CVE-2021-23222).
 */
async function offersTls(socket: Socket): Promise<boolean> {
  const answer = heard(socket, 'data')
  socket.write(SSL_REQUEST)
  const text = String(await answer)
  if (text === ENCRYPTS) return true
  if (text.startsWith(ENCRYPTS)) throw new Error('the server sent more than an answer before it encrypted')
  return false
}

async function secure(socket: Socket, options: ConnectionOptions): Promise<Socket> {
  const secured = encrypt({ ...options, socket })
  await heard(secured, 'secureConnect', socket)
  return secured
}

/**
 * The modes as in libpq: `require` trusts every certificate unless authorities are named, `verify-ca` does not check
 * the name.
 */
function secureOptions(name: string, tls: TlsSettings): ConnectionOptions {
  const { rootCert, own, revoked, minVersion, maxVersion } = tls
  const isNamed = tls.mode === 'verify-full'
  return {
    host: name,
    servername: tls.sendsName && isIP(name) === 0 ? name : '',
    rejectUnauthorized: rootCert !== undefined,
    checkServerIdentity: (_, certificate) => (isNamed ? checkServerIdentity(name, certificate) : undefined),
    ...(rootCert !== undefined && rootCert !== SYSTEM_ROOTS && { ca: readCertificate(rootCert) }),
    ...(own && { cert: readCertificate(own.cert), key: readCertificate(own.key) }),
    ...(own?.password !== undefined && { passphrase: own.password }),
    ...(revoked !== undefined && { crl: readCertificate(revoked) }),
    ...(minVersion !== undefined && { minVersion }),
    ...(maxVersion !== undefined && { maxVersion }),
    ...(tls.isDirect && { ALPNProtocols: ['postgresql'] }),
  }
}

function readCertificate(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : ''
    throw new AppError('not_configured', `The file ${path} that DATABASE_URL names cannot be read${code}.`, {
      fix: 'Correct its path in DATABASE_URL, or make it readable for this process.',
      cause,
    })
  }
}
