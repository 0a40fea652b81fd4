/** Opens the database of a process: the embedded one, or a server's, perhaps through a pooler. */
import type { QueueServer } from '../clients/queue/queue-server.ts'
import type { Config } from '../config/config.ts'
import type { Log } from '../core/operation/context.ts'
import type { ServerAddress } from '../domain/db/address/address.ts'
import type { ServerLink } from '../domain/db/address/link.ts'
import type { EmbeddedDatabase } from '../domain/db/embedded/embedded-database.ts'
import type { Pooling } from '../domain/db/server/connect-server.ts'
import type { ServerDatabase } from '../domain/db/server/server-database.ts'

/** A server's database, and the connections that bypass its pooler if there is one. */
export interface OpenServer extends ServerDatabase {
  /** The server that the queue signs in to. */
  readonly queue: QueueServer
  /** Whether change notices of other processes arrive. */
  readonly hearsOthers: boolean
}

export type OpenDatabase = EmbeddedDatabase | OpenServer

/** A transaction may be idle for as long as its worker's lease, and at least this many milliseconds. */
const STILL_MIN_MS = 5_000

/** @throws AppError when the database is unavailable */
export async function openDatabase(config: Config, log: Log): Promise<OpenDatabase> {
  if (config.database !== undefined) return await openServer(config, config.database, log)
  const { openEmbeddedStore } = await import('../domain/db/embedded/open-embedded.ts')
  return await openEmbeddedStore(config.home, log)
}

async function openServer(config: Config, address: ServerAddress, log: Log): Promise<OpenServer> {
  const [{ connectServer, serverUnusable }, { migrateServer }] = await Promise.all([
    import('../domain/db/server/connect-server.ts'),
    import('../domain/db/server/migrate-server.ts'),
  ])
  const main = await connectServer(address, {
    poolSize: config.databaseConnections,
    stillMaxMs: stillMaxMs(config),
  })
  const opened = [main]
  const close = async () => {
    for (const { database } of opened) await database.close()
  }
  try {
    const { directDatabase } = config
    const direct = directDatabase === undefined ? main : await connectServer(directDatabase, { poolSize: 1 })
    if (direct !== main) opened.push(direct)
    const hearsOthers = direct.pooling !== 'transaction'
    if (!hearsOthers) log.warn({}, DEAF)
    await migrateServer(direct.database).catch((thrown: unknown) => {
      throw serverUnusable(thrown, direct.database.link.address)
    })
    const { listen, notify, link } = direct.database
    return { ...main.database, listen, notify, close, hearsOthers, queue: queueServer(link, direct.pooling) }
  } catch (error) {
    await close()
    throw error
  }
}

/** Milliseconds for which a transaction may be idle. */
export function stillMaxMs({ leaseSeconds }: Config): number {
  return Math.max(leaseSeconds * 1000, STILL_MIN_MS)
}

/** What does not work when notifications do not arrive; everything else works. */
const DEAF =
  'the database is reached through a pooler that shares sessions between transactions: other processes learn of changes ' +
  'only when they look again, and jobs start up to a second late. Set SWITCHBOARD_DIRECT_DATABASE_URL to an address that bypasses it'

/** What the queue needs to know of a server. */
export function queueServer({ address, password, open }: ServerLink, pooling: Pooling): QueueServer {
  const { user, database, options, connectTimeoutMs } = address
  return { user, password, database, options, connectTimeoutMs, pooling, open }
}
