/** A process of the product as it is, with operations beside it whose effects the crash harness can count. */

import './set-clock.ts'
import { defineArea } from '../../../src/core/area/area.ts'
import { toAppError } from '../../../src/core/errors.ts'
import { serve } from '../../../src/start/main.ts'
import { readConfig } from '../../../src/start/read-config.ts'
import { createEffects } from '../harness/effects.ts'
import { nameRequests } from './name-requests.ts'

const [name = '', role, countingUrl = ''] = process.argv.slice(2)
nameRequests(name)
const effects = defineArea({ name: 'effects', operations: createEffects(countingUrl) })
try {
  const { url, stopped } = await serve(readConfig(process.env, {}, [effects]), {
    role: role === 'worker' || role === 'gateway' ? role : 'all',
  })
  process.stdout.write(`up ${url}\n`)
  await stopped
} catch (error) {
  const { code, message } = toAppError(error)
  process.stdout.write(`failed ${code} ${message}\n`)
  process.exitCode = 1
}
