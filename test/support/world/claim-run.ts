/** Takes one run, whoever's turn it is. */
import { sql } from 'drizzle-orm'
import { claimRuns } from '../../../src/domain/runs/hold/claim-runs.ts'
import type { Claimant } from '../../../src/domain/runs/hold/hold-run.ts'
import type { RunRow } from '../../../src/domain/runs/run.ts'
import type { Writes } from '../../../src/domain/runs/writes.ts'

/** Undefined: it is not ready. */
export async function claimRun(
  writes: Writes,
  runId: string,
  claimant: Claimant,
): Promise<RunRow | undefined> {
  const [run] = await claimRuns(writes, sql`select ${runId}::text as id`, claimant)
  return run
}
