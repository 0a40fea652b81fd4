/** PostgreSQL inside this process, on a folder or in memory. */
import type { PGlite } from '@electric-sql/pglite'
import { drizzle } from 'drizzle-orm/pglite'
import type { Log } from '../../../core/operation/context.ts'
import type { Database, Db } from '../db.ts'
import { storeError } from '../errors.ts'
import { renderStatements } from '../render-statements.ts'
import { type EngineOptions, openEngine } from './embedded-engine.ts'
import { LastingEngine } from './lasting-engine.ts'
import { StoreFolder } from './store-folder.ts'

export interface EmbeddedDatabase extends Database {
  readonly kind: 'embedded'
  /** The engine itself: one session, shared by all its users. */
  readonly client: LastingEngine
}

interface EmbeddedOptions extends EngineOptions {
  /** Whether this process still holds the lock on the folder. */
  readonly isHeld?: (() => boolean) | undefined
  readonly log?: Log | undefined
}

/** Boots the engine. A lock must guard the folder: the engine itself does not keep a second process out. */
export async function openEmbeddedDatabase(options: EmbeddedOptions = {}): Promise<EmbeddedDatabase> {
  const { folder, isHeld, log } = options
  const client = new LastingEngine(await openEngine(options), {
    reopen: folder === undefined ? undefined : () => openEngine({ folder }),
    storeFolder: folder === undefined ? undefined : new StoreFolder(folder, { isHeld, log }),
    log,
  })
  return databaseOn(client)
}

export function databaseOn(client: LastingEngine): EmbeddedDatabase {
  // drizzle uses only these methods of a client. The row type is the one that `Db` declares.
  const db = renderStatements(drizzle(client as unknown as PGlite) as unknown as Db)
  return {
    kind: 'embedded',
    client,
    db,
    async transaction(work) {
      try {
        return await db.transaction(work)
      } catch (thrown) {
        throw storeError(thrown)
      }
    },
    ping: () => client.ping(),
    close: () => client.close(),
  }
}
