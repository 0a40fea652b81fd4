/** A process that takes a store's lock, says so, and holds it until its input ends. */
import { toAppError } from '../../../src/core/errors.ts'
import { takeStoreLock } from '../../../src/domain/db/embedded/store-lock.ts'

const [path = ''] = process.argv.slice(2)
try {
  const lock = await takeStoreLock(path)
  process.stdout.write('held\n')
  process.stdin.on('end', () => {
    lock.release()
    process.exit(0)
  })
  process.stdin.resume()
} catch (error) {
  process.stdout.write(`${toAppError(error).code} ${toAppError(error).message}\n`)
}
