/** The command line straight from its sources, for `npm run dev`. */
import process from 'node:process'
import { start } from '../src/start/start.ts'

await start(process.argv.slice(2), process.env)
