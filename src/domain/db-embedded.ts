/** PostgreSQL inside this process, on a folder or in memory. */
import { PGlite, type PGliteOptions } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { drizzle } from 'drizzle-orm/pglite'
import type { Database, Db } from './db.ts'
import { storeError } from './db-errors.ts'

export interface EmbeddedDatabase extends Database {
  readonly kind: 'embedded'
  /** The engine itself: one session, shared by all who use it. */
  readonly client: PGlite
}

interface EmbeddedOptions {
  /** Where the data lies; absent: in memory. */
  readonly folder?: string
  /** A dumped data folder to start from, instead of making a new one. */
  readonly snapshot?: Blob
}

/** Boots the engine. The folder must be guarded by a lock: the engine itself keeps no second process out. */
export async function openEmbeddedDatabase({
  folder,
  snapshot,
}: EmbeddedOptions = {}): Promise<EmbeddedDatabase> {
  const options: PGliteOptions = { extensions: { pg_trgm } }
  if (folder !== undefined) options.dataDir = folder
  if (snapshot !== undefined) options.loadDataDir = snapshot
  const client = await PGlite.create(options)
  answerRows(client)
  const transaction = client.transaction.bind(client)
  client.transaction = (work) => transaction((tx) => work(answerRows(tx)))
  // The row type is the one made here, as `Db` says, which drizzle's own type does not see.
  const db = drizzle(client) as unknown as Db
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
    async ping() {
      await client.query('select 1')
    },
    listen: (channel, listener) => client.listen(channel, listener),
    async close() {
      if (!client.closed) await client.close()
    },
  }
}

/** Makes statements answer as they do on a server: an array of rows with a count; and reads what is refused. */
function answerRows<T extends Pick<PGlite, 'query'>>(session: T): T {
  const query = session.query.bind(session)
  session.query = async <Row>(...call: Parameters<PGlite['query']>) => {
    try {
      const result = await query<Row>(...call)
      // Hidden, as they are on a server, so that the rows compare and print as what they are: a list.
      return Object.defineProperties(result.rows, {
        count: { value: result.affectedRows || result.rows.length },
        rows: { value: result.rows },
        fields: { value: result.fields },
        affectedRows: { value: result.affectedRows },
      }) as typeof result.rows & typeof result
    } catch (thrown) {
      throw storeError(thrown)
    }
  }
  return session
}
