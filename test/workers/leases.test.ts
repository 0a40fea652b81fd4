import { once } from 'node:events'
import { expect, test } from 'vitest'
import { RunLost } from '../../src/domain/runs/hold/hold-run.ts'
import { createLeases } from '../../src/workers/runs/leases.ts'
import { silentLog } from '../clients/models/ask.ts'
import { openTestDatabase } from '../support/world/database.ts'

test('a worker whose database is away for longer than a lease gives its runs up before others begin them', async () => {
  const database = await openTestDatabase()
  const leases = createLeases({
    ...{ db: database.db, worker: 'one', leaseMs: 60, log: silentLog },
    watch: () => () => undefined,
  })
  await database.close()
  const { signal } = leases.take({
    ...{ runId: 'run_1', rootId: 'run_1', fence: 1, keyId: undefined },
    ...{ ownerId: 'local', agentSlug: 'assistant' },
  })
  if (!signal.aborted) await once(signal, 'abort')
  leases.close()

  expect(signal.reason).toBeInstanceOf(RunLost)
})
