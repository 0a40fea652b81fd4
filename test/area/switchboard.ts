/** The whole command line of a gateway with one area more: what an embedder writes. */
import { start } from '../../src/start/start.ts'
import { greenhouse } from './greenhouse.ts'

await start(process.argv.slice(2), process.env, [greenhouse])
