/** Packs a new, empty embedded store, for first starts and tests. Run it when the engine's version changes. */
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import { PGlite } from '@electric-sql/pglite'
import { NEW_STORE } from '../src/domain/db/embedded/open-embedded.ts'

const engine = await PGlite.create()
const dump = await engine.dumpDataDir('none')
await engine.close()
const packed = await promisify(brotliCompress)(Buffer.from(await dump.arrayBuffer()), {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
  },
})
await writeFile(NEW_STORE, packed)
process.stdout.write(`${NEW_STORE}: ${packed.length} bytes\n`)
