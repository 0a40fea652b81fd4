/** The hourly job that deletes expired rows. */
import type { Queue } from '../../clients/queue/queue.ts'
import type { Expiry } from '../../core/area/expiry.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import type { Database } from '../../domain/db/db.ts'
import type { Work } from '../workers.ts'

export const HOUSEKEEPING = 'housekeeping'

/** Milliseconds between two runs: an hour, after which a busy embedded store has slowed a little. */
const EVERY_MS = 60 * 60 * 1000

interface HousekeepingParts {
  readonly kind: Database['kind']
  readonly runtime: Pick<Runtime, 'resources' | 'now' | 'log'>
  readonly expires: readonly Expiry[]
}

export function createHousekeeping({ kind, runtime, expires }: HousekeepingParts): Work {
  const { resources, log } = runtime
  return async () => {
    const deleted: Record<string, number> = {}
    for (const { name, deletePast } of expires) {
      try {
        const count = await deletePast(resources, runtime.now())
        if (count > 0) deleted[name] = count
      } catch (err) {
        // The next hour tries it again; until then it must not keep the others from their turn.
        log.warn({ err, expiry: name }, 'an expiry failed')
      }
    }
    // Nothing else vacuums the embedded store, and the queue slows down without it. A server vacuums on its own.
    if (kind === 'embedded') await resources.db.execute('vacuum analyze')
    log.info(deleted, 'housekeeping done')
  }
}

/** However many workers there are, one of them runs it each time. */
export async function scheduleHousekeeping(queue: Queue): Promise<void> {
  await queue.upsertSchedule(HOUSEKEEPING, { everyMs: EVERY_MS }, { name: HOUSEKEEPING })
}
