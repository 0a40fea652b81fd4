/**
 * Deletes what erased people alone had, in batches. A process that stops in between leaves the rest to the next hour:
 * what must be deleted follows from the people's rows.
 */
import { type SQL, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import { auditEntries, people } from '../../access/tables.ts'
import { consentRequests } from '../../accounts/tables.ts'
import { agents } from '../../agents/tables.ts'
import { budgets, spending } from '../../budgets/tables.ts'
import type { Db } from '../../db/db.ts'
import { deleteInBatches } from '../../db/delete-in-batches.ts'
import { inboxEvents } from '../../inbox/tables.ts'
import { projects, projectTemplates } from '../../projects/tables.ts'
import { approvals, artifacts, runEvents, runFeedback, runKeys, runSteps, runs } from '../../runs/tables.ts'
import { schedules } from '../../schedules/tables.ts'
import { tasks } from '../../tasks/tables.ts'

/** Audit entries whose inputs are blanked by one statement. */
const BATCH_ENTRIES = 1_000

const ERASED = sql`(select id from ${people} where erased_at is not null)`
const RUNS = sql`(select id from ${runs} where space_id in ${ERASED})`

/** In this order: what belongs to a run goes before it. */
const REMAINS: readonly (readonly [PgTable, SQL])[] = [
  ...[runEvents, runSteps, runKeys, runFeedback].map((table) => [table, sql`run_id in ${RUNS}`] as const),
  ...[approvals, artifacts, runs, tasks, projects, projectTemplates, agents, schedules, inboxEvents].map(
    (table) => [table, sql`space_id in ${ERASED}`] as const,
  ),
  ...[budgets, spending].map((table) => [table, sql`person_id in ${ERASED}`] as const),
  [consentRequests, sql`owner_id in ${ERASED}`],
]

/** Answers with the number of rows that were deleted or blanked. */
export async function deleteRemains(db: Db): Promise<number> {
  const [erased] = await db.execute(sql`select 1 from ${people} where erased_at is not null limit 1`)
  if (erased === undefined) return 0
  let count = 0
  for (const [table, which] of REMAINS) count += await deleteInBatches(db, table, which)
  return count + (await blankInputs(db))
}

/** The entries stay, so that others see in their audits what was done to their things. */
async function blankInputs(db: Db): Promise<number> {
  for (let blanked = 0; ; ) {
    const { count } = await db.execute(sql`update ${auditEntries} set input = '{}'
      where id = any(array(select id from ${auditEntries}
        where person_id in ${ERASED} and input <> '{}' limit ${BATCH_ENTRIES}))`)
    blanked += count
    if (count < BATCH_ENTRIES) return blanked
  }
}
