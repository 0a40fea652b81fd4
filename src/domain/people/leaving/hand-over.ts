/** Hands what belongs to a person to another person or to a team. */
import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import { LOCK_ORDER } from '../../runs/hold/hold-run.ts'
import { runs } from '../../runs/tables.ts'
import { refreshProjectGrants } from '../../teams/refresh-grants.ts'

export const HANDED = ['tasks', 'projects', 'templates', 'agents', 'schedules', 'runs'] as const
type Handed = (typeof HANDED)[number]

/** How many of each kind changed hands. */
export type HandedOver = Record<Handed, number>

export interface Handover {
  readonly from: string
  /** A person or a team. */
  readonly to: string
}

/**
 * Locks the runs of a person as all writers do, before the person is locked: a worker locks its run first, then the
 * person for whom it acts.
 */
export async function lockRunsOf(db: Db, personId: string): Promise<void> {
  await db.execute(sql`select 1 from ${runs} where owner_id = ${personId} order by ${LOCK_ORDER} for update`)
}

/** Everything in the person's own space, and the shared projects that they own with what is in those. */
export async function handOver(db: Db, { from, to }: Handover): Promise<HandedOver> {
  const place = sql`owner_id = ${to}, space_id = case when space_id = ${from} then ${to} else space_id end`
  const owned = (table: SQL) => changed(db, sql`update ${table} set ${place} where owner_id = ${from}`)
  const held = (table: SQL) => changed(db, sql`update ${table} set space_id = ${to} where space_id = ${from}`)
  const shared = await db.execute<{ id: string }>(
    sql`select id from projects where owner_id = ${from} and space_id = id`,
  )
  const handed = {
    tasks: await owned(sql`tasks`),
    projects: await owned(sql`projects`),
    templates: await held(sql`project_templates`),
    agents: await changed(
      db,
      // The receiver's own agent of the same name stays theirs, and this one stays where it is.
      sql`update agents set space_id = ${to} where space_id = ${from}
        and slug not in (select slug from agents where space_id = ${to})`,
    ),
    schedules: await held(sql`schedules`),
    runs: await owned(sql`runs`),
  }
  await held(sql`approvals`)
  await held(sql`artifacts`)
  for (const { id } of shared) await refreshProjectGrants(db, id)
  return handed
}

async function changed(db: Db, update: SQL): Promise<number> {
  const [found] = await db.execute<{ count: number }>(
    sql`with changed as (${update} returning 1) select count(*)::int as count from changed`,
  )
  return found?.count ?? 0
}
