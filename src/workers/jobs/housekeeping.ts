/** The job that takes away what has served its time, by the clock. */
import type { Queue } from '../../clients/queue/queue.ts'
import type { Log } from '../../core/operation/context.ts'
import type { AuditRetention } from '../../domain/access/audit-retention.ts'
import { keepHouse } from '../../domain/access/housekeeping.ts'
import type { Database } from '../../domain/db/db.ts'
import type { Work } from '../workers.ts'

export const HOUSEKEEPING = 'housekeeping'

/** Milliseconds between two runs: an hour, after which a busy embedded store has slowed a little. */
const EVERY_MS = 60 * 60 * 1000

interface HousekeepingParts {
  readonly database: Database
  readonly audit: AuditRetention
  readonly now: () => Date
  readonly log: Log
}

export function createHousekeeping({ database, audit, now, log }: HousekeepingParts): Work {
  return async () => {
    const swept = await keepHouse(database, audit, now())
    log.info(swept, 'housekeeping done')
  }
}

/** However many workers there are, one of them runs it each time. */
export async function scheduleHousekeeping(queue: Queue): Promise<void> {
  await queue.upsertSchedule(HOUSEKEEPING, { everyMs: EVERY_MS }, { name: HOUSEKEEPING })
}
