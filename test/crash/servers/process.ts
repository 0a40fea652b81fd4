/** A process of the product as it is, with operations beside it whose effects the crash harness can count. */
import { readConfig } from '../../../src/config/config.ts'
import { toAppError } from '../../../src/core/errors.ts'
import { serve } from '../../../src/start/main.ts'
import { createEffects } from '../harness/effects.ts'

const [role, countingUrl = ''] = process.argv.slice(2)
try {
  const { url, stopped } = await serve(readConfig(), {
    role: role === 'worker' || role === 'gateway' ? role : 'all',
    extend: { operations: createEffects(countingUrl) },
  })
  process.stdout.write(`up ${url}\n`)
  await stopped
} catch (error) {
  const { code, message } = toAppError(error)
  process.stdout.write(`failed ${code} ${message}\n`)
  process.exitCode = 1
}
