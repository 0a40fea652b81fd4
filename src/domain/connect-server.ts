/** Opens a server's database, and finds out what is in between: a pooler changes what a session can be relied on for. */
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '../core/errors.ts'
import { reasonOf, sqlState, storeError } from './db-errors.ts'
import { openServerDatabase, type ServerDatabase } from './db-server.ts'
import { describeServer, type ServerAddress } from './postgres/address.ts'
import type { SslMode } from './postgres/tls.ts'

/**
 * `none`: the server itself. `session`: a pooler that keeps a session to its connection for as long as that lasts.
 * `transaction`: a pooler that gives the session to others after each transaction, so that nobody hears notifications.
 */
export type Pooling = 'none' | 'session' | 'transaction'

interface ConnectedServer {
  readonly database: ServerDatabase
  readonly pooling: Pooling
}

interface ConnectOptions {
  readonly poolSize?: number
  readonly stillMaxMs?: number
}

/** SQLSTATE of a server that knows no such user, or no such way in: perhaps it does with encryption, or without. */
const NO_WAY_IN = '28000'

/** libpq's `allow` goes on to encrypt where that is asked for, and `prefer` to do without. */
const SECOND_MODE: Readonly<Partial<Record<SslMode, SslMode>>> = { allow: 'require', prefer: 'disable' }

/** @throws AppError `unavailable` when it cannot be used, with the reason that the server or the network gives */
export async function connectServer(
  address: ServerAddress,
  options: ConnectOptions = {},
): Promise<ConnectedServer> {
  const { tls } = address
  const second = SECOND_MODE[tls.mode]
  try {
    return await openEither(address, options).catch(async (thrown: unknown) => {
      if (second === undefined || stateOf(thrown) !== NO_WAY_IN) throw thrown
      return await openEither({ ...address, tls: { ...tls, mode: second } }, options).catch(() => {
        throw thrown
      })
    })
  } catch (thrown) {
    throw serverUnusable(thrown, address)
  }
}

/** SQLSTATE classes of a pooler that does not take a setting with a new connection: of the protocol, not supported, unknown. */
const TAKES_NO_SETTINGS = /^(08P|0A|42704)/

/** Directly, unless the address or what answers says that a pooler is in between. */
async function openEither(address: ServerAddress, options: ConnectOptions): Promise<ConnectedServer> {
  if (address.saysPooled) return await openPooled(address, options)
  const database = openServerDatabase(address, options)
  try {
    const { isOwn, hasSettings } = await database.lookAtSession()
    if (isOwn && hasSettings) return { database, pooling: 'none' }
  } catch (thrown) {
    if (!TAKES_NO_SETTINGS.test(stateOf(thrown))) {
      await database.close()
      throw thrown
    }
  }
  await database.close()
  return await openPooled(address, options)
}

async function openPooled(address: ServerAddress, options: ConnectOptions): Promise<ConnectedServer> {
  const database = openServerDatabase(address, { ...options, isPooled: true })
  try {
    await database.ping()
    return { database, pooling: (await hearsItself(database)) ? 'session' : 'transaction' }
  } catch (thrown) {
    await database.close()
    throw thrown
  }
}

const PROBE_CHANNEL = 'switchboard_probe'
/** Milliseconds in which a session that is its own hears what it is told: it takes one or two. */
const HEARD_WITHIN_MS = 1_000

async function hearsItself(database: ServerDatabase): Promise<boolean> {
  const word = randomUUID()
  let hear = (): void => undefined
  const heard = new Promise<true>((resolve) => {
    hear = () => resolve(true)
  })
  const stop = await database.listen(PROBE_CHANNEL, (payload) => {
    if (payload === word) hear()
  })
  await database.notify(PROBE_CHANNEL, word)
  const isHeard = await Promise.race([heard, wait(HEARD_WITHIN_MS, false)])
  await stop()
  return isHeard
}

/** The code that the server or the network gave, also where our own error says it in words. */
function stateOf(thrown: unknown): string {
  return sqlState(thrown instanceof AppError ? thrown.cause : thrown) ?? ''
}

/** Says why to the person who starts it: the reason, in the server's own words, is about their own server. */
export function serverUnusable(thrown: unknown, address: ServerAddress): AppError {
  if (thrown instanceof AppError && thrown.code !== 'unavailable') return thrown
  const known = storeError(thrown)
  const fix =
    known instanceof AppError
      ? known.fix
      : 'Check that the server is PostgreSQL 13 or later, and what its log says.'
  return new AppError(
    'unavailable',
    `The database at ${describeServer(address)} cannot be used: ${reasonOf(thrown)}.`,
    {
      fix,
      cause: thrown,
    },
  )
}
