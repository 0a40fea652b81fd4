/**
 * Packs a new, empty embedded store with its tables, for first starts and tests. Run it when the engine's version
 * changes, and before a release with new migrations: a first start runs those that the packed store lacks.
 */
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import { openQueueBackend } from '../src/clients/queue/queue-backend.ts'
import { openEmbeddedDatabase } from '../src/domain/db/embedded/embedded-database.ts'
import { migrateEmbedded } from '../src/domain/db/embedded/migrate-embedded.ts'
import { NEW_STORE } from '../src/domain/db/embedded/open-embedded.ts'

const database = await openEmbeddedDatabase()
await migrateEmbedded(database)
const queue = await openQueueBackend({ kind: 'embedded', engine: database.client })
await queue.close()
// Otherwise the first start would repeat from the log what the migrations wrote.
await database.client.exec('checkpoint')
const dump = await database.client.use((engine) => engine.dumpDataDir('none'))
await database.close()
const packed = await promisify(brotliCompress)(Buffer.from(await dump.arrayBuffer()), {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
  },
})
await writeFile(NEW_STORE, packed)
process.stdout.write(`${NEW_STORE}: ${packed.length} bytes\n`)
process.exit()
