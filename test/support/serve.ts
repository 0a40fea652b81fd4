/** A process that serves by its environment, as the command line does, and says where it is. */
import { readConfig } from '../../src/config.ts'
import { toAppError } from '../../src/core/errors.ts'
import { serve } from '../../src/main.ts'

const [role] = process.argv.slice(2)
try {
  const { url, stopped } = await serve(readConfig(), {
    role: role === 'worker' || role === 'gateway' ? role : 'all',
  })
  process.stdout.write(`up ${url}\n`)
  await stopped
  process.stdout.write('stopped\n')
} catch (error) {
  const { code, message } = toAppError(error)
  process.stdout.write(`failed ${code} ${message}\n`)
  process.exitCode = 1
}
