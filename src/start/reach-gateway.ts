/** What a program that stays talks to: the gateway that runs here; if none runs, this process becomes it. */
import { callFound, createConnect } from '../cli/connect/connect.ts'
import { listenOnce } from '../cli/connect/listen-once.ts'
import type { Connection, ConnectOptions } from '../cli/surroundings.ts'
import type { Config } from '../config/config.ts'
import type { Log } from '../core/operation/context.ts'
import type { Operation } from '../core/operation/operation.ts'
import { storePlaceOf } from '../domain/db/store-place.ts'
import { readVersion } from '../version.ts'

/** Opening a client must not let other machines in. */
const LOOPBACK = '127.0.0.1'
const ANY_PORT = 0

export interface Reaching {
  readonly config: Config
  readonly log: Log
  operations(): Promise<readonly Operation[]>
  /** This program as an absolute command. */
  readonly command: readonly string[]
}

/**
 * The named or running gateway; otherwise a server's database, which many may share; otherwise a gateway of this
 * process.
 */
export function reach(options: ConnectOptions, reaching: Reaching): Promise<Connection> {
  const { config, log, operations } = reaching
  const { home, url, key, allowsPlainHttp, database } = config
  const openStore = (given: string | undefined) =>
    database === undefined ? host(reaching) : share(reaching, given)
  return createConnect({
    ...{ home, url, key, allowsPlainHttp, log, operations, openStore },
    version: readVersion(),
    store: storePlaceOf(config),
  })(options)
}

async function share({ config, log }: Reaching, key: string | undefined) {
  const { openStoreHere } = await import('./compose-command.ts')
  return openStoreHere(config, log, key)
}

/**
 * Only one process can open the embedded store, and a client may stay open for days. The process that holds the store
 * therefore serves it, so that other clients and commands can work meanwhile.
 */
async function host({ config, log, command, operations }: Reaching) {
  const { serve } = await import('./main.ts')
  const { home, key } = config
  const port = (await listenOnce(LOOPBACK, config.port)) === undefined ? config.port : ANY_PORT
  const { machine, stop } = await serve({ ...config, host: LOOPBACK, port }, { role: 'all', command, log })
  if (machine === undefined) throw new Error('a gateway that serves cannot be reached')
  const { gateway } = await callFound({ home, key, log, version: readVersion(), operations }, machine)
  return { gateway, close: stop }
}
