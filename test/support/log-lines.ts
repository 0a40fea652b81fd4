/** Logs as many lines as it is told, of so many characters each, to its standard error; and ends as if nothing were. */
import { createLog } from '../../src/start/log.ts'

const [lines = 0, characters = 0] = process.argv.slice(2).map(Number)
const log = createLog({ level: 'info' })
for (let line = 0; line < lines; line += 1) {
  log.info({ line, text: 'x'.repeat(characters) }, 'a line')
  await new Promise(setImmediate)
}
